import { parse } from 'tldts';
import { bad, type Checked, good } from './checked.ts';

/** The longest name that set-up puts in front of the domain. */
const LONGEST_PREFIX = 'auth-staging.';
/** RFC 1035, 2.3.4: 255 octets on the wire are 253 characters. */
const LONGEST_NAME = 253;
/** X.520 ub-common-name. A longer host gets a certificate without commonName. */
const LONGEST_COMMON_NAME = 64;

/** Names set aside for examples and tests (RFC 2606, RFC 6761): a public CA issues nothing for them. */
export function isSetAside(domain: string): boolean {
  return /(^|\.)(example\.(com|net|org)|example|test|invalid|localhost|local|internal)$/.test(domain);
}

/** A host name in lower case, or what is wrong with it. */
export function checkHost(typed: string): Checked {
  const text = typed.trim();
  if (text === '') return bad('Type a name, for example example.org.');
  if (text.includes('://')) return bad('Type the name alone, without https:// and without a path.');
  if (/[/?#@]/.test(text)) return bad('Type the name alone, without a path or a user.');
  if (text.startsWith('*.') || text.includes('*')) return bad('Type the name itself: HTTP-01 cannot prove a wildcard.');
  const name = inAscii(text.replace(/\.$/, ''));
  if (name === undefined) return bad('This is no host name.');
  if (parse(name).isIp) return bad('Type a name: certificates are issued for names here, not for addresses.');
  if (name.length > LONGEST_NAME) return bad(`The name has ${name.length} characters; DNS allows ${LONGEST_NAME}.`);
  for (const label of name.split('.')) {
    if (label === '') return bad('Two dots in a row, or a dot in front.');
    if (label.length > 63)
      return bad(`The part "${label.slice(0, 12)}…" has ${label.length} characters; DNS allows 63.`);
    if (!/^[a-z0-9-]+$/.test(label)) return bad(`The part "${label}" may hold letters, digits and hyphens only.`);
    if (label.startsWith('-') || label.endsWith('-'))
      return bad(`The part "${label}" may not begin or end with a hyphen.`);
  }
  if (!name.includes('.')) return bad(`"${name}" has no dot: type the whole name, for example ${name}.example.org.`);
  if (/^[0-9]+$/.test(name.slice(name.lastIndexOf('.') + 1))) return bad('The last part may not be a number.');
  return good(name);
}

/** The domain that both hosts live under. */
export function checkDomain(typed: string): Checked {
  const host = checkHost(typed);
  if (!host.ok) return host;
  const domain = host.value;
  const room = LONGEST_NAME - LONGEST_PREFIX.length;
  if (domain.length > room) {
    return bad(`The domain has ${domain.length} characters; ${LONGEST_PREFIX}… leaves room for ${room}.`);
  }
  const known = parse(domain, { allowPrivateDomains: true });
  if (known.domain === null) return bad(`${domain} is a public suffix: nobody can hold it. Type a domain under it.`);
  const remarks: string[] = [];
  if (isSetAside(domain)) {
    remarks.push(`${domain} is set aside for examples, tests or private use: Let's Encrypt issues nothing for it.`);
  } else if (!known.isIcann && !known.isPrivate) {
    remarks.push(`".${known.publicSuffix}" is no public top-level domain: Let's Encrypt issues nothing under it.`);
  }
  if (LONGEST_PREFIX.length + domain.length > LONGEST_COMMON_NAME) {
    remarks.push(
      `Hosts of more than ${LONGEST_COMMON_NAME} bytes get a certificate without commonName; clients read dnsNames.`,
    );
  }
  return good(domain, ...remarks);
}

/** Lower case, and letters beyond ASCII as punycode; undefined where that cannot be. */
function inAscii(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (/^[\x00-\x7f]*$/.test(lower)) return lower;
  return URL.canParse(`http://${lower}`) ? new URL(`http://${lower}`).hostname : undefined;
}
