import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Look } from '../../../src/core/look.ts';
import { selfCheckIn } from '../messages.ts';
import { certManagerNamespace } from '../versions.ts';
import { type CertView, ingressNamespace } from '../view.ts';
import { isUnscheduled } from './challenge-not-scheduled.ts';
import { ingressPods } from './ingress-pods.ts';
import { conflictIn } from './nginx-admission-conflict.ts';
import { isWebhookFailure } from './nginx-admission-unavailable.ts';
import { controllerSettings, isPathTypeRejection } from './nginx-pathtype-exact-rejected.ts';
import { everRefusedIn, type Refused } from './presenting.ts';
import { isSelfCheckLost } from './selfcheck-hairpin.ts';
import { isPodSecurityRefusal } from './solver-pod-policy-denied.ts';
import { isQuotaRefusal } from './solver-pod-quota.ts';
import { isHandshakeRefused } from './tls-handshake-selfcheck.ts';

const settings = { at: 'get', kind: kinds.ConfigMap, namespace: ingressNamespace, name: controllerSettings } as const;
const certManager = { at: 'list', kind: kinds.Deployment, namespace: certManagerNamespace } as const;

/** What only matters where a Challenge points there: each is asked for by the cause that needs it. */
export function challengeLooks(view: CertView): readonly Look[] {
  return [
    ...everRefusedIn(view).flatMap((refused) => [certManager, ...looksOf(view, refused)]),
    ...(view.openChallenges().some(isUnscheduled) ? [{ at: 'list', kind: kinds.Challenge } as const] : []),
    ...(view.httpChallenges().some(isHandshakeRefused) ? [certManager] : []),
    ...(view.httpChallenges().length > 0 && view.sight.list(kinds.NetworkPolicy, view.namespace).length > 0
      ? [ingressPods]
      : []),
    ...(view.httpChallenges().some(mayBeCutOff)
      ? [ingressPods, { at: 'list', kind: kinds.NetworkPolicy, namespace: ingressNamespace } as const]
      : []),
    ...(view.httpChallenges().some(isSelfCheckLost)
      ? [{ at: 'list', kind: kinds.NetworkPolicy, namespace: certManagerNamespace } as const, certManager, settings]
      : []),
  ];
}

/** As a request ends that the controller took and that came no further; or nothing tells how it ended. */
function mayBeCutOff(challenge: KubernetesObject): boolean {
  const check = selfCheckIn(textAt(challenge, 'status.reason') ?? '');
  if (!check) return at(challenge, 'status.presented') === true || textAt(challenge, 'status.state') === 'invalid';
  return check.failed === 'timed-out' || (check.failed === 'status' && [502, 504].includes(check.status));
}

function looksOf({ namespace }: CertView, { says }: Refused): readonly Look[] {
  const other = conflictIn(says);
  if (other && other.namespace !== namespace)
    return [{ at: 'get', kind: kinds.Ingress, namespace: other.namespace, name: other.name }];
  if (isQuotaRefusal(says))
    return [
      { at: 'list', kind: kinds.ResourceQuota, namespace },
      { at: 'list', kind: kinds.LimitRange, namespace },
    ];
  if (isPodSecurityRefusal(says)) return [{ at: 'get', kind: kinds.Namespace, name: namespace }];
  if (isPathTypeRejection(says)) return [settings, { at: 'list', kind: kinds.Deployment, namespace: ingressNamespace }];
  if (isWebhookFailure(says))
    return [
      { at: 'list', kind: kinds.ValidatingWebhookConfiguration },
      { at: 'list', kind: kinds.EndpointSlice, namespace: ingressNamespace },
    ];
  return [];
}
