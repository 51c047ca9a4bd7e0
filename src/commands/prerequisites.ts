import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { lookAndInstall } from './look-at-prerequisites.ts';
import { printRoles } from './print-roles.ts';

/** `orion-setup prerequisites [--install]`, and `--rbac [COMMAND]`. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  const { options, words } = invocation;
  if (options.rbac && options.install)
    throw new ExpectedStop('usage', '--rbac only prints; --install installs. Say one of them.');
  if (options.rbac) return await printRoles(invocation, io);
  const ofRights = [options.fix, options.real, options['whole-node'], options.prune, options['all-namespaces']];
  if (words.length > 0 || ofRights.some(Boolean))
    throw new ExpectedStop('usage', 'A command is named for its rights only.', [
      `orion-setup prerequisites --rbac ${words.length > 0 ? words.join(' ') : 'COMMAND'}`,
    ]);
  return await lookAndInstall(invocation, io);
}
