import { isIP, isIPv6 } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  canonical,
  diverted,
  familyOf,
  isPrivate,
  isWithin,
  parseConnectTo,
  parseResolver,
} from '../../src/core/addresses.ts';
import { ExpectedStop } from '../../src/core/failure.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe('reading addresses', () => {
  property.prop([fc.oneof(address, fc.string(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/))])(
    'agrees with Node.js on what is an address',
    (text) => {
      fc.pre(!text.includes('%'));
      expect(familyOf(text) ?? 0).toBe(isIP(text));
    },
  );

  property.prop([fc.ipV6()])('gives every spelling of an address one canonical one', (text) => {
    const shortest = new URL(`http://[${text}]`).hostname.slice(1, -1);
    expect(canonical(shortest)).toBe(canonical(text));
    expect(isIPv6(canonical(text))).toBe(true);
  });

  test.each([
    '1:::2',
    '::1::2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '::1.2.3',
    '12345::',
    'example.org',
    '',
  ])('"%s" is no address', (text) => expect(familyOf(text)).toBeUndefined());
});

describe('what no host of the internet can reach', () => {
  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'febf::1',
    'fc00::1',
    'fd12::1',
    '::ffff:10.0.0.1',
  ])('%s is private', (text) => expect(isPrivate(text)).toBe(true));
  test.each([
    '9.255.255.255',
    '11.0.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.0.1',
    '203.0.113.9',
    '198.51.100.1',
    '192.0.2.1',
    '2001:db8::7',
    'fec0::1',
    '::',
    '::ffff:8.8.8.8',
    '100.64.0.1',
    'example.org',
  ])('%s is not', (text) => expect(isPrivate(text)).toBe(false));
});

describe('--resolver', () => {
  test.each([
    ['192.0.2.53', '192.0.2.53:53'],
    ['192.0.2.53:5353', '192.0.2.53:5353'],
    ['2001:db8::53', '[2001:db8::53]:53'],
    ['[2001:db8::53]', '[2001:db8::53]:53'],
    ['[2001:db8::53]:5353', '[2001:db8::53]:5353'],
  ])('%s is %s', (text, wanted) => expect(parseResolver(text)).toBe(wanted));

  test.each([
    '',
    'dns.example.org',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '[192.0.2.53]:53',
    '[::1',
    '1.2.3.4:53:53',
  ])('"%s" is a usage error that quotes it', (text) =>
    expect(() => parseResolver(text)).toThrow(
      expect.objectContaining({ reason: 'usage', message: expect.stringContaining(`"${text}"`) }),
    ),
  );
});

describe('--connect-to', () => {
  test.each([
    ['auth.example.org:80:192.0.2.7:8080', { host: 'auth.example.org', port: 80, toHost: '192.0.2.7', toPort: 8080 }],
    [
      'AUTH.example.org.:80:[2001:db8::1]:8080',
      { host: 'auth.example.org', port: 80, toHost: '2001:db8:0:0:0:0:0:1', toPort: 8080 },
    ],
    ['[2001:db8::7]:80:127.0.0.1:9', { host: '2001:db8:0:0:0:0:0:7', port: 80, toHost: '127.0.0.1', toPort: 9 }],
    ['::127.0.0.1:8080', { host: null, port: null, toHost: '127.0.0.1', toPort: 8080 }],
    ['a.example.org:443::8443', { host: 'a.example.org', port: 443, toHost: null, toPort: 8443 }],
    [':::', { host: null, port: null, toHost: null, toPort: null }],
  ])('%s', (text, wanted) => expect(parseConnectTo(text)).toEqual(wanted));

  const name = fc.domain().map((domain) => domain.toLowerCase());
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }));
  const part = fc.option(fc.oneof(name, fc.ipV4(), fc.ipV6().map(canonical)));
  const rule = fc.record({ host: part, port, toHost: part, toPort: port });
  const written = (host: string | null) => (host === null ? '' : familyOf(host) === 6 ? `[${host}]` : host);

  property.prop([rule])('what is written is what is read', (given) => {
    const text = [written(given.host), given.port ?? '', written(given.toHost), given.toPort ?? ''].join(':');
    expect(parseConnectTo(text)).toEqual(given);
  });

  property.prop([fc.string()])('anything else is a usage error, never a fault', (text) => {
    try {
      parseConnectTo(text);
    } catch (error) {
      expect(error).toBeInstanceOf(ExpectedStop);
    }
  });

  test.each([
    '',
    'auth.example.org',
    'a:80:b',
    '2001:db8::7:80:127.0.0.1:9',
    '[example.org]:80:127.0.0.1:9',
    'a:0:b:1',
    'a:80:b:65536',
    'a b:80:c:80',
  ])('"%s" is a usage error that quotes it', (text) =>
    expect(() => parseConnectTo(text)).toThrow(
      expect.objectContaining({ reason: 'usage', message: expect.stringContaining(`"${text}"`) }),
    ),
  );
});

describe('where a connection goes', () => {
  const rules = [
    '::127.0.0.1:1',
    'auth.example.org:80:127.0.0.1:2',
    '[2001:DB8::7]:80:127.0.0.1:3',
    'auth.example.org:80:127.0.0.1:4',
  ].map(parseConnectTo);

  test.each([
    [['auth.example.org'], '2001:db8:0::7', 80, 3],
    [['AUTH.example.org.'], '203.0.113.9', 80, 2],
    [['auth.example.org'], '203.0.113.9', 443, 1],
    [[], '203.0.113.9', 80, 1],
  ])('%j at %s, port %i goes to port %i', (names, to, port, wanted) => {
    expect(diverted(rules, names, to, port)).toEqual({ host: '127.0.0.1', port: wanted });
  });

  property.prop([address, fc.integer({ min: 1, max: 65_535 })])(
    'without a rule it goes where it was going',
    (to, port) => {
      expect(diverted([], [], to, port)).toEqual({ host: to, port });
    },
  );
});

test.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['203.0.113.129', '203.0.113.128/25', true],
  ['203.0.113.127', '203.0.113.128/25', false],
  ['203.0.113.9', '0.0.0.0/0', true],
  ['203.0.113.9', '::/0', false],
  ['2001:db8::9', '::/0', true],
  ['2001:db8:1::9', '2001:db8::/48', false],
  ['2001:db8::9', '2001:db8::/33', true],
  ['auth.example.org', '0.0.0.0/0', undefined],
  ['203.0.113.9', '203.0.113.9', undefined],
])('whether %s is within %s', (address, block, is) => {
  expect(isWithin(address, block)).toBe(is);
});
