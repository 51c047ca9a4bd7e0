import { at, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { authorityFailure } from './authority-check.ts';
import { nextTry, type Tried, triedBefore, triedNow } from './patience.ts';
import { selfCheckFailure } from './self-check.ts';
import { cleanUp, present } from './solver.ts';
import { statusOf } from './status.ts';
import { type Controller, idle, joined, later, type Turn, type View, type Write } from './turn.ts';

const by = 'cert-manager-challenges';
const finalizer = 'acme.cert-manager.io/finalizer';
const retrySeconds = 10;
const wantedPasses = 5;
const secondsBetweenPasses = 2;
/** What the CA takes to ask and answer. */
const validationSeconds = 2;

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
  if (!view.isStirred(challenge) && !view.stirred(kinds.Challenge, isRival)) return idle;
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

/** What the controller keeps of a challenge: its last try, and how often it passed in a row. */
type Memory = Tried & { readonly passes: number; readonly accepted: boolean };

const memoryOf = (view: View, challenge: KubernetesObject): Memory | undefined =>
  view.recall(challenge.metadata.uid ?? '') as Memory | undefined;

const remember = (view: View, challenge: KubernetesObject, more: Partial<Memory> = {}): Write => ({
  do: 'remember',
  about: challenge.metadata.uid ?? '',
  value: { ...triedNow(view), passes: 0, accepted: false, ...more } satisfies Memory,
});

function dueOf(view: View, challenge: KubernetesObject, held: Memory | undefined): Date | undefined {
  if (held && held.passes > 0) return later(new Date(held.at), secondsBetweenPasses);
  if (!held && view.isStirred(challenge)) return view.now;
  return nextTry(view, held ?? triedBefore(view), retrySeconds);
}

function tryToPresent(view: View, challenge: KubernetesObject): Turn {
  const isPlanted = !view.isStirred(challenge);
  // A refusal that was recorded may have a cause that is not played here: it stays until something it may depend on changed.
  if (isPlanted && textAt(challenge, 'status.reason') !== undefined && !surroundingsStirred(view, challenge))
    return idle;
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

function surroundingsStirred(view: View, challenge: KubernetesObject): boolean {
  const { namespace } = challenge.metadata;
  const inPlace = (item: KubernetesObject): boolean =>
    item.metadata.namespace === namespace || item.metadata.name === namespace;
  const near = [
    kinds.ResourceQuota,
    kinds.LimitRange,
    kinds.Namespace,
    kinds.NetworkPolicy,
    kinds.Ingress,
    kinds.Service,
  ];
  const far = [kinds.ClusterIssuer, kinds.Issuer, kinds.IngressClass];
  const ofController = (item: KubernetesObject): boolean => item.metadata.namespace === view.world.ingress.namespace;
  return (
    view.worldStirred ||
    near.some((kind) => view.stirred(kind, inPlace)) ||
    far.some((kind) => view.stirred(kind, () => true)) ||
    [kinds.Service, kinds.ConfigMap, kinds.Deployment].some((kind) => view.stirred(kind, ofController))
  );
}

function check(view: View, challenge: KubernetesObject): Turn {
  const held = memoryOf(view, challenge);
  if (held?.accepted) return validate(view, challenge, later(new Date(held.at), validationSeconds));
  const due = dueOf(view, challenge, held);
  if (due === undefined || due > view.now) return { writes: [], due };
  const failure = selfCheckFailure(view, challenge);
  // What was recorded as failing does not pass by itself, unless the story says that time alone heals it.
  const isHeld = !view.isStirred(challenge) && !surroundingsStirred(view, challenge);
  if (isHeld && (failure !== undefined || !view.timeHeals)) return { writes: [remember(view, challenge)] };
  if (failure !== undefined) {
    const reason = `Waiting for HTTP-01 challenge propagation: ${failure}`;
    const told: readonly Write[] =
      textAt(challenge, 'status.reason') === reason
        ? []
        : [{ do: 'status', object: challenge, status: { ...statusOf(challenge), reason }, by }];
    return { writes: [...told, remember(view, challenge)] };
  }
  const passes = (held?.passes ?? 0) + 1;
  return { writes: [remember(view, challenge, { passes, accepted: passes >= wantedPasses })] };
}

function validate(view: View, challenge: KubernetesObject, due: Date): Turn {
  if (due > view.now) return { writes: [], due };
  const failure = authorityFailure(view, challenge) ?? recordedFailure(view, challenge);
  const ended = { ...statusOf(challenge), presented: false, processing: false };
  if (failure === undefined) {
    const host = textAt(challenge, 'spec.dnsName');
    return {
      writes: [
        {
          do: 'status',
          object: challenge,
          status: { ...ended, reason: 'Successfully authorized domain', state: 'valid' },
          by,
        },
        {
          do: 'event',
          about: challenge,
          type: 'Normal',
          reason: 'DomainVerified',
          message: `Domain "${host}" verified with "HTTP-01" validation`,
          by,
        },
        ...cleanUp(view, challenge),
      ],
    };
  }
  const said = `acme: authorization error for ${textAt(challenge, 'spec.dnsName')}: ${failure}`;
  return {
    writes: [
      {
        do: 'status',
        object: challenge,
        status: { ...ended, reason: `Error accepting authorization: ${said}`, state: 'invalid' },
        by,
      },
      {
        do: 'event',
        about: challenge,
        type: 'Warning',
        reason: 'Failed',
        message: `Accepting challenge authorization failed: ${said}`,
        by,
      },
      ...cleanUp(view, challenge),
    ],
  };
}

/** What a CA was recorded to answer, and the world does not explain, it answers again until somebody changes something. */
function recordedFailure(view: View, challenge: KubernetesObject): string | undefined {
  return view.holdsRecordedRefusals ? view.recordedRefusals.get(textAt(challenge, 'spec.dnsName') ?? '') : undefined;
}
