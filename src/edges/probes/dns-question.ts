import type { CaaRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { type Fetched, seen } from '../../core/fetched.ts';
import type { DnsAnswer } from '../../core/look-answers.ts';
import { printable } from './printable.ts';

/** Who is asked. */
export type Server = {
  /** `ADDR:PORT`, one or several that stand in for each other; undefined: the system's. */
  readonly servers: readonly string[] | undefined;
  /** What the answer says was asked. */
  readonly called: string;
  readonly timeoutMs: number;
};

/** Runs `question` on a resolver of its own, which is told to stop when `bounded` aborts. */
export async function withResolver<T>(
  { servers, timeoutMs }: Server,
  bounded: AbortSignal,
  question: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  // c-ares doubles the wait for the second try: together three quarters of the bound.
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 4)), tries: 2 });
  if (servers) resolver.setServers(servers);
  const stop = () => resolver.cancel();
  bounded.addEventListener('abort', stop, { once: true });
  try {
    return await question(resolver);
  } finally {
    bounded.removeEventListener('abort', stop);
  }
}

/** A, AAAA and CAA at `name`, sorted. The rcode is the worst of the three: a CA that cannot read the CAA records does not issue. */
export async function ask(name: string, server: Server, bounded: AbortSignal): Promise<Fetched<DnsAnswer>> {
  if (bounded.aborted) return seen({ rcode: 'TIMEOUT', a: [], aaaa: [], caa: [], asked: server.called });
  const [a, aaaa, caa] = await withResolver(server, bounded, (resolver) =>
    Promise.all([
      records(resolver.resolve4(name)),
      records(resolver.resolve6(name)),
      records(resolver.resolveCaa(name)),
    ]),
  );
  if (!a.ok) return a;
  if (!aaaa.ok) return aaaa;
  if (!caa.ok) return caa;
  return seen({
    rcode: worst([a.value.rcode, aaaa.value.rcode, caa.value.rcode]),
    a: a.value.values.toSorted(),
    aaaa: aaaa.value.values.toSorted(),
    caa: caa.value.values.map(caaText).toSorted(),
    asked: server.called,
  });
}

/** c-ares' error codes as the rcodes they come from (RFC 1035, 4.1.1). "No data" is NOERROR with nothing in it (RFC 2308, 2.2). */
const rcodes: Readonly<Record<string, string>> = {
  ENODATA: 'NOERROR',
  ENOTFOUND: 'NXDOMAIN',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  ENOTIMP: 'NOTIMP',
  EFORMERR: 'FORMERR',
  ETIMEOUT: 'TIMEOUT',
  ECANCELLED: 'TIMEOUT',
};

async function records<T>(
  query: Promise<readonly T[]>,
): Promise<Fetched<{ readonly rcode: string; readonly values: readonly T[] }>> {
  try {
    return seen({ rcode: 'NOERROR', values: await query });
  } catch (error) {
    const code = String((error as { readonly code?: unknown }).code);
    const rcode = rcodes[code];
    if (rcode !== undefined) return seen({ rcode, values: [] });
    if (code === 'ECONNREFUSED') return { ok: false, why: 'unreachable', detail: 'no DNS server could be reached' };
    return { ok: false, why: 'unreadable', detail: `the DNS answer could not be read (${code})` };
  }
}

const byWeight = ['NOERROR', 'NXDOMAIN', 'NOTIMP', 'FORMERR', 'REFUSED', 'TIMEOUT', 'SERVFAIL'];

function worst(codes: readonly string[]): string {
  return byWeight[Math.max(...codes.map((code) => byWeight.indexOf(code)))] ?? 'SERVFAIL';
}

/** As zone files write it (RFC 8659, 4.1.1): `0 issue "letsencrypt.org"`. Newer Node.js adds a `type` its own types do not know. */
function caaText({ critical, ...properties }: CaaRecord): string {
  const [tag = '', value = ''] = Object.entries(properties).find(([key]) => key !== 'type') ?? [];
  return printable(`${critical} ${tag} ${JSON.stringify(value)}`, 400);
}
