import { type ConnectTo, canonical, diverted } from '../../core/addresses.ts';
import type { Fetched } from '../../core/fetched.ts';
import type { AnswerOf, OutsideLook } from '../../core/look.ts';
import { lookUp } from './dns.ts';
import { getAsCa } from './http.ts';
import { knock } from './tcp.ts';
import { shakeHands, tryVersion } from './tls.ts';

/** Looks from this machine at what a certificate authority sees. Nothing is kept between runs and no third party is asked. */
export type Probes = <L extends OutsideLook>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;

export type ProbeOptions = {
  /** `ADDR:PORT` (parseResolver): these are asked instead of the system's. */
  readonly resolvers?: readonly string[];
  readonly connectTo?: readonly ConnectTo[];
  /** Bound of one look in milliseconds, all its redirects and questions together. */
  readonly timeoutMs?: number;
};

/**
 * The real probes. What fails is in the answer; a probe only rejects when `signal` aborts (with its reason), or on a fault of ours.
 */
export function makeProbes({ resolvers = [], connectTo = [], timeoutMs = 5000 }: ProbeOptions = {}): Probes {
  // A TCP look knows only its address; a --connect-to for a name applies to the addresses that this name was seen to have.
  const namesOf = new Map<string, Set<string>>();
  const dnsWays = { resolvers, timeoutMs };
  const divert = (name: string, address: string, port: number) => diverted(connectTo, [name], address, port);

  const answer = async (look: OutsideLook, signal: AbortSignal): Promise<Fetched<unknown>> => {
    switch (look.at) {
      case 'dns': {
        const found = await lookUp(look.name, dnsWays, signal);
        for (const address of found.ok ? [...found.value.a, ...found.value.aaaa] : []) {
          const names = namesOf.get(canonical(address)) ?? new Set();
          namesOf.set(canonical(address), names.add(look.name));
        }
        return found;
      }
      case 'tcp': {
        const names = [...(namesOf.get(canonical(look.address)) ?? [])];
        return knock(diverted(connectTo, names, look.address, look.port), timeoutMs, signal);
      }
      case 'http': {
        const resolve = async (name: string, bounded: AbortSignal) => {
          const found = await lookUp(name, dnsWays, bounded).catch(() => undefined);
          return found?.ok ? [...found.value.a, ...found.value.aaaa] : [];
        };
        return getAsCa(look.url, look.address, { divert, resolve, timeoutMs, follow: look.follow !== false }, signal);
      }
      case 'tls':
        return shakeHands(look.host, divert(look.host, look.address, look.port), timeoutMs, signal);
      case 'tls-version':
        return tryVersion(look.version, look.host, divert(look.host, look.address, look.port), timeoutMs, signal);
    }
  };
  // Each kind of look gets its own kind of answer; the switch above is what makes it so.
  return answer as Probes;
}
