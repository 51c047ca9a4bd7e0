import { numberAt, timeAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { type Controller, idle, later, type View } from './turn.ts';

const isOurs = ({ metadata }: KubernetesObject): boolean => metadata.name === 'cert-manager-controller';
const secondsOf = (lease: KubernetesObject): number => numberAt(lease, 'spec.leaseDurationSeconds') ?? 60;

/**
 * Whether cert-manager hangs: it was loaded with a Lease that its leader let run out, and nothing was done to its Deployment since. A story
 * without a Lease tells nothing of it.
 */
export function hangs(view: View): boolean {
  const lease = view.of(kinds.Lease).find(isOurs);
  const renewed = timeAt(lease, 'spec.renewTime');
  return (
    lease !== undefined &&
    renewed !== undefined &&
    !view.isStirred(lease) &&
    later(renewed, secondsOf(lease) * 1.5) < view.loadedAt &&
    !view.stirred(kinds.Deployment, ({ metadata }) => metadata.name === 'cert-manager')
  );
}

/** Renews the Lease of cert-manager's controllers, as its leader does. */
export const leadership: Controller = {
  name: 'leader election of cert-manager',
  reconcile: (view) => {
    const lease = view.of(kinds.Lease).find(isOurs);
    const renewed = timeAt(lease, 'spec.renewTime');
    if (!lease || !renewed) return idle;
    const due = later(renewed, secondsOf(lease) * 0.75);
    if (due > view.now) return { writes: [], due };
    const spec = lease['spec'] as object;
    const renewTime = `${view.now.toISOString().slice(0, -1)}000Z`;
    return {
      writes: [
        { do: 'update', object: { ...lease, spec: { ...spec, renewTime } } as KubernetesObject, by: 'controller' },
      ],
      due: later(view.now, secondsOf(lease) * 0.75),
    };
  },
};
