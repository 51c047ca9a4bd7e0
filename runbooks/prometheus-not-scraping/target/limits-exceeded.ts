import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, numberAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo, shortName } from '../../../src/core/kubernetes/object.ts';
import type { PromView } from '../view.ts';
import type { Limit } from './last-error.ts';
import { portForward } from './mend.ts';
import { ownPage, pageIfSeen, sawPage } from './pages.ts';
import { calledAt, capital, failing, prometheusOf, sawTarget, whichOf } from './seen-targets.ts';

export const limitsExceeded: Cause<PromView> = {
  code: 'limits-exceeded',
  title: 'A scrape limit is exceeded',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'limit');
    const [first] = hits.failed;
    const { monitor, namespace } = view;
    if (!monitor || first?.failure?.failed !== 'limit') return clear();
    const { limit } = first.failure;
    const set = placesOf(limit, monitor, prometheusOf(view));
    const own = ownPage(first);
    const page = own && pageIfSeen(view, own);
    const where = set[0];
    return found({
      object: refTo(where?.object ?? monitor),
      because: `${capital(whichOf(hits))} of ${monitor.metadata.name} exceeded the ${limit}${where ? ` that ${shortName({ kind: where.object.kind, name: where.object.metadata.name })} sets (${where.value})` : ''}, and nothing is kept of such a scrape.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        ...set.map(({ object, path }) => saw(object, path)),
        ...(own && page ? [sawPage(own, page)] : []),
      ],
      remedies: [
        byHand({
          id: 'cut-down-or-raise-limit',
          title:
            limit === 'targetLimit'
              ? 'Raise the target limit, or let the monitor choose fewer pods'
              : 'Cut the page down (usually one label with too many values); raise the limit only after that',
          risk: 'medium',
          commands: [
            portForward(view, first),
            `curl -s http://localhost:8080${calledAt(first)?.path ?? '/metrics'} | grep -v '^#' | cut -d'{' -f1 | sort | uniq -c | sort -rn | head`,
            ...set.map(
              ({ object, path }) =>
                `kubectl -n ${object.metadata.namespace ?? namespace} edit ${object.kind.toLowerCase()} ${object.metadata.name}   # ${path}`,
            ),
          ],
        }),
      ],
    });
  },
};

type Place = { readonly object: KubernetesObject; readonly path: string; readonly value: string };

/** Where the limit that holds stands: the monitor's own, unless the Prometheus object enforces a lower one, or sets one for who has none. */
function placesOf(limit: Limit, monitor: KubernetesObject, prometheus: KubernetesObject): readonly Place[] {
  const enforced = `spec.enforced${limit.slice(0, 1).toUpperCase()}${limit.slice(1)}`;
  const places = [
    { object: monitor, path: `spec.${limit}` },
    { object: prometheus, path: enforced },
    { object: prometheus, path: `spec.${limit}` },
  ].filter(({ object, path }) => at(object, path) !== undefined);
  const [own] = places.filter(({ object }) => object === monitor);
  const [from] = places.filter(({ path }) => path === enforced);
  const isLower = own && from && (numberAt(from.object, from.path) ?? 0) < (numberAt(own.object, own.path) ?? 0);
  const first = isLower ? from : (own ?? from ?? places[0]);
  return [
    ...(first ? [first] : []),
    ...places.filter((place) => place !== first && place.path !== `spec.${limit}`),
  ].map(({ object, path }) => ({ object, path, value: String(at(object, path)) }));
}
