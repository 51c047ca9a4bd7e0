import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import {
  certificateFacts,
  chainFacts,
  chainLinks,
  isCertificateFor,
  isOrderedChain,
  isStagingIssuer,
  keyFits,
} from '../../src/core/certificate.ts';
import { type Authority, makeAuthority } from '../edges/probes/certificate-authority.ts';

const makeKeyPair = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let authority: Authority;
let leaf: string;
beforeAll(async () => {
  authority = await makeAuthority('(STAGING) Puzzling Parsnip');
  leaf = authority.issue({
    commonName: 'cn.example.org',
    names: ['auth.example.org', '*.apps.example.org'],
    serial: '0abc12',
    notAfter: new Date('2027-02-21T05:00:00Z'),
  }).cert;
});

test('the facts of a certificate', () => {
  expect(certificateFacts(leaf)).toEqual({
    serial: '0ABC12',
    subject: 'CN=cn.example.org, O=Example',
    issuer: 'CN=(STAGING) Puzzling Parsnip',
    names: ['auth.example.org', '*.apps.example.org'],
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-02-21T05:00:00.000Z',
  });
});

test('whether a key belongs to a certificate', () => {
  const one = authority.issue({ commonName: 'a.example.org', names: ['a.example.org'] });
  const own = makeKeyPair();
  expect(keyFits(one.cert, one.key)).toBe(true);
  expect(keyFits(one.cert, own)).toBe(false);
  expect(keyFits(one.cert, 'no key')).toBeUndefined();
  expect(keyFits('no certificate', one.key)).toBeUndefined();
});

test('a chain, link by link', () => {
  const { cert } = authority.issue({ commonName: 'a.example.org', names: ['a.example.org'] });
  const linked = (pem: string) => {
    const links = chainLinks(pem);
    return links.ok ? links.value.map(({ subject, signedByNext }) => [subject, signedByNext]) : links.why;
  };
  const [one, root] = ['CN=a.example.org, O=Example', 'CN=(STAGING) Puzzling Parsnip'];
  expect(linked(`${cert}${authority.cert}`)).toEqual([
    [one, true],
    [root, null],
  ]);
  expect(linked(`${authority.cert}${cert}`)).toEqual([
    [root, false],
    [one, null],
  ]);
  expect(linked('')).toBe('unreadable');
});

test('a comma in a name does not make a second name', () => {
  const { cert } = authority.issue({ commonName: 'x', names: ['a.example.org, DNS:b.example.org', 'c.example.org'] });
  expect(certificateFacts(cert)?.names).toEqual(['a.example.org, DNS:b.example.org', 'c.example.org']);
});

test('the certificates of a chain come in its order, whatever stands between them', () => {
  const found = chainFacts(`# leaf\r\n${leaf}\nroot:\n${authority.cert}`);
  expect(found.ok && found.value.map(({ subject }) => subject)).toEqual([
    'CN=cn.example.org, O=Example',
    'CN=(STAGING) Puzzling Parsnip',
  ]);
});

test('each must be issued by the next one', async () => {
  const stranger = await makeAuthority('(STAGING) Puzzling Parsnip');
  expect(isOrderedChain(leaf + authority.cert)).toBe(true);
  expect(isOrderedChain(authority.cert + leaf)).toBe(false);
  expect(isOrderedChain(leaf)).toBe(true);
  expect(isOrderedChain('')).toBe(false);
  // The same name with another key: only the signature tells.
  expect(isOrderedChain(leaf + stranger.cert)).toBe(false);
});

test.each([
  ['auth.example.org', true],
  ['AUTH.example.org', true],
  ['x.apps.example.org', true],
  ['x.y.apps.example.org', false],
  ['apps.example.org', false],
  ['cn.example.org', false],
])('for %s: %s', (host, wanted) => expect(isCertificateFor(leaf, host)).toBe(wanted));

test('a common name alone is for no host', async () => {
  const { cert } = await makeAuthority('auth.example.org');
  expect(certificateFacts(cert)?.subject).toBe('CN=auth.example.org');
  expect(isCertificateFor(cert, 'auth.example.org')).toBe(false);
});

test.each(['', 'no PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
  '"%s" is unreadable, not a fault',
  (pem) => {
    expect(chainFacts(pem)).toMatchObject({ ok: false, why: 'unreadable' });
    expect(certificateFacts(pem)).toBeUndefined();
    expect(isCertificateFor(pem, 'auth.example.org')).toBe(false);
  },
);

test('staging says so in the issuer', () => {
  expect(isStagingIssuer('CN=(STAGING) Puzzling Parsnip')).toBe(true);
  expect(isStagingIssuer("CN=R12, O=Let's Encrypt")).toBe(false);
});
