import type { Prerequisite } from '../prerequisites/prerequisite.ts';
import type { Verification } from './verification.ts';

/**
 * What is looked at before the points. It explains them and does not count beside them: what is missing here is red or unseen there, and
 * that alerts reach nobody is worth knowing, while the service is as it should be.
 */
export type Before = {
  readonly id: 'kubectl' | 'access' | 'rights' | 'kinds' | 'alerts';
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'not-looked' | 'remarked';
  readonly saw: string;
};

export function beforeOf(
  { coverage, unknownKinds, alerts }: Verification,
  place: { readonly context: string; readonly server: string },
  kubectl: Prerequisite,
): readonly Before[] {
  const missing = [...new Set(coverage.notLooked.flatMap(({ needs }) => needs ?? []))];
  return [
    {
      id: 'kubectl',
      title: 'kubectl',
      // Nothing here needs it; the commands that are printed do.
      state: kubectl.state === 'fine' ? 'passed' : 'remarked',
      saw:
        kubectl.state === 'fine'
          ? kubectl.because
          : 'not on this machine: verifying does not need it, the commands that are printed do',
    },
    { id: 'access', title: 'Access to the cluster', state: 'passed', saw: `${place.context} at ${place.server}` },
    {
      id: 'rights',
      title: 'Rights',
      state: missing.length === 0 ? 'passed' : 'not-looked',
      saw: missing.length === 0 ? 'all that was to be looked at may be read' : `missing: ${missing.join(', ')}`,
    },
    {
      id: 'kinds',
      title: 'Kinds of cert-manager and Prometheus',
      state: unknownKinds.length === 0 ? 'passed' : 'failed',
      saw:
        unknownKinds.length === 0 ? 'the cluster knows them' : `the cluster does not know ${unknownKinds.join(', ')}`,
    },
    ...(alerts
      ? [{ id: 'alerts', title: 'Alerts reach somebody', state: alerts.state, saw: alerts.saw } as const]
      : []),
  ];
}
