import { expect, test } from 'vitest';
import { healInWords } from '../../src/core/heal-in-words.ts';

test.each([
  [
    { world: { dns: { 'auth.example.org': { a: ['203.0.113.9'], aaaa: [] } } } },
    'The DNS team sets the record: auth.example.org A 203.0.113.9, no AAAA.',
  ],
  [{ world: { dns: { 'auth.example.org': null } } }, 'The DNS team takes away the record of auth.example.org.'],
  [
    { world: { ports: { '203.0.113.9:80': 'ingress', '203.0.113.9:443': 'ingress' } } },
    'The network team lets 203.0.113.9:80 and 203.0.113.9:443 through to the ingress.',
  ],
  [
    { world: { ingress: { intercepts: { '/': null } } } },
    'The platform team: nothing stands before the ingress at / now.',
  ],
  [
    { world: { acme: { 'https://ca.example.org/directory': null } } },
    'ca.example.org can be reached and answers as it should.',
  ],
  [{ world: { looks: {} } }, 'Somebody else mends it: the world outside changes.'],
  [{ world: {}, says: 'The network team opens it.' }, 'The network team opens it.'],
  [{ object: 'Certificate/old', patch: null }, 'By hand: Certificate/old is deleted.'],
  [
    { object: 'ClusterIssuer/ca', patch: { spec: { acme: { email: 'ops@example.org', proxy: null } } } },
    'By hand: ClusterIssuer/ca is changed: spec.acme.email is now ops@example.org, spec.acme.proxy is taken away.',
  ],
  [{ object: 'Certificate/x', patch: {}, says: 'cmctl renew x' }, 'By hand: cmctl renew x'],
  [{ pass: '3m' }, 'Time passes: 3m.'],
] as const)('who mends it and how is said: %j', (step, words) => {
  expect(healInWords(step)).toBe(words);
});
