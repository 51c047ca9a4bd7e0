import { bad, type Checked, good } from './checked.ts';

/** A label of RFC 1123: namespaces, profiles. */
export function checkNamespace(typed: string): Checked {
  const text = typed.trim();
  if (text === '') return bad('Type a name.');
  if (text.length > 63) return bad(`The name has ${text.length} characters; 63 are allowed.`);
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) {
    return bad(`"${text.slice(0, 40)}": small letters, digits and hyphens only, a letter or digit at both ends.`);
  }
  return good(text);
}

/** The name of a Secret or IngressClass: labels with dots between (RFC 1123 subdomain). */
export function checkObjectName(typed: string): Checked {
  const text = typed.trim();
  if (text === '') return bad('Type a name.');
  if (text.length > 253) return bad(`The name has ${text.length} characters; 253 are allowed.`);
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text)) {
    return bad(`"${text.slice(0, 40)}": small letters, digits, hyphens and dots only, a letter or digit at both ends.`);
  }
  return good(text);
}

/** An origin that may call the service from a browser: scheme and host, no path (RFC 6454). */
export function checkOrigin(typed: string): Checked {
  const text = typed.trim();
  if (text.includes('*'))
    return bad('Name the origins one by one: a wildcard lets every site call with the visitor’s credentials.');
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return bad(`"${text.slice(0, 60)}": type it as https://app.example.org.`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return bad('An origin has no user and no password in it.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return bad(`"${url.origin}" is an origin; leave the path out.`);
  }
  const isHere = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol === 'http:' && !isHere)
    return good(url.origin, `${url.origin} is not encrypted: whoever is on the way may read the tokens.`);
  return good(url.origin);
}
