import { at, listAt, numberAt, textAt, timeAt } from './field.ts';
import type { KubernetesObject } from './object.ts';

/** A lead that was given up in good order is taken by the next pod, which may have to start first. */
const handOver = 60_000;

/** The Lease of controllers that run more than once: its holder leads, and renews it while it does (client-go, leaderelection). */
export type LeaderLease = {
  /** Empty where it was given up. */
  readonly holder: string;
  readonly renewed: Date;
  /** For so long after its renewal nobody else may take it. */
  readonly lasts: number;
};

/** Undefined where it was never renewed. */
export function leaderLeaseOf(lease: KubernetesObject): LeaderLease | undefined {
  // By the holder's clock or the API server's, whichever is later: the clock of a node may be behind.
  const renewed = latest([timeAt(lease, 'spec.renewTime'), ...writesOf(lease)]);
  const lasts = (numberAt(lease, 'spec.leaseDurationSeconds') ?? 60) * 1000;
  return renewed && { holder: textAt(lease, 'spec.holderIdentity') ?? '', renewed, lasts };
}

/**
 * Each renewal holds two clocks: the holder's as the time of renewal, and the API server's as the time of the write of who owns that field.
 * Who touched something else of the Lease says nothing.
 */
export function renewalClocks(lease: KubernetesObject): { readonly holder: Date; readonly server: Date } | undefined {
  const { managedFields = [] } = lease.metadata;
  const owner =
    managedFields.find(({ fieldsV1 }) => at(fieldsV1, 'f:spec.f:renewTime') !== undefined) ??
    (managedFields.length === 1 ? managedFields[0] : undefined);
  const [holder, server] = [timeAt(lease, 'spec.renewTime'), timeAt(owner, 'time')];
  return holder && server && { holder, server };
}

/**
 * Whether nobody leads: it was not renewed in time, nor taken over, nor has any of these objects, whose statuses the controllers alone
 * write, been worked on since. A Lease that nobody keeps any more, because another is kept, stays behind: then work goes on without it.
 */
export function isLeaderless(
  { holder, renewed, lasts }: LeaderLease,
  now: Date,
  objects: readonly KubernetesObject[],
): boolean {
  // Another pod tries for it every quarter of its time.
  const over = renewed.getTime() + (holder === '' ? handOver : lasts * 1.5);
  if (now.getTime() <= over) return false;
  const worked = latest(objects.flatMap(workOn));
  return worked === undefined || worked.getTime() <= renewed.getTime() + lasts;
}

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
