import { listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { controllerOf, isDown } from '../controller/installation.ts';
import type { CertView } from '../view.ts';

/** A refused pod has another name at every try, so that the status is written all the time (seen: a thousand times a minute). */
const lately = 120_000;
/** Of events that are alike a client sends one in five minutes. */
const latelyTold = 360_000;

/**
 * Whether what a Challenge says was left behind by a controller that does not run any more: then its cause may be gone by now. Words
 * that were written a moment ago are nobody's but a running one's. Throws where none of it can be seen.
 */
export function isLeftBehind(view: CertView, challenge: KubernetesObject): boolean {
  const now = view.sight.now.getTime();
  if (writtenAt(challenge) > now - lately || toldAt(view, challenge) > now - latelyTold) return false;
  const deployment = controllerOf(view.sight);
  return deployment !== undefined && isDown(deployment);
}

const writtenAt = (challenge: KubernetesObject): number =>
  latest(
    listAt(challenge, 'metadata.managedFields')
      .filter((entry) => textAt(entry, 'subresource') === 'status')
      .map((entry) => timeAt(entry, 'time')),
  );

function toldAt({ sight, namespace }: CertView, challenge: KubernetesObject): number {
  const events = sight.tryList(kinds.Event, namespace);
  const own = (events.ok ? events.value : []).filter(
    (event) =>
      textAt(event, 'reason') === 'PresentError' && textAt(event, 'involvedObject.uid') === challenge.metadata.uid,
  );
  return latest(own.map((event) => timeAt(event, 'series.lastObservedTime') ?? timeAt(event, 'lastTimestamp')));
}

const latest = (times: readonly (Date | undefined)[]): number =>
  Math.max(0, ...times.map((time) => time?.getTime() ?? 0));
