import { type Kind, kinds } from '../../core/kubernetes/kinds.ts';
import { isLeaderless, leaderLeaseOf, renewalClocks } from '../../core/kubernetes/leader-lease.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { type Controller, idle, later, type View } from './turn.ts';

const worked: readonly Kind[] = [
  kinds.Certificate,
  kinds.CertificateRequest,
  kinds.Order,
  kinds.Challenge,
  kinds.Issuer,
  kinds.ClusterIssuer,
];

function leadOf(view: View) {
  const lease = view.of(kinds.Lease).find(({ metadata }) => metadata.name === 'cert-manager-controller');
  const lead = lease && leaderLeaseOf(lease);
  if (!lease || !lead) return undefined;
  const isLost = isLeaderless(
    lead,
    view.loadedAt,
    worked.flatMap((kind) => view.of(kind)),
  );
  return { lease, ...lead, isLost };
}

/**
 * Whether cert-manager does nothing: it was loaded with a Lease that its leader let run out, and nothing was done to its Deployment since;
 * or with one that was renewed by a clock far behind, by which nothing is due yet. A story without a Lease tells nothing of it.
 */
export function hangs(view: View): boolean {
  const lead = leadOf(view);
  if (!lead || view.isStirred(lead.lease)) return false;
  const isRestarted = view.stirred(kinds.Deployment, ({ metadata }) => metadata.name === 'cert-manager');
  return isBehind(lead.lease) || (lead.isLost && !isRestarted);
}

function isBehind(lease: KubernetesObject): boolean {
  const clocks = renewalClocks(lease);
  return clocks !== undefined && later(clocks.holder, 60) < clocks.server;
}

/** Renews the Lease of cert-manager's controllers, as its leader does. */
export const leadership: Controller = {
  name: 'leader election of cert-manager',
  reconcile: (view) => {
    const lead = leadOf(view);
    if (!lead) return idle;
    // One that is kept elsewhere now is nobody's to renew.
    const isLeftBehind = !view.isStirred(lead.lease) && later(lead.renewed, 600) < view.loadedAt && !lead.isLost;
    if (isLeftBehind) return idle;
    const lasts = Math.max(lead.lasts / 1000, 60) * 0.75;
    const due = later(lead.renewed, lasts);
    if (due > view.now) return { writes: [], due };
    const renewTime = `${view.now.toISOString().slice(0, -1)}000Z`;
    const spec = { holderIdentity: lead.holder || 'cert-manager', leaseDurationSeconds: 60, renewTime };
    return {
      writes: [{ do: 'update', object: withSpec(lead.lease, spec), by: 'controller' }],
      due: later(view.now, lasts),
    };
  },
};

const withSpec = (lease: KubernetesObject, spec: object): KubernetesObject => ({
  ...lease,
  spec: { ...(lease['spec'] as object), ...spec },
});
