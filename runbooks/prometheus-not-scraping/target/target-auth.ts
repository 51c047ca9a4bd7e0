import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { at } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, portForward } from './mend.ts';
import { ownPage, pageIfSeen, sawPage } from './pages.ts';
import { calledAt, capital, failing, sawTarget, whichOf } from './seen-targets.ts';
import { isDeniedByPolicy, sidecarOf } from './sidecar.ts';

const credentials = ['authorization', 'basicAuth', 'bearerTokenSecret', 'oauth2'];

export const targetAuth: Cause<PromView> = {
  code: 'target-auth',
  title: 'The metrics page asks who is calling',
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    const hits = failing(view, (failure) => failure.failed === 'status' && [401, 403].includes(failure.status));
    const [first] = hits.failed;
    const { monitor, namespace } = view;
    if (!monitor || first?.failure?.failed !== 'status') return clear();
    const { status } = first.failure;
    const sends = credentials.filter((field) => at(first.endpoint, field) !== undefined);
    const own = ownPage(first);
    const mayBeMesh = status === 403 && sidecarOf(first.pod) !== undefined;
    const page = own && (mayBeMesh ? view.sight.must(own) : pageIfSeen(view, own));
    if (mayBeMesh && isDeniedByPolicy(page)) return clear('it is the mesh that refuses');
    // Prometheus may be of the mesh, and refused by its policy; the API server is not, and does not come that far.
    if (mayBeMesh && page?.outcome !== 'answered') return clear('whether the page or the mesh refuses was not seen');
    return found({
      object: refTo(hits.all ? monitor : (first.pod ?? monitor)),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} answered ${status} at ${calledAt(first)?.path ?? 'the page'}: it wants ${sends.length > 0 ? `other credentials than the ${sends.join(' and ')} that Prometheus sends` : 'credentials, and Prometheus sends none'}.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        {
          from: `ServiceMonitor/${monitor.metadata.name}`,
          path: `spec.endpoints.${first.place}`,
          saw: sends.length > 0 ? sends.join(', ') : 'no credentials',
        },
        ...(own && page ? [sawPage(own, page)] : []),
      ],
      remedies: [
        ...(hits.all ? [] : [lookAtPods(view, hits.failed)]),
        byHand({
          id: 'let-prometheus-read',
          title: 'Exempt the page from authentication, or give Prometheus a credential for it',
          risk: 'medium',
          commands: [
            portForward(view, first),
            `curl -si http://localhost:8080${calledAt(first)?.path ?? '/metrics'} | head`,
            `kubectl -n ${namespace} edit servicemonitor ${monitor.metadata.name}   # spec.endpoints[${first.place}].authorization`,
          ],
        }),
      ],
    });
  },
};
