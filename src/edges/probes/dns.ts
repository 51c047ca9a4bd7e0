import type { Fetched } from '../../core/fetched.ts';
import type { DnsAnswer } from '../../core/look-answers.ts';
import { bound, orElse } from './bound.ts';
import { ask, type Server, withResolver } from './dns-question.ts';
import { zoneServers } from './zone-servers.ts';

export type DnsWays = {
  /** `ADDR:PORT` of the servers to ask and nobody else; without it the system's, and the zone's own. */
  readonly resolvers: readonly string[];
  readonly timeoutMs: number;
  /** Set in tests: the system's servers, and the port that zones' own servers listen on. */
  readonly system?: readonly string[];
  readonly authorityPort?: number;
};

/** As many aliases are followed from zone to zone; resolvers stop about there too. */
const mostAliases = 8;

/**
 * A, AAAA and CAA of `name`. Where the zone's own servers can be asked their answer counts, since a cache may be stale; only a
 * SERVFAIL stands, which is how a validating resolver reports broken DNSSEC, and the CA's own validates too.
 * Rejects with the signal's reason when `signal` aborts.
 */
export async function lookUp(name: string, ways: DnsWays, signal: AbortSignal): Promise<Fetched<DnsAnswer>> {
  signal.throwIfAborted();
  const bounded = bound(ways.timeoutMs, signal);
  const [given] = ways.resolvers;
  const answer =
    given === undefined
      ? await asItIs(name, ways, bounded, 0)
      : await ask(
          name,
          { servers: ways.resolvers, called: given.replace(/:53$/, ''), timeoutMs: ways.timeoutMs },
          bounded,
        );
  signal.throwIfAborted();
  return answer;
}

async function asItIs(name: string, ways: DnsWays, bounded: AbortSignal, aliases: number): Promise<Fetched<DnsAnswer>> {
  const system: Server = { servers: ways.system, called: 'system', timeoutMs: ways.timeoutMs };
  const [cached, responsible] = await Promise.all([
    ask(name, system, bounded),
    orElse(
      withResolver(system, bounded, (resolver) => zoneServers(resolver, name, ways.authorityPort ?? 53)),
      [],
      bounded,
    ),
  ]);
  if (responsible.length === 0 || (cached.ok && cached.value.rcode === 'SERVFAIL')) return cached;

  const enough = new AbortController();
  const until = AbortSignal.any([bounded, enough.signal]);
  // A server that a firewall hides must leave time for the next alias.
  const servers = responsible.map((one) => ({
    servers: [one],
    called: one.replace(/:53$/, ''),
    timeoutMs: ways.timeoutMs / 2,
  }));
  const own = await orElse(
    Promise.any(servers.map((server) => askResponsible(name, server, until))),
    undefined,
    bounded,
  );
  enough.abort();

  if (own === undefined) return cached;
  if (!('alias' in own)) return own;
  return aliases < mostAliases ? await asItIs(own.alias, ways, bounded, aliases + 1) : cached;
}

/**
 * The answer of one of the zone's servers, or the alias it names: a server that is not responsible for an alias's target gives only
 * the alias, which reads as "no addresses". Rejects where it says nothing of use, as a lame server does.
 */
async function askResponsible(
  name: string,
  server: Server,
  until: AbortSignal,
): Promise<Fetched<DnsAnswer> | { readonly alias: string }> {
  const answer = await ask(name, server, until);
  if (!answer.ok || !['NOERROR', 'NXDOMAIN'].includes(answer.value.rcode))
    throw new Error(`${server.called} is of no use`);
  if (answer.value.a.length + answer.value.aaaa.length > 0) return answer;
  const [alias] = await withResolver(server, until, (resolver) => resolver.resolveCname(name).catch(() => []));
  return alias === undefined ? answer : { alias };
}
