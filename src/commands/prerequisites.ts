import type { Invocation } from '../cli/invocation.ts';
import type { Io } from '../core/outside/io.ts';
import { printRoles } from './print-roles.ts';

/** `orion-setup prerequisites [--install] [--rbac [COMMAND]]`. */
export async function run(invocation: Invocation, io: Io): Promise<number> {
  return await printRoles(invocation, io);
}
