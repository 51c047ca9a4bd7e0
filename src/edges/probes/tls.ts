import type { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { familyOf } from '../../core/addresses.ts';
import { type ChainLink, factsOf, linksOf } from '../../core/certificate.ts';
import { type Fetched, seen, type Unread } from '../../core/fetched.ts';
import type { TlsVersion } from '../../core/look.ts';
import type { TlsAnswer, TlsVersionAnswer } from '../../core/look-answers.ts';
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
  return await handshake(host, to, timeoutMs, signal, {}, served);
}

/** Old versions are off in OpenSSL unless its security level allows them. */
const oldest = { ciphers: 'DEFAULT@SECLEVEL=0' };

/** Whether `to` speaks this version of TLS. Only an alert of the other end is its word: a broken connection may have many reasons. */
export async function tryVersion(
  version: TlsVersion,
  host: string,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Fetched<TlsVersionAnswer>> {
  const only = { minVersion: version, maxVersion: version, ...oldest };
  const answer = await handshake(host, to, timeoutMs, signal, only, () => seen({ accepted: true, detail: '' }));
  const isTheirWord = !answer.ok && answer.why === 'unreadable' && /alert/i.test(answer.detail);
  return isTheirWord ? seen({ accepted: false, detail: answer.detail }) : answer;
}

async function handshake<T>(
  host: string,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
  signal: AbortSignal,
  options: ConnectionOptions,
  answerOf: (socket: TLSSocket) => Fetched<T>,
): Promise<Fetched<T>> {
  signal.throwIfAborted();
  const bounded = bound(timeoutMs, signal);
  return await new Promise((resolve, reject) => {
    const servername = familyOf(host) === undefined ? { servername: host } : {};
    const socket = connect({ host: to.host, port: to.port, rejectUnauthorized: false, ...servername, ...options });
    const giveUp = () => socket.destroy(new Error('given up'));
    bounded.addEventListener('abort', giveUp, { once: true });
    const end = (answer: Fetched<T>) => {
      bounded.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(answerOf(socket)));
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
    chain: chainOf(socket),
    ...(socket.localAddress === undefined ? {} : { seenFrom: socket.localAddress }),
    distrust: socket.authorized ? '' : printable(codeOf(socket.authorizationError), 100),
  });
}

const codeOf = (error: Error | string | null | undefined): string =>
  typeof error === 'string'
    ? error
    : String((error as NodeJS.ErrnoException | undefined)?.code ?? error?.message ?? '');

/** More are not told: a chain of this length is somebody's joke. */
const most = 10;

/** What the server sent, each certificate with whether the next one vouches for it. */
function chainOf(socket: TLSSocket): readonly ChainLink[] {
  const sent: X509Certificate[] = [];
  for (let one = socket.getPeerX509Certificate(); one && sent.length < most; one = one.issuerCertificate) {
    // A root is its own issuer.
    if (sent.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break;
    sent.push(one);
  }
  return linksOf(sent).map((link) => ({
    ...link,
    subject: printable(link.subject, 400),
    issuer: printable(link.issuer, 400),
    names: link.names.slice(0, 100).map((name) => printable(name, 260)),
  }));
}
