import { at, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { check } from './challenge-check.ts';
import { dueOf, memoryOf, remember, surroundingsStirred } from './challenge-memory.ts';
import { cleanUp, present } from './solver.ts';
import { statusOf } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const by = 'cert-manager-challenges';
const finalizer = 'acme.cert-manager.io/finalizer';

/** Presents challenges, checks them from inside, and has them validated (pkg/controller/acmechallenges). One at a time for a host. */
export const challenges: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Challenge).map((challenge) => challengeOne(view, challenge))),
};

function challengeOne(view: View, challenge: KubernetesObject): Turn {
  const state = textAt(challenge, 'status.state') ?? '';
  const isOver = ['valid', 'invalid', 'errored', 'expired'].includes(state);
  if (challenge.metadata.deletionTimestamp !== undefined)
    return view.isStirred(challenge) ? letGo(view, challenge) : idle;
  if (isOver) return idle;
  if (at(challenge, 'status.processing') !== true) return schedule(view, challenge);
  if (at(challenge, 'status.presented') !== true) return tryToPresent(view, challenge);
  return check(view, challenge);
}

function letGo(view: View, challenge: KubernetesObject): Turn {
  const finalizers = (challenge.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  return {
    writes: [
      ...cleanUp(view, challenge),
      { do: 'update', object: { ...challenge, metadata: { ...challenge.metadata, finalizers } }, by },
    ],
  };
}

function schedule(view: View, challenge: KubernetesObject): Turn {
  const host = textAt(challenge, 'spec.dnsName');
  const isRival = (item: KubernetesObject): boolean =>
    item.metadata.uid !== challenge.metadata.uid && textAt(item, 'spec.dnsName') === host;
  // A Challenge that was recorded before anybody took it waits with the rest of its story.
  const isHeld = !view.isStirred(challenge) && !view.stirred(kinds.Challenge, isRival);
  if (isHeld && !surroundingsStirred(view, challenge)) return idle;
  const rivals = view.of(kinds.Challenge).filter(isRival);
  const first = rivals.some((item) => at(item, 'status.processing') === true);
  const earlier = rivals.some((item) => at(item, 'status.state') === undefined && olderThan(item, challenge));
  if (first || earlier) return idle;
  return {
    writes: [
      { do: 'update', object: { ...challenge, metadata: { ...challenge.metadata, finalizers: [finalizer] } }, by },
      {
        do: 'status',
        object: challenge,
        status: { ...statusOf(challenge), processing: true, presented: false, state: 'pending' },
        by,
      },
      {
        do: 'event',
        about: challenge,
        type: 'Normal',
        reason: 'Started',
        message: 'Challenge scheduled for processing',
        by,
      },
    ],
  };
}

const olderThan = (a: KubernetesObject, b: KubernetesObject): boolean =>
  `${a.metadata.creationTimestamp} ${a.metadata.namespace}/${a.metadata.name}` <
  `${b.metadata.creationTimestamp} ${b.metadata.namespace}/${b.metadata.name}`;

function tryToPresent(view: View, challenge: KubernetesObject): Turn {
  // What was recorded before it was presented, or was refused by what is not played here, stays until something it may depend on changed.
  if (!view.isStirred(challenge) && !surroundingsStirred(view, challenge)) return idle;
  const due = dueOf(view, challenge, memoryOf(view, challenge));
  if (due === undefined || due > view.now) return { writes: [], due };
  const { writes, error } = present(view, challenge);
  if (error === undefined) {
    const { reason: _, ...status } = statusOf(challenge);
    return {
      writes: [
        ...writes,
        {
          do: 'status',
          object: challenge,
          status: { ...status, presented: true, presentedAt: timeText(view.now) },
          by,
        },
        {
          do: 'event',
          about: challenge,
          type: 'Normal',
          reason: 'Presented',
          message: 'Presented challenge using HTTP-01 challenge mechanism',
          by,
        },
        { do: 'remember', about: challenge.metadata.uid ?? '', value: undefined },
      ],
    };
  }
  const isSame = nameless(textAt(challenge, 'status.reason') ?? '') === nameless(error);
  const told: readonly Write[] = isSame
    ? []
    : [
        { do: 'status', object: challenge, status: { ...statusOf(challenge), presented: false, reason: error }, by },
        {
          do: 'event',
          about: challenge,
          type: 'Warning',
          reason: 'PresentError',
          message: `Error presenting challenge: ${error}`,
          by,
        },
      ];
  return { writes: [...writes, ...told, remember(view, challenge)] };
}

/** Every try has a pod of another name; the cause is the same. */
const nameless = (error: string): string => error.replaceAll(/cm-acme-http-solver-\w{5}/g, 'solver');
