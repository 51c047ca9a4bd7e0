import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for `server`, or undefined. As Go's httpproxy and so kubectl do it: HTTPS_PROXY (HTTP_PROXY
 * for http:), lower case too; loopback is never proxied; NO_PROXY lists names, `.suffixes`, addresses, networks, each with an
 * optional port, or `*` (pkg.go.dev/golang.org/x/net/http/httpproxy).
 */
export function proxyFromEnvironment(
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const url = new URL(server);
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  const proxy = url.protocol === 'http:' ? either(env, 'HTTP_PROXY') : either(env, 'HTTPS_PROXY');
  if (!proxy || isLoopback(host)) return undefined;
  const exempt = (either(env, 'NO_PROXY') ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  if (exempt.some((entry) => covers(entry, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function either(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const [name, wanted] = nameAndPort(entry);
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const suffix = name.replace(/^\*?\./, '');
  // `.example.org` leaves example.org itself proxied; `example.org` covers it and all below it.
  return host.endsWith(`.${suffix}`) || (suffix === name && host === suffix);
}

function nameAndPort(entry: string): readonly [name: string, port: string | undefined] {
  if (isIP(entry) !== 0) return [entry, undefined];
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/.exec(entry)?.groups;
  return [found?.['six'] ?? found?.['name'] ?? entry, found?.['port']];
}

function inNetwork(entry: string, host: string): boolean {
  const [address = '', bits = ''] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const network = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  network.addSubnet(address, Number(bits), type);
  return network.check(host, type);
}
