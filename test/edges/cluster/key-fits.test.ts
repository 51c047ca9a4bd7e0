import { expect, test } from 'vitest';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { objectParser } from '../../../src/edges/cluster/parse-object.ts';
import { makeAuthority } from '../probes/certificate-authority.ts';

test('of the key in a TLS Secret only that it fits is kept', async () => {
  const [one, other] = await Promise.all([makeAuthority('One'), makeAuthority('Other')]);
  const subject = { commonName: 'auth.example.org', names: ['auth.example.org'] };
  const { cert, key } = one.issue(subject);
  const parsed = (data: Readonly<Record<string, string>>) =>
    objectParser([])(
      {
        metadata: { name: 'auth-tls-secret' },
        data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, btoa(value)])),
      },
      kinds.Secret,
    );
  expect(parsed({ 'tls.crt': cert, 'tls.key': key })).toMatchObject({ keyFits: true });
  expect(parsed({ 'tls.crt': cert, 'tls.key': other.issue(subject).key })).toMatchObject({ keyFits: false });
  expect(parsed({ 'tls.crt': cert, 'tls.key': 'no key' })).toMatchObject({ keyFits: false });
  expect(parsed({ 'tls.crt': cert })).not.toHaveProperty('keyFits');
  expect(parsed({ password: 'x' })).not.toHaveProperty('keyFits');
  expect(JSON.stringify(parsed({ 'tls.crt': cert, 'tls.key': key }))).not.toContain(btoa(key).slice(40, 80));
});
