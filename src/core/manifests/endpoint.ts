import type { Endpoint } from '../setup/settings.ts';

export type ParsedEndpoint =
  | { readonly ok: true; readonly endpoint: Endpoint }
  | { readonly ok: false; readonly because: string };

const defaultPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
};

/**
 * Host and port of a database or Redis URL. A message never quotes the URL, as it holds a password. What reads in two ways is
 * refused: a password with an unescaped `#`, `/` or `?` would otherwise move the end of the host.
 */
export function endpointOf(url: string): ParsedEndpoint {
  const parsed = URL.parse(url.trim());
  const schemes = 'postgres://, postgresql://, redis:// or rediss://';
  if (parsed === null) {
    return { ok: false, because: 'is no URL with one host; special characters in a password must be percent-encoded' };
  }
  const usual = defaultPorts[parsed.protocol];
  if (usual === undefined) return { ok: false, because: `does not begin with ${schemes}` };
  if (
    parsed.hash !== '' ||
    (parsed.username === '' && parsed.password === '' && /@/.test(parsed.pathname + parsed.search))
  ) {
    return { ok: false, because: 'reads in two ways; special characters in a password must be percent-encoded' };
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '') return { ok: false, because: 'names no host' };
  return { ok: true, endpoint: { host, port: parsed.port === '' ? usual : Number(parsed.port) } };
}

/**
 * The namespace of a Service by its name in the cluster (`db.data.svc`, `pg-0.db.data.svc.cluster.local`), or undefined for any
 * other host. A cluster's domain of another name is not guessed: `a.b.svc.example.com` may as well be a provider's.
 */
export function namespaceOf(host: string): string | undefined {
  const labels = host
    .replace(/\.$/, '')
    .replace(/\.cluster\.local$/, '')
    .split('.');
  return labels.length >= 3 && labels.at(-1) === 'svc' ? labels.at(-2) : undefined;
}
