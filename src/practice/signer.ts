import { type Authority, authority, issued } from './authority.ts';

/** The certificate authorities of the practice world: what they sign is a real certificate, of names like theirs. */
export type Signer = {
  /** By the ACME server's directory URL, or by another issuer's name. Tells the leaf and what stands above it, in PEM. */
  readonly sign: (
    by: SignedBy,
    wanted: {
      readonly commonName: string;
      readonly hosts: readonly string[];
      readonly key: string;
      readonly now: Date;
      readonly days: number;
    },
  ) => { readonly chain: string; readonly root: string };
};

export type SignedBy = { readonly acme: string } | { readonly issuer: string };

const hour = 60 * 60 * 1000;
const day = 24 * hour;

export function makeSigner(): Signer {
  const known = new Map<string, { readonly root: Authority; readonly between: Authority }>();
  const authorityOf = (by: SignedBy, now: Date): { readonly root: Authority; readonly between: Authority } => {
    const name = 'acme' in by ? nameOfServer(by.acme) : by.issuer;
    const held = known.get(name);
    if (held) return held;
    const [from, to] = [new Date(now.getTime() - 365 * day), new Date(now.getTime() + 3650 * day)];
    const staging = name.startsWith('(STAGING)');
    const root = authority('acme' in by ? rootNames(staging) : { commonName: name }, from, to);
    const made = {
      root,
      between: 'acme' in by ? authority({ commonName: name, organisation: "Let's Encrypt" }, from, to, root) : root,
    };
    known.set(name, made);
    return made;
  };
  return {
    sign: (by, { commonName, hosts, key, now, days }) => {
      const { root, between } = authorityOf(by, now);
      // Let's Encrypt dates certificates back by an hour, for clocks that are behind.
      const from = new Date(now.getTime() - ('acme' in by ? hour : 0));
      const leaf = issued(between, { commonName, hosts, key, from, to: new Date(from.getTime() + days * day - 1000) });
      return { chain: leaf.certificate + (between === root ? '' : between.certificate), root: root.certificate };
    },
  };
}

const rootNames = (staging: boolean): { commonName: string; organisation: string } =>
  staging
    ? { commonName: '(STAGING) Pretend Pear X1', organisation: 'Internet Security Research Group' }
    : { commonName: 'ISRG Root X1', organisation: 'Internet Security Research Group' };

/** As Let's Encrypt names its intermediates; those of its test CA begin with (STAGING). */
const nameOfServer = (directory: string): string =>
  /staging/.test(directory) ? '(STAGING) Riddling Rhubarb R12' : 'R12';
