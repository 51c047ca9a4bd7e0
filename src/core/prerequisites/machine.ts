import type { ShellAnswer } from '../outside/shell.ts';
import { installCommands } from './install.ts';
import type { Prerequisite } from './prerequisite.ts';

export const kubectlVersion = { command: 'kubectl', args: ['version', '--client', '--output=json'] } as const;

/** kubectl, by what it says of itself. Only an edited tree cannot do without it. */
export function kubectl(answer: ShellAnswer): Prerequisite {
  const base = { id: 'kubectl', title: 'kubectl', minimum: null, needed: false, owner: 'operator' } as const;
  if (!answer.ok) {
    const because =
      answer.why === 'not-installed'
        ? 'not on this machine: what set-up writes is applied without it, manifests you edit are not'
        : 'is on this machine, but does not tell its version';
    return {
      ...base,
      state: answer.why === 'not-installed' ? 'missing' : 'unknown-version',
      found: null,
      because,
      commands: installCommands.kubectl,
    };
  }
  const version = /"gitVersion":\s*"(v[^"]{1,40})"/.exec(answer.stdout)?.[1] ?? null;
  return {
    ...base,
    state: version === null ? 'unknown-version' : 'fine',
    found: version,
    because: version ?? 'tells no version',
    commands: [],
  };
}
