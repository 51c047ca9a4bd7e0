import { connect } from 'node:tls';
import { familyOf } from '../../core/addresses.ts';
import { type Fetched, seen } from '../../core/fetched.ts';
import type { OldTls, TlsOfferAnswer } from '../../core/look.ts';
import { bound } from './bound.ts';
import { cannotLook, connectionFailure } from './connection-failure.ts';
import { printable } from './printable.ts';

/** OpenSSL itself does not speak old versions at its usual level of security: that is our end, and says nothing of the other. */
const ownEnd = /no protocols available|unsupported protocol version|internal error|no ciphers available/i;

/**
 * Whether `to` takes a handshake of an old version of TLS. Refused is what it should be: an alert, or a connection that is closed. Where
 * this machine's own library does not offer it, that is no answer. Rejects with the signal's reason when `signal` aborts.
 */
export async function offerOldTls(
  host: string,
  to: { readonly host: string; readonly port: number },
  version: OldTls,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Fetched<TlsOfferAnswer>> {
  signal.throwIfAborted();
  const bounded = bound(timeoutMs, signal);
  return await new Promise((resolve, reject) => {
    let isConnected = false;
    const socket = connect({
      ...to,
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ...(familyOf(host) === undefined ? { servername: host } : {}),
    });
    const giveUp = () => socket.destroy(new Error('given up'));
    bounded.addEventListener('abort', giveUp, { once: true });
    const end = (answer: Fetched<TlsOfferAnswer>) => {
      bounded.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('secureConnect', () => end(seen('taken')));
    socket.on('error', (error) => {
      if (signal.aborted) return reject(signal.reason);
      if (bounded.aborted)
        return end({ ok: false, why: 'timed-out', detail: `no answer to ${version} within ${timeoutMs / 1000} s` });
      const failure = connectionFailure(error);
      if (!failure) return reject(error);
      if (failure.why === 'tls' && ownEnd.test(failure.detail))
        return end({ ok: false, why: 'not-looked', detail: `this machine does not offer ${version}` });
      if (isConnected && (failure.why === 'tls' || failure.why === 'reset')) return end(seen('refused'));
      end(
        cannotLook(failure, to.host) ?? {
          ok: false,
          why: failure.why === 'timed-out' ? 'timed-out' : 'unreachable',
          detail: printable(failure.detail, 200),
        },
      );
    });
  });
}
