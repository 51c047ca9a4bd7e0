import type { Evidence } from '../../../src/core/diagnosis.ts';
import { nameOfObject } from '../../../src/core/evidence.ts';
import { at, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { isLeftBehind } from './left-behind.ts';
import { isOutlived } from './outlived.ts';

/** A Challenge whose solver could not be made, and what the API server said to it. */
export type Refused = { readonly challenge: KubernetesObject; readonly says: string; readonly evidence: Evidence };

/** Making a pod, a Service and an Ingress takes a second. */
const presentingMs = 60_000;

/**
 * The Challenges that cert-manager fails to present. A refused pod has another name at every try, so what is said of it is of this moment
 * (seen). A refused Ingress has always the same words: then cert-manager tries after 5 s, 10 s, … half an hour, and looks at no Ingress
 * in between, so what is said may be that old; each cause holds the objects against it.
 */
export const refusedIn = (view: CertView): readonly Refused[] =>
  everRefusedIn(view).filter(({ challenge }) => !isLeftBehind(view, challenge) && !isOutlived(view, challenge));

/** The same, whether cert-manager runs or not. */
export function everRefusedIn(view: CertView): readonly Refused[] {
  return view.httpChallenges().flatMap((challenge) => {
    if (!isBeingPresented(challenge)) return [];
    const reason = textAt(challenge, 'status.reason');
    if (reason) {
      const evidence = { from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) };
      return [{ challenge, says: withoutPrefix(reason), evidence }];
    }
    const event = presentErrorOf(view, challenge);
    return event
      ? [{ challenge, says: withoutPrefix(event), evidence: { from: 'Event PresentError', saw: quote(event) } }]
      : [];
  });
}

const isBeingPresented = (challenge: KubernetesObject): boolean =>
  at(challenge, 'status.processing') === true &&
  at(challenge, 'status.presented') !== true &&
  challenge.metadata.deletionTimestamp === undefined;

/** When the words were said last, as far as its events tell. */
export function saidAt({ sight, namespace }: CertView, challenge: KubernetesObject): Date | undefined {
  const events = sight.tryList(kinds.Event, namespace);
  const last = Math.max(0, ...(events.ok ? presentErrorsOf(events.value, challenge).map(seenAt) : []));
  return last === 0 ? undefined : new Date(last);
}

const presentErrorsOf = (events: readonly KubernetesObject[], challenge: KubernetesObject) =>
  events.filter(
    (event) =>
      textAt(event, 'reason') === 'PresentError' && textAt(event, 'involvedObject.uid') === challenge.metadata.uid,
  );

/** Its newest event, where the status says nothing. Events go after an hour, so that none is there proves nothing. */
function presentErrorOf({ sight, namespace }: CertView, challenge: KubernetesObject): string | undefined {
  const made = timeAt(challenge, 'metadata.creationTimestamp');
  if (!made || sight.now.getTime() - made.getTime() < presentingMs) return undefined;
  const [newest] = presentErrorsOf(sight.list(kinds.Event, namespace), challenge).toSorted(
    (a, b) => seenAt(b) - seenAt(a),
  );
  return textAt(newest, 'message');
}

const seenAt = (event: KubernetesObject): number =>
  (
    timeAt(event, 'series.lastObservedTime') ??
    timeAt(event, 'lastTimestamp') ??
    timeAt(event, 'eventTime') ??
    timeAt(event, 'firstTimestamp')
  )?.getTime() ?? 0;

/** Events name it before the cause, and fold what is alike. */
const withoutPrefix = (text: string): string =>
  text.replace(/^\(combined from similar events\): /, '').replace(/^Error presenting challenge: /, '');
