import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import type { ScrapeFailure } from './last-error.ts';
import { ownPage, sawPage } from './pages.ts';
import { calledAt, capital, failing, sawTarget, whichOf } from './seen-targets.ts';
import { isDeniedByPolicy, sidecarOf } from './sidecar.ts';

const isHangUp = (failure: ScrapeFailure | undefined): boolean => failure?.failed === 'cut-off';

export const serviceMeshMtls: Cause<PromView> = {
  code: 'service-mesh-mtls',
  title: 'The mesh does not let Prometheus in',
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    const hits = failing(
      view,
      (failure) => isHangUp(failure) || (failure.failed === 'status' && failure.status === 403),
    );
    const [first] = hits.failed;
    const { monitor, namespace } = view;
    if (!monitor || !first?.pod) return clear();
    const sidecar = sidecarOf(first.pod);
    if (!sidecar) return clear('the pods carry no sidecar of a mesh');
    const own = ownPage(first);
    // The API server calls from outside the mesh too.
    const page = own && view.sight.must(own);
    const isDenied = isDeniedByPolicy(page);
    if (page?.outcome === 'answered' && !isDenied) return clear('the pods answer plain calls');
    if (!isHangUp(first.failure) && !isDenied) return clear('that the mesh answered was not seen');
    const port = calledAt(first)?.port ?? 0;
    const targets = `${capital(whichOf(hits))} of ${monitor.metadata.name}`;
    return found({
      object: refTo(first.pod),
      because: isHangUp(first.failure)
        ? `${targets} hung up, and the pods carry the sidecar ${sidecar}: it takes no plain connection to port ${port} from outside the mesh.`
        : `${targets} answered 403, and the sidecar ${sidecar} says that it is a policy of the mesh: it does not let the caller in at port ${port}.`,
      confidence: 'likely',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        { from: `Pod/${first.pod.metadata.name}`, path: 'spec.containers', saw: sidecar },
        ...(own && page ? [sawPage(own, page)] : []),
      ],
      remedies: [
        byHand({
          id: 'let-prometheus-through-mesh',
          title: 'Let the mesh merge or exempt the metrics port; whoever runs the mesh decides which',
          risk: 'medium',
          commands: sidecar.startsWith('linkerd')
            ? [
                `kubectl -n ${namespace} get servers,authorizationpolicies`,
                `kubectl -n ${namespace} annotate pods --all config.linkerd.io/skip-inbound-ports=${port} --dry-run=server   # belongs into the pod template`,
              ]
            : [
                'kubectl get peerauthentications,authorizationpolicies -A',
                `kubectl -n ${namespace} get pods -o custom-columns=NAME:.metadata.name,CONTAINERS:.spec.containers[*].name`,
              ],
        }),
      ],
    });
  },
};
