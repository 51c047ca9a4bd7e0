import type { X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { familyOf } from '../../core/addresses.ts';
import { factsOf } from '../../core/certificate.ts';
import { type Fetched, seen, type Unread } from '../../core/fetched.ts';
import type { TlsAnswer } from '../../core/look.ts';
import { bound } from './bound.ts';
import { cannotLook, connectionFailure } from './connection-failure.ts';
import { printable } from './printable.ts';

/**
 * The certificate that `to` serves for `host` (SNI, RFC 6066, 3). It is looked at, not trusted: whether it is the right one is what
 * the caller wants to know. Rejects with the signal's reason when `signal` aborts.
 */
export async function shakeHands(
  host: string,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Fetched<TlsAnswer>> {
  signal.throwIfAborted();
  const bounded = bound(timeoutMs, signal);
  return await new Promise((resolve, reject) => {
    const servername = familyOf(host) === undefined ? { servername: host } : {};
    const socket = connect({ host: to.host, port: to.port, rejectUnauthorized: false, ...servername });
    const giveUp = () => socket.destroy(new Error('given up'));
    bounded.addEventListener('abort', giveUp, { once: true });
    const end = (answer: Fetched<TlsAnswer>) => {
      bounded.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(served(socket)));
    socket.on('error', (error) => {
      if (signal.aborted) return reject(signal.reason);
      if (bounded.aborted)
        return end({ ok: false, why: 'timed-out', detail: `no TLS handshake within ${timeoutMs / 1000} s` });
      const failure = connectionFailure(error);
      if (!failure) return reject(error);
      end(cannotLook(failure, to.host) ?? unread(failure.why, failure.detail));
    });
  });
}

function unread(why: 'refused' | 'timed-out' | 'unreachable' | 'reset' | 'tls', detail: string): Unread {
  if (why === 'timed-out') return { ok: false, why, detail };
  // The other end was reached, but what it said is no handshake.
  return {
    ok: false,
    why: why === 'tls' || why === 'reset' ? 'unreadable' : 'unreachable',
    detail: printable(detail, 200),
  };
}

function served(socket: TLSSocket): Fetched<TlsAnswer> {
  const x509 = socket.getPeerX509Certificate();
  if (!x509) return { ok: false, why: 'unreadable', detail: 'the TLS handshake brought no certificate' };
  const { serial, subject, issuer, names, notAfter } = factsOf(x509);
  return seen({
    serial,
    subject: printable(subject, 400),
    issuer: printable(issuer, 400),
    names: names.map((name) => printable(name, 260)),
    notAfter,
    protocol: socket.getProtocol() ?? '',
    chain: chainOf(socket).map((name) => printable(name, 400)),
    distrust: socket.authorized ? '' : printable(String(socket.authorizationError ?? 'not trusted'), 100),
  });
}

const longestChain = 10;

/** Subjects of what was sent, the leaf first. A root that only this machine knows is not among them. */
function chainOf(socket: TLSSocket): readonly string[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (
    next &&
    chain.length < longestChain &&
    !chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)
  ) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain.map((one) => factsOf(one).subject);
}
