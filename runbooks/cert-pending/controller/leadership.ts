import { listAt, numberAt, textAt, textsAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type Kind, kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Look } from '../../../src/core/look.ts';
import { nameOf } from '../../../src/core/look.ts';
import { CouldNotLook, type Sight } from '../../../src/core/sight.ts';
import { controllerNamespace } from './installation.ts';

/** The Lease of cert-manager's controllers and where it is unless they were told another namespace (cmd/controller, its defaults). */
export const leaseName = 'cert-manager-controller';
export const usualLeaseNamespace = 'kube-system';

/** A lead that was given up in good order is taken by the next pod, which may have to start first. */
const handOver = 60_000;

/** Who leads cert-manager's controllers, by the Lease that the leader renews every few seconds. */
export type Leadership = {
  readonly lease: KubernetesObject;
  /** Empty where it was given up. */
  readonly holder: string;
  readonly renewed: Date;
  /** Nobody has renewed it in time, nor taken it over, nor done any work since. */
  readonly isLost: boolean;
};

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
 * Undefined where there is no such Lease, or none was looked for: that says nothing, for it may be kept elsewhere. Throws where it may
 * not be seen.
 */
export function leadershipOf(sight: Sight, controller: KubernetesObject): Leadership | undefined {
  const look = leaseLookOf(controller);
  const answer = look && sight.try(look);
  if (!look || !answer) return undefined;
  if (!answer.ok) {
    if (answer.why === 'not-found' || answer.why === 'not-looked') return undefined;
    throw new CouldNotLook(nameOf(look), answer);
  }
  const lease = answer.value;
  const renewed = renewedAt(lease);
  if (!renewed) return undefined;
  const holder = textAt(lease, 'spec.holderIdentity') ?? '';
  const lasts = (numberAt(lease, 'spec.leaseDurationSeconds') ?? 60) * 1000;
  // Another pod tries for it every quarter of that time.
  const end = renewed.getTime() + (holder === '' ? handOver : lasts * 1.5);
  const isOver = sight.now.getTime() > end;
  return { lease, holder, renewed, isLost: isOver && !hasWorkedSince(sight, new Date(renewed.getTime() + lasts)) };
}

/** By the holder's clock or the API server's, whichever is later: the clock of a node may be behind. */
function renewedAt(lease: KubernetesObject): Date | undefined {
  return latest([timeAt(lease, 'spec.renewTime'), ...writesOf(lease)]);
}

/** A Lease that nobody keeps any more, because cert-manager was told to keep another, stays behind: then work goes on without it. */
function hasWorkedSince(sight: Sight, moment: Date): boolean {
  const { namespace } = sight.target;
  const ours = (kind: Kind, where?: string): readonly KubernetesObject[] => {
    const listed = sight.tryList(kind, where);
    return listed.ok ? listed.value : [];
  };
  const objects = [
    ...[kinds.CertificateRequest, kinds.Order, kinds.Challenge, kinds.Issuer].flatMap((kind) => ours(kind, namespace)),
    ...ours(kinds.Certificate, namespace),
    ...ours(kinds.Certificate),
    ...ours(kinds.ClusterIssuer),
  ];
  const last = latest(objects.flatMap(workOn));
  return last !== undefined && last > moment;
}

/** Statuses are written by the controllers alone. */
const workOn = (object: KubernetesObject): readonly (Date | undefined)[] => [
  ...writesOf(object, ({ subresource }) => subresource === 'status'),
  ...listAt(object, 'status.conditions').map((item) => timeAt(item, 'lastTransitionTime')),
];

type Entry = NonNullable<KubernetesObject['metadata']['managedFields']>[number];

const writesOf = ({ metadata }: KubernetesObject, which: (entry: Entry) => boolean = () => true) =>
  (metadata.managedFields ?? []).filter(which).map(({ time }) => timeAt({ time }, 'time'));

function latest(moments: readonly (Date | undefined)[]): Date | undefined {
  const known = moments.flatMap((moment) => (moment ? [moment.getTime()] : []));
  return known.length > 0 ? new Date(Math.max(...known)) : undefined;
}
