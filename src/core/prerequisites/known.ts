import type { PrerequisiteId } from './prerequisite.ts';

/** The newest releases that this tool knows of, and when that was looked up. Looked over at each release of this tool. */
export const known: {
  readonly asOf: string;
  readonly newest: Readonly<Partial<Record<PrerequisiteId, string>>>;
} = {
  asOf: '2026-11-23',
  newest: { 'cert-manager': 'v1.21.2', 'prometheus-operator': 'v0.93.0', 'ingress-nginx': 'v1.15.1' },
};
