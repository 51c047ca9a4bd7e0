import type { ClusterIdentity } from '../outside/cluster-reader.ts';
import type { Prerequisite } from './prerequisite.ts';

/** What can be sent to whoever owns it, as it stands. Null where nothing is to be asked for. */
export function requestText(one: Prerequisite, { context, server }: ClusterIdentity): string | null {
  if (one.state === 'fine' || one.commands.length === 0 || one.owner === 'operator') return null;
  const where = `the cluster ${context} (${server})`;
  const ask =
    one.id === 'rights'
      ? `Please grant these rights on ${where}, which setting up ORION's auth service needs:`
      : `Please bring ${one.title}${one.minimum === null ? '' : ` ${one.minimum} or newer`} to ${where}; ORION's auth service needs it. Now: ${one.because}. For instance:`;
  return [ask, ...one.commands.map((line) => `  ${line}`)].join('\n');
}
