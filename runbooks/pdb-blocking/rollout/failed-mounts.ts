import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { eventsOf, momentOf } from './events-of.ts';

/**
 * What the kubelet says of volumes that it still does not get mounted, the latest first. Once it sees to the image all are mounted: what it
 * said before was mended since.
 */
export function failedMounts(view: PdbView, pod: KubernetesObject): readonly KubernetesObject[] {
  const [mounted] = eventsOf(view, pod, 'Pulling', 'Pulled');
  return eventsOf(view, pod, 'FailedMount').filter((event) => !mounted || momentOf(event) > momentOf(mounted));
}
