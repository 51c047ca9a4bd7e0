import { familyOf } from './addresses.ts';

/** The statuses Let's Encrypt follows; any other one with a Location it refuses. */
const followed = [301, 302, 307, 308];
const mostRedirects = 10;

export type Redirect = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly detail: string };

/**
 * Where a redirect leads, or why a certificate authority would not go there (RFC 8555, 8.3 leaves it to the CA; these are the rules
 * of Let's Encrypt, https://letsencrypt.org/docs/challenge-types/#http-01-challenge). `asked` are the URLs so far.
 */
export function redirectFrom(status: number, location: string, asked: readonly URL[]): Redirect {
  const no = (detail: string) => ({ ok: false, detail }) as const;
  const url = URL.parse(location, asked.at(-1));
  if (!url) return no('redirects to something that is no URL');
  const to = `redirects to ${shown(url)}`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!followed.includes(status)) return no(`${to} with status ${status}; only 301, 302, 307 and 308 are followed`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return no(`${to}; only http and https are followed`);
  if (url.port !== '' && url.port !== '80' && url.port !== '443')
    return no(`${to}; only ports 80 and 443 are followed`);
  if (familyOf(host) !== undefined) return no(`${to}; an address instead of a name is not followed`);
  if (host.endsWith('.well-known')) return no(`${to}; a "/" is missing between host and path`);
  if (asked.some(({ href }) => href === url.href)) return no(`${to}, where it came from: a loop`);
  if (asked.length > mostRedirects) return no(`${to}, after ${mostRedirects} other redirects`);
  url.hash = '';
  return { ok: true, url };
}

/** Whether a status asks to go elsewhere: with a Location it does. 300 and 304 only offer. */
export function isRedirect(status: number, location: string): boolean {
  return location !== '' && status >= 301 && status < 400 && status !== 304;
}

/** A URL without what may be secret in it: credentials and the query (a login's state). */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
