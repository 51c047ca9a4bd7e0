import { listAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import { type Kind, kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isLeaderless, type LeaderLease, leaderLeaseOf } from '../../../src/core/kubernetes/leader-lease.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type Look, nameOf } from '../../../src/core/look.ts';
import { CouldNotLook, type Sight } from '../../../src/core/sight.ts';
import { controllerNamespace } from './installation.ts';

/** The Lease of cert-manager's controllers, and where it is unless they were told another namespace (its option's default). */
export const leaseName = 'cert-manager-controller';
export const usualLeaseNamespace = 'kube-system';

/** Who leads cert-manager's controllers. */
export type Leadership = LeaderLease & { readonly lease: KubernetesObject; readonly isLost: boolean };

/** Where the Lease of this controller is; undefined where it was told to do without one. */
export function leaseLookOf(controller: KubernetesObject): Extract<Look, { at: 'get' }> | undefined {
  if (optionOf(controller, 'leader-elect') === 'false') return undefined;
  const told = optionOf(controller, 'leader-election-namespace') ?? usualLeaseNamespace;
  const namespace = told.startsWith('$(') ? (controller.metadata.namespace ?? controllerNamespace) : told;
  return { at: 'get', kind: kinds.Lease, namespace, name: leaseName };
}

/** An option of the controller as its Deployment gives it, `--name=value`. */
export function optionOf(controller: KubernetesObject, name: string): string | undefined {
  return listAt(controller, 'spec.template.spec.containers')
    .flatMap((container) => textsAt(container, 'args'))
    .findLast((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);
}

/**
 * Undefined where there is no such Lease, or none was looked for: that says nothing, for another may be kept. Throws where it may not be
 * seen.
 */
export function leadershipOf(sight: Sight, controller: KubernetesObject): Leadership | undefined {
  const look = leaseLookOf(controller);
  const answer = look && sight.try(look);
  if (!look || !answer) return undefined;
  if (!answer.ok) {
    if (answer.why === 'not-found' || answer.why === 'not-looked') return undefined;
    throw new CouldNotLook(nameOf(look), answer);
  }
  const lead = leaderLeaseOf(answer.value);
  return lead && { ...lead, lease: answer.value, isLost: isLeaderless(lead, sight.now, workedOn(sight)) };
}

/** What may be seen of all that its controllers write the status of. */
function workedOn(sight: Sight): readonly KubernetesObject[] {
  const { namespace } = sight.target;
  const seen = (kind: Kind, where?: string): readonly KubernetesObject[] => {
    const listed = sight.tryList(kind, where);
    return listed.ok ? listed.value : [];
  };
  return [
    ...[kinds.Certificate, kinds.CertificateRequest, kinds.Order, kinds.Challenge, kinds.Issuer].flatMap((kind) =>
      seen(kind, namespace),
    ),
    ...seen(kinds.Certificate),
    ...seen(kinds.ClusterIssuer),
  ];
}
