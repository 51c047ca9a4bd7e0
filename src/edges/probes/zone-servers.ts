import type { Resolver } from 'node:dns/promises';
import { getDomain } from 'tldts';
import { withPort } from '../../core/addresses.ts';

/** More are not asked: one sound answer is enough, and two more are for one that is down. */
const most = 3;

/**
 * `ADDR:PORT` of the servers that are responsible for `name`, by asking `resolver`: those of the nearest zone between the name
 * itself and its registrable domain, since a server of the parent zone answers for a delegated one with a mere referral.
 * Empty where they cannot be found.
 */
export async function zoneServers(resolver: Resolver, name: string, port: number): Promise<readonly string[]> {
  const lists = await Promise.all(upToRegistrable(name).map((zone) => resolver.resolveNs(zone).catch(() => [])));
  const nearest = lists.find((servers) => servers.length > 0) ?? [];
  const addresses = await Promise.all(
    nearest
      .toSorted()
      .slice(0, most)
      .map((server) => addressOf(resolver, server)),
  );
  return addresses.filter((address) => address !== undefined).map((address) => withPort(address, port));
}

/** `a.b.example.org` → itself, `b.example.org`, `example.org`. */
function upToRegistrable(name: string): readonly string[] {
  const domain = getDomain(name);
  if (domain === null) return [];
  const labels = name.replace(/\.$/, '').split('.');
  const depth = labels.length - domain.split('.').length;
  return Array.from({ length: depth + 1 }, (_, cut) => labels.slice(cut).join('.'));
}

async function addressOf(resolver: Resolver, server: string): Promise<string | undefined> {
  const [address] = await resolver
    .resolve4(server)
    .catch(() => resolver.resolve6(server))
    .catch(() => []);
  return address;
}
