import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export type Kubectl = (args: string | readonly string[], input?: string | object) => Promise<string>;

class KubectlFailure extends Error {
  readonly stderr: string;
  constructor(args: readonly string[], stderr: string) {
    super(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
    this.stderr = stderr;
  }
}

/** kubectl as a user: gives what it prints, and throws what it complains about. Words are split at blanks; an object goes in as JSON. */
export function kubectlAs(parts: string, kubeconfig: string): Kubectl {
  return async (words, input) => {
    const args = typeof words === 'string' ? words.split(' ') : words;
    const child = spawn(join(parts, 'kubectl'), ['--kubeconfig', kubeconfig, ...args]);
    child.stdin.end(typeof input === 'object' ? JSON.stringify(input) : input);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw new KubectlFailure(args, stderr);
    return stdout;
  };
}
