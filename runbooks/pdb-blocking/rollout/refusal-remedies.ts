import { byHand } from '../../../src/core/by-hand.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { Rollout } from './fresh-pods.ts';
import type { Refusal } from './refusal.ts';

/** What helps against a refusal. Refused again and again, a ReplicaSet waits up to a quarter of an hour: touched, it tries at once (seen). */
export function remediesFor({ deployment, fresh }: Rollout, { by, name }: Refusal): readonly Remedy[] {
  const { namespace, name: own } = deployment.metadata;
  const tryAgain = fresh
    ? [`kubectl -n ${namespace} annotate replicaset ${fresh.metadata.name} tried-again="$(date +%s)" --overwrite`]
    : [];
  const about = (id: string, title: string, commands: readonly string[], risk: Remedy['risk'] = 'none'): Remedy =>
    byHand({ id, title, risk, commands: [...commands, ...tryAgain] });
  switch (by) {
    case 'quota':
      return [
        about(
          'let-one-go-first',
          'Let one old pod go before its successor comes (maxSurge 0, maxUnavailable 1): then no more pods are needed than now',
          [
            `kubectl -n ${namespace} patch deployment ${own} --type merge -p '${JSON.stringify({ spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } })}'`,
          ],
          'medium',
        ),
        about('raise-quota', `Have ResourceQuota ${name} raised by one pod`, [
          `kubectl -n ${namespace} describe resourcequota ${name}`,
          `kubectl -n ${namespace} edit resourcequota ${name}`,
        ]),
      ];
    case 'quota-wants-limits':
    case 'limit-range':
      return [
        about('set-resources', 'Set requests and limits as the namespace wants them, in the overlay', [
          `kubectl -n ${namespace} describe resourcequota,limitrange`,
        ]),
      ];
    case 'pod-security':
      return [
        about('keep-pod-security', 'Write the security context as the level wants it, in the overlay', [
          `kubectl get namespace ${namespace} --show-labels`,
          `kubectl -n ${namespace} get deployment ${own} -o jsonpath='{.spec.template.spec.containers[*].securityContext}'`,
        ]),
      ];
    case 'service-account':
      return [
        about('create-service-account', `Create ServiceAccount ${name} (in the overlay), or name one that is there`, [
          `kubectl -n ${namespace} get serviceaccounts`,
          `kubectl -n ${namespace} create serviceaccount ${name}`,
        ]),
      ];
    case 'webhook-down':
      return [
        about('bring-webhook-back', `Have the webhook ${name} brought back by who owns it`, [
          `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations | grep -i ${name.split('.')[0] || 'webhook'}`,
        ]),
      ];
    default:
      return [
        about('keep-policy', 'Change what is refused, or ask who owns the rule', [
          `kubectl -n ${namespace} describe replicaset ${fresh?.metadata.name ?? ''}`.trimEnd(),
        ]),
      ];
  }
}
