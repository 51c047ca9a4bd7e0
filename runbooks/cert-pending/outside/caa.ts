import type { Sight } from '../../../src/core/sight.ts';

/** CAA records (RFC 8659), read as Let's Encrypt reads them (boulder, va/caa.go). */

/** The names above `host` whose records count where it has none itself. Single labels have none in practice and are not asked. */
export function namesAbove(host: string): readonly string[] {
  const labels = host.replace(/^\*\./, '').split('.');
  return labels
    .map((_, place) => labels.slice(place).join('.'))
    .filter((name, place) => place > 0 && name.includes('.'));
}

export type Records = { readonly name: string; readonly records: readonly string[]; readonly asked: string };

/** The records that count for `host`: its own, else those of the closest name above. Aliases are followed by who was asked. */
export function recordsFor(sight: Sight, host: string): Records | 'none' | 'unclear' {
  const name = host.replace(/^\*\./, '');
  for (const here of [name, ...namesAbove(name)]) {
    const { rcode, caa, asked } = sight.dns(here);
    if (caa.length > 0) return { name: here, records: caa, asked };
    if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return 'unclear';
  }
  return 'none';
}

export type Wish = {
  readonly identity: string;
  readonly method: 'http-01' | 'dns-01';
  readonly wildcard: boolean;
  /** The account's URL, where it is known. */
  readonly account: string | undefined;
};

/** Why the records keep the CA from issuing, or undefined where they admit it. */
export function forbids(records: readonly string[], wish: Wish): string | undefined {
  const all = records.flatMap(readRecord);
  const critical = all.find(({ flags, tag }) => (flags & 129) !== 0 && !known.includes(tag));
  if (critical) return `the critical property "${critical.tag}" is not known to CAs`;
  const wild = wish.wildcard ? all.filter(({ tag }) => tag === 'issuewild') : [];
  const issue = wild.length > 0 ? wild : all.filter(({ tag }) => tag === 'issue');
  if (issue.length === 0) return undefined;
  const ours = issue.filter(({ issuer }) => issuer === wish.identity);
  if (ours.length === 0) {
    const others = issue.map(({ issuer }) => issuer).filter((name) => name !== '');
    return others.length > 0 ? `only ${others.join(', ')} may issue` : 'nobody may issue';
  }
  const reasons = ours.map(({ parameters }) => unmet(parameters, wish));
  return reasons.some((reason) => reason === undefined) ? undefined : reasons[0];
}

const known = ['issue', 'issuewild', 'iodef', 'issuemail', 'contactemail', 'contactphone'];

/** RFC 8657: which account may ask, and how it has to prove itself. */
function unmet(parameters: Readonly<Record<string, string>>, { identity, method, account }: Wish): string | undefined {
  const methods = parameters['validationmethods']?.split(',').map((name) => name.trim());
  if (methods && !methods.includes(method))
    return `${identity} may issue by ${methods.join(' or ')} only, not by ${method}`;
  const pinned = parameters['accounturi'];
  return pinned !== undefined && account !== undefined && idOf(pinned) !== idOf(account)
    ? `${identity} may issue for account ${pinned} only, not for ${account}`
    : undefined;
}

/** Let's Encrypt knows an account by two URLs, of its first protocol and of this one, with the same number at the end. */
const idOf = (account: string): string => account.slice(account.lastIndexOf('/') + 1);

type Property = {
  readonly flags: number;
  readonly tag: string;
  readonly issuer: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** `0 issue "letsencrypt.org; validationmethods=http-01"` */
function readRecord(text: string): readonly Property[] {
  const found = /^(\d+) (\S+) "?(.*?)"?$/.exec(text);
  if (!found) return [];
  const [issuer = '', ...rest] = (found[3] ?? '').split(';').map((part) => part.trim());
  const parameters = Object.fromEntries(
    rest.flatMap((part) => {
      const place = part.indexOf('=');
      return place > 0 ? [[part.slice(0, place).trim().toLowerCase(), part.slice(place + 1).trim()]] : [];
    }),
  );
  return [{ flags: Number(found[1]), tag: (found[2] ?? '').toLowerCase(), issuer: issuer.toLowerCase(), parameters }];
}
