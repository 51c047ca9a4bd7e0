import { expect, test } from 'vitest';
import { forbids, namesAbove } from '../../runbooks/cert-pending/outside/caa.ts';

const ours = {
  identity: 'letsencrypt.org',
  method: 'http-01',
  wildcard: false,
  account: 'https://acme-v02.api.letsencrypt.org/acme/acct/1',
} as const;

test.each([
  ['admits', ['0 issue "letsencrypt.org"']],
  ['admits', ['0 issue "digicert.com"', '0 issue "letsencrypt.org"']],
  ['admits', ['0 iodef "mailto:ops@example.org"']],
  ['admits', ['0 issuewild ";"']],
  ['admits', ['0 issue "LetsEncrypt.org ; validationmethods=dns-01,http-01"']],
  ['admits', ['0 issue "letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/1"']],
  ['admits', ['0 issue "letsencrypt.org; validationmethods=dns-01"', '0 issue "letsencrypt.org"']],
  ['forbids', ['0 issue ";"']],
  ['forbids', ['0 issue "digicert.com"']],
  ['forbids', ['0 issue "letsencrypt.org; validationmethods=dns-01"']],
  ['forbids', ['0 issue "letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/2"']],
  ['forbids', ['0 issue "letsencrypt.org"', '128 tbs "Unknown"']],
])('%s: %j', (verdict, records) => {
  expect(forbids(records, ours) === undefined ? 'admits' : 'forbids').toBe(verdict);
});

test('for a wildcard issuewild counts where there is one, else issue', () => {
  const wild = { ...ours, wildcard: true, method: 'dns-01' } as const;
  expect(forbids(['0 issue "letsencrypt.org"', '0 issuewild ";"'], wild)).toBe('nobody may issue');
  expect(forbids(['0 issue "letsencrypt.org"'], wild)).toBeUndefined();
  expect(forbids(['0 issue "digicert.com"', '0 issuewild "letsencrypt.org"'], wild)).toBeUndefined();
});

test('names above a host, down to two labels', () => {
  expect(namesAbove('a.b.example.org')).toEqual(['b.example.org', 'example.org']);
  expect(namesAbove('*.example.org')).toEqual([]);
  expect(namesAbove('example.org')).toEqual([]);
});
