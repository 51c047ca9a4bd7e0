import { parseDuration } from '../../core/durations.ts';
import { textAt, timeAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { RecordedRefusal } from '../recorded-refusals.ts';
import { authorityFailure } from './authority-check.ts';
import { dueOf, memoryOf, remember, surroundingsStirred } from './challenge-memory.ts';
import { selfCheckFailure } from './self-check.ts';
import { cleanUp } from './solver.ts';
import { statusOf } from './status.ts';
import { later, type Turn, type View, type Write } from './turn.ts';

const by = 'cert-manager-challenges';
const wantedPasses = 5;
/** What the CA takes to ask and answer. */
const validationSeconds = 2;

/** A presented challenge: cert-manager's own look first, then the CA's. */
export function check(view: View, challenge: KubernetesObject): Turn {
  const held = memoryOf(view, challenge);
  if (held?.accepted) return validate(view, challenge, later(new Date(held.at), validationSeconds));
  const wait = textAt(challenge, 'spec.solver.waitInsteadOfSelfCheck');
  if (wait !== undefined) return waitInstead(view, challenge, wait);
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

/** cert-manager 1.21 and newer: no look of its own, only time (pkg/controller/acmechallenges, readiness.go). */
function waitInstead(view: View, challenge: KubernetesObject, wait: string): Turn {
  const presented = timeAt(challenge, 'status.presentedAt') ?? view.now;
  const due = later(presented, parseDuration(wait, 'waitInsteadOfSelfCheck') / 1000);
  if (due <= view.now) return { writes: [remember(view, challenge, { accepted: true })] };
  const reason = `Waiting ${wait} before accepting HTTP-01 challenge without self-check`;
  const told: readonly Write[] =
    textAt(challenge, 'status.reason') === reason
      ? []
      : [{ do: 'status', object: challenge, status: { ...statusOf(challenge), reason }, by }];
  return { writes: told, due };
}

function validate(view: View, challenge: KubernetesObject, due: Date): Turn {
  if (due > view.now) return { writes: [], due };
  const failure = failureOf(view, challenge);
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
  const said = `acme: authorization error for ${textAt(challenge, 'spec.dnsName')}: ${failure.said}`;
  const refused = (reason: string): Write => ({
    do: 'status',
    object: challenge,
    status: { ...ended, reason, state: 'invalid' },
    by,
  });
  // No event tells what nobody heard.
  if (failure.isBare) return { writes: [refused(failure.said), ...cleanUp(view, challenge)] };
  return {
    writes: [
      refused(`Error accepting authorization: ${said}`),
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
function failureOf(view: View, challenge: KubernetesObject): RecordedRefusal | undefined {
  const said = authorityFailure(view, challenge);
  if (said !== undefined) return { said, isBare: false };
  return view.holdsRecordedRefusals ? view.recordedRefusals.get(textAt(challenge, 'spec.dnsName') ?? '') : undefined;
}
