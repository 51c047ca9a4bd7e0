import { ExpectedStop } from './failure.ts';

/** IP addresses as text, and the two flags that speak of them: `--resolver` and `--connect-to`. */

type Address = { readonly family: 4 | 6 /** 4 octets, or 8 groups of 16 bits. */; readonly parts: readonly number[] };

/** Reads an address without brackets, port or zone; undefined where it is none (RFC 4291, 2.2; no leading zeros in IPv4). */
function readAddress(text: string): Address | undefined {
  const octets = readOctets(text);
  if (octets) return { family: 4, parts: octets };
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return undefined;
  const [head, tail] = [readGroups(halves[0] ?? '', halves.length === 1), readGroups(halves[1] ?? '', true)];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return { family: 6, parts: [...head, ...Array<number>(missing).fill(0), ...tail] };
}

function readOctets(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

/** The groups of one side of `::`. Only at the very end (`isEnd`) may an IPv4 address stand. */
function readGroups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const words = text.split(':');
  const groups: number[] = [];
  for (const [place, word] of words.entries()) {
    const octets = isEnd && place === words.length - 1 ? readOctets(word) : undefined;
    if (octets) groups.push(...pairs(octets));
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}

const pairs = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => [a * 256 + b, c * 256 + d];

/** 4 or 6, or undefined where `text` is a name or nothing. */
export function familyOf(text: string): 4 | 6 | undefined {
  return readAddress(text)?.family;
}

/** Whether an address lies in a block as `10.0.0.0/8` writes it; undefined where either is none. */
export function isWithin(address: string, cidr: string): boolean | undefined {
  const [, base = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const [read, block] = [readAddress(address), readAddress(base)];
  if (!read || !block || Number(length) > (block.family === 4 ? 32 : 128)) return undefined;
  if (read.family !== block.family) return false;
  const width = read.family === 4 ? 8 : 16;
  return read.parts.every((part, place) => {
    const left = Math.max(0, Math.min(width, Number(length) - place * width));
    return part >> (width - left) === (block.parts[place] ?? 0) >> (width - left);
  });
}

/** One spelling for one address, so that two can be compared: `2001:DB8:0::7` → `2001:db8:0:0:0:0:0:7`. A name comes back in lower case. */
export function canonical(text: string): string {
  const address = readAddress(text);
  if (address?.family === 6) return address.parts.map((group) => group.toString(16)).join(':');
  return text.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether no host of the internet can reach `address`: RFC 1918, loopback, link-local (RFC 3927, RFC 4291) or unique-local (RFC 4193).
 * Documentation ranges (RFC 5737, RFC 3849) do not count: test beds use them as public ones.
 */
export function isPrivate(address: string): boolean {
  const read = readAddress(address);
  if (!read) return false;
  if (read.family === 4) return isPrivateOctets(read.parts);
  const [first = 0] = read.parts;
  const isMapped = read.parts.slice(0, 5).every((group) => group === 0) && read.parts[5] === 0xffff;
  if (isMapped) return isPrivateOctets(read.parts.slice(6).flatMap((group) => [group >> 8, group & 255]));
  const isLoopback = read.parts.slice(0, 7).every((group) => group === 0) && read.parts[7] === 1;
  return isLoopback || (first & 0xffc0) === 0xfe80 || (first & 0xfe00) === 0xfc00;
}

function isPrivateOctets([a = 0, b = 0]: readonly number[]): boolean {
  return (
    a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  );
}

/** `host:port` as URLs and resolvers write it: an IPv6 address gets brackets. */
export function withPort(host: string, port: number): string {
  return familyOf(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Reads `--resolver ADDR[:PORT]` into `ADDR:PORT`. Throws ExpectedStop('usage') on anything but an IP address. */
export function parseResolver(text: string): string {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const address = familyOf(text) === 6 ? text : (bracketed ?? plain ?? '');
  const port = familyOf(text) === 6 || portText === undefined ? 53 : readPort(portText);
  const rightBrackets = bracketed === undefined || familyOf(bracketed) === 6;
  if (familyOf(address) !== undefined && port !== undefined && rightBrackets) return withPort(address, port);
  throw new ExpectedStop(
    'usage',
    `--resolver takes the address of a DNS server, as ADDR or ADDR:PORT, not "${text}".`,
    ['Give an IP address: --resolver 192.0.2.53, or --resolver "[2001:db8::53]:5353".'],
  );
}

const readPort = (text: string): number | undefined => {
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
};

/** One `--connect-to`: what it applies to, and where the connection goes instead. null: any, or left as it is. */
export type ConnectTo = {
  readonly host: string | null;
  readonly port: number | null;
  readonly toHost: string | null;
  readonly toPort: number | null;
};

/** Reads `--connect-to HOST:PORT:ADDR:PORT` as curl does. Each part may be empty. Throws ExpectedStop('usage'). */
export function parseConnectTo(text: string): ConnectTo {
  const read = /^(\[[^\]]*\]|[^:[\]\s]*):(\d*):(\[[^\]]*\]|[^:[\]\s]*):(\d*)$/.exec(text);
  const [, host = '', port = '', toHost = '', toPort = ''] = read ?? [];
  const isSound = (part: string) => !part.startsWith('[') || familyOf(part.slice(1, -1)) === 6;
  const isSoundPort = (part: string) => part === '' || readPort(part) !== undefined;
  if (!read || !isSound(host) || !isSound(toHost) || !isSoundPort(port) || !isSoundPort(toPort)) {
    throw new ExpectedStop('usage', `--connect-to takes HOST:PORT:ADDR:PORT, not "${text}".`, [
      'Give what to divert and where to: --connect-to auth.example.org:80:192.0.2.7:8080. IPv6 addresses stand in brackets.',
    ]);
  }
  const bare = (part: string) => (part === '' ? null : canonical(part.startsWith('[') ? part.slice(1, -1) : part));
  return {
    host: bare(host),
    port: port === '' ? null : Number(port),
    toHost: bare(toHost),
    toPort: toPort === '' ? null : Number(toPort),
  };
}

/**
 * Where a connection to `address:port`, made for one of `names`, really goes. A rule for the address beats one for the name, and
 * that beats one for any host: a family of addresses can be told apart only by address. Among equals the first one counts.
 */
export function diverted(
  rules: readonly ConnectTo[],
  names: readonly string[],
  address: string,
  port: number,
): { readonly host: string; readonly port: number } {
  const fitting = rules.filter((rule) => rule.port === null || rule.port === port);
  const known = names.map(canonical);
  const rule =
    fitting.find(({ host }) => host === canonical(address)) ??
    fitting.find(({ host }) => host !== null && known.includes(host)) ??
    fitting.find(({ host }) => host === null);
  return { host: rule?.toHost ?? address, port: rule?.toPort ?? port };
}
