import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { MetricsPageAnswer } from '../../../src/core/look-answers.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { lookAtPods, onMonitor, patchCommand } from './mend.ts';
import { isMetrics, otherScheme, ownPage, type PageLook, pageIfSeen, sawPage } from './pages.ts';
import { failing, type SeenTarget, sawTarget, whichOf } from './seen-targets.ts';
import { sidecarOf } from './sidecar.ts';

export const schemeMismatch: Cause<PromView> = {
  code: 'scheme-mismatch',
  title: 'Prometheus and the pods disagree about HTTP and HTTPS',
  severity: 'error',
  owner: 'operator',
  explains: ['service-mesh-mtls'],
  look(view) {
    const hits = failing(
      view,
      (failure) =>
        failure.failed === 'speaks-http' ||
        failure.failed === 'speaks-tls' ||
        failure.failed === 'cut-off' ||
        (failure.failed === 'status' && failure.status === 400),
    );
    const [first] = hits.failed;
    const own = first && ownPage(first);
    if (!view.monitor || !first) return clear();
    const speaks = spoken(view, first, own);
    if (!speaks) return clear();
    const other = own && otherScheme(own);
    const pages = [own, other].flatMap((look) => {
      const page = look && pageIfSeen(view, look);
      return look && page ? [{ look, page }] : [];
    });
    return found({
      object: refTo(hits.all ? view.monitor : (first.pod ?? view.monitor)),
      because:
        speaks === 'http'
          ? `${view.monitor.metadata.name} scrapes over HTTPS, but ${whichOf(hits)} of it speak plain HTTP.`
          : `${view.monitor.metadata.name} scrapes over plain HTTP, but ${whichOf(hits)} of it speak TLS.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        saw(view.monitor, `spec.endpoints.${first.place}.scheme`, speaks),
        ...pages.map(({ look, page }) => sawPage(look, page)),
      ],
      remedies: [
        // What would be right for these pods would be wrong for the others.
        !hits.all
          ? lookAtPods(view, hits.failed)
          : speaks === 'http'
            ? towardsHttp(view, first, other && pageIfSeen(view, other))
            : towardsHttps(view, first, other && pageIfSeen(view, other)),
      ],
    });
  },
};

/** What the port speaks, where it is not what Prometheus speaks. A 400 or a connection cut off alone proves nothing. */
function spoken(view: PromView, { failure, pod }: SeenTarget, own: PageLook | undefined): 'http' | 'https' | undefined {
  if (failure?.failed === 'speaks-http') return 'http';
  if (failure?.failed === 'speaks-tls') return 'https';
  if (own?.scheme !== 'http') return undefined;
  const other = view.sight.must(otherScheme(own));
  // A mesh's sidecar speaks TLS too, but only with its own.
  if (sidecarOf(pod) !== undefined && !isMetrics(other)) return undefined;
  if (other.outcome === 'answered' || wantsClientCertificate(other)) return 'https';
  const same = pageIfSeen(view, own);
  return same?.outcome === 'answered' && /HTTP request to an HTTPS server/.test(same.body) ? 'https' : undefined;
}

const wantsClientCertificate = (page: MetricsPageAnswer): boolean =>
  page.outcome === 'failed' && /remote error: tls: (certificate required|bad certificate)/.test(page.detail);

/** Plain HTTP needs nobody to trust; it is done where it was seen to show the metrics. */
function towardsHttp(view: PromView, { place }: SeenTarget, page: MetricsPageAnswer | undefined): Remedy {
  const edits = [{ path: ['spec', 'endpoints', place, 'scheme'], to: 'http' }];
  return isMetrics(page)
    ? onMonitor(view, { id: 'scrape-over-http', title: 'Scrape over plain HTTP, which is what the pod speaks', edits })
    : schemeByHand(view, 'http', edits);
}

/** Without anything that says whom to trust, the next error would be that of the certificate. */
function towardsHttps(view: PromView, { place, endpoint }: SeenTarget, page: MetricsPageAnswer | undefined): Remedy {
  const edits = [{ path: ['spec', 'endpoints', place, 'scheme'], to: 'https' }];
  return isMetrics(page) && at(endpoint, 'tlsConfig') !== undefined
    ? onMonitor(view, { id: 'scrape-over-https', title: 'Scrape over HTTPS, which is what the pod speaks', edits })
    : schemeByHand(view, 'https', edits);
}

function schemeByHand(view: PromView, scheme: 'http' | 'https', edits: Parameters<typeof patchCommand>[1]): Remedy {
  return byHand({
    id: `scrape-over-${scheme}-by-hand`,
    title:
      scheme === 'https'
        ? 'Scrape over HTTPS, and say in tlsConfig which name and which authority to trust'
        : 'Scrape over plain HTTP',
    risk: 'low',
    commands: view.monitor
      ? [
          patchCommand(view.monitor, edits),
          ...(scheme === 'https'
            ? [
                `kubectl -n ${view.namespace} edit servicemonitor ${view.monitor.metadata.name}   # tlsConfig: serverName and ca`,
              ]
            : []),
        ]
      : [],
  });
}
