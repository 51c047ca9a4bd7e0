import { networkInterfaces } from 'node:os';
import { familyOf, isPrivate } from '../../core/addresses.ts';
import type { Unread } from '../../core/fetched.ts';

/** Why a connection did not come about, or broke. */
export type ConnectionFailure = {
  readonly why: 'refused' | 'timed-out' | 'unreachable' | 'reset' | 'tls';
  /** For people, without the address: "connection refused". */
  readonly detail: string;
};

const failures: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: { why: 'refused', detail: 'connection refused' },
  ETIMEDOUT: { why: 'timed-out', detail: 'no answer' },
  EHOSTUNREACH: { why: 'unreachable', detail: 'no route to the host' },
  ENETUNREACH: { why: 'unreachable', detail: 'no route to the network' },
  ENETDOWN: { why: 'unreachable', detail: 'the network is down' },
  EHOSTDOWN: { why: 'unreachable', detail: 'the host is down' },
  EADDRNOTAVAIL: { why: 'unreachable', detail: 'this machine has no address to connect from' },
  EAFNOSUPPORT: { why: 'unreachable', detail: 'this machine does not speak this family of addresses' },
  EACCES: { why: 'unreachable', detail: 'this machine does not allow the connection' },
  EPERM: { why: 'unreachable', detail: 'this machine does not allow the connection' },
  ENOTFOUND: { why: 'unreachable', detail: 'the name does not resolve' },
  ECONNRESET: { why: 'reset', detail: 'the connection was closed before an answer' },
  ECONNABORTED: { why: 'reset', detail: 'the connection was closed before an answer' },
  EPIPE: { why: 'reset', detail: 'the connection was closed before an answer' },
};

/** What an error of a socket means, or undefined where it is none of the network's (then it is a fault of ours). */
export function connectionFailure(error: unknown): ConnectionFailure | undefined {
  const code = codeOf(error);
  const known = failures[code];
  if (known) return known;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return { why: 'tls', detail: `TLS handshake failed: ${sslReason(error)}` };
  }
  if (code.startsWith('HPE_')) return { why: 'reset', detail: 'the answer is not HTTP' };
  return undefined;
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** OpenSSL's own words where there are any: `ssl/tls alert handshake failure`. */
function sslReason(error: unknown): string {
  const { reason, message } = error as { readonly reason?: unknown; readonly message?: unknown };
  return typeof reason === 'string' ? reason : (String(message).split('\n')[0] ?? '');
}

/**
 * Where this machine has no routable address of a family, that it cannot reach one says nothing about the other end: an AAAA record
 * must not be blamed by a machine that has no IPv6.
 */
export function cannotLook(failure: ConnectionFailure, address: string): Unread | undefined {
  const family = familyOf(address);
  if (failure.why !== 'unreachable' || family === undefined || isPrivate(address) || hasRoutable(family))
    return undefined;
  return {
    ok: false,
    why: 'not-looked',
    detail: `this machine has no IPv${family} connection, so ${address} cannot be looked at from here`,
  };
}

/** Behind NAT a private IPv4 address reaches everything; a unique-local IPv6 one does not. */
function hasRoutable(family: 4 | 6): boolean {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(
      (one) =>
        one.family === `IPv${family}` &&
        !one.internal &&
        !(family === 6 ? isPrivate(one.address) : one.address.startsWith('169.254.')),
    );
}
