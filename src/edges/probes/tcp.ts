import { connect } from 'node:net';
import { type Fetched, seen } from '../../core/fetched.ts';
import type { TcpAnswer } from '../../core/look-answers.ts';
import { bound } from './bound.ts';
import { cannotLook, connectionFailure } from './connection-failure.ts';

/** Whether a TCP connection to `to` comes about. Rejects with the signal's reason when `signal` aborts. */
export async function knock(
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Fetched<TcpAnswer>> {
  signal.throwIfAborted();
  const bounded = bound(timeoutMs, signal);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, signal: bounded });
    const end = (answer: Fetched<TcpAnswer>) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(seen('open')));
    socket.on('error', (error) => {
      if (signal.aborted) return reject(signal.reason);
      if (bounded.aborted) return end(seen('timed-out'));
      const failure = connectionFailure(error);
      if (!failure) return reject(error);
      end(
        cannotLook(failure, to.host) ??
          seen(failure.why === 'refused' || failure.why === 'timed-out' ? failure.why : asTcp(failure.why)),
      );
    });
  });
}

/** Something that resets a connection while it is being made answers, and says no. */
const asTcp = (why: 'unreachable' | 'reset' | 'tls'): TcpAnswer => (why === 'reset' ? 'refused' : 'unreachable');
