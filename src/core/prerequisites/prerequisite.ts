import type { Owner } from '../diagnosis.ts';

/** Something that must be there before set-up can work, and what was seen of it. */
export type Prerequisite = {
  readonly id: PrerequisiteId;
  readonly title: string;
  readonly state: PrerequisiteState;
  /** The version found, or null where it is not told. */
  readonly found: string | null;
  /** The oldest version that will do, or null where any does. */
  readonly minimum: string | null;
  /** One sentence. */
  readonly because: string;
  /** Set-up cannot work without it. */
  readonly needed: boolean;
  /** Who usually owns it. */
  readonly owner: Owner;
  /** The exact commands that bring it; empty where nothing is to be done. */
  readonly commands: readonly string[];
  /** Worth knowing, and nothing that holds set-up up. Once dismissed they are not shown again. */
  readonly notices?: readonly Notice[];
};

export type Notice = { readonly id: string; readonly text: string };

export type PrerequisiteId =
  | 'kubectl'
  | 'access'
  | 'rights'
  | 'cert-manager'
  | 'prometheus-operator'
  | 'ingress-nginx'
  | 'metrics-api';

/**
 * `unknown-version`: it is there, and nothing tells which version. `cannot-look`: whether it is there was not to be seen; never the same
 * as missing, and never the same as fine.
 */
type PrerequisiteState = 'fine' | 'old' | 'insecure' | 'missing' | 'broken' | 'unknown-version' | 'cannot-look';

/** Whether set-up must not go on without somebody deciding so. */
export function holdsUp({ needed, state }: Prerequisite): boolean {
  return needed && (state === 'missing' || state === 'broken' || state === 'old');
}
