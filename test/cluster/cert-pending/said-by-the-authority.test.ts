import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { addresses, currentBed, until } from '../bed/bed.ts';
import { keptWords } from '../kept-words.ts';
import { ask, newSite, type Site } from './site.ts';

/**
 * What the real cert-manager makes of words that an authority has for an Order, an authorization and an account. The details are those
 * of boulder (wfe2, ra, va) and of pebble (wfe), as their public sources have them; the relay in front of pebble says them.
 */
const bed = currentBed();
const said = keptWords();

type Authority = typeof bed.acme.staging;
type Kind = 'orders' | 'challenges';

/** The reason in the status of a site's Order or Challenge, once it says such a thing. */
const reasonOf = ({ namespace }: Site, kind: Kind, words: RegExp): Promise<string> =>
  until(
    `${words} in the status of one of the ${kind}`,
    async () => {
      const { items } = await bed.api.get(`/apis/acme.cert-manager.io/v1/namespaces/${namespace}/${kind}`);
      return items
        .map(({ status }: { status?: { reason?: string } }) => status?.reason)
        .find((reason: string | undefined) => reason !== undefined && words.test(reason));
    },
    60,
  );

type Row = {
  readonly name: string;
  readonly says: (authority: Authority, site: Site) => Promise<unknown>;
  readonly kind: Kind;
  /** What cert-manager has made of it. */
  readonly as: RegExp;
};

const problem = (status: number, type: string, detail: string) => ({ status, type, detail });
const fetching = (scheme: string, host: string, what: string) =>
  `${addresses.loadBalancer}: Fetching ${scheme}://${host}/.well-known/acme-challenge/x: ${what}`;

const rows: readonly Row[] = [
  {
    name: 'order-unknown',
    says: (authority) => authority.refuse('order', problem(404, 'malformed', 'No order for ID 4711')),
    kind: 'orders',
    as: /^Failed to retrieve Order resource: 404 urn:ietf:params:acme:error:malformed: No order/,
  },
  {
    name: 'order-of-another-account',
    says: (authority) =>
      authority.refuse(
        'order',
        problem(403, 'unauthorized', 'Account that authenticated the request does not own the specified order'),
      ),
    kind: 'orders',
    as: /^Failed to retrieve Order resource: 403 urn:ietf:params:acme:error:unauthorized: Account that/,
  },
  {
    name: 'key-of-the-account',
    says: (authority) =>
      authority.refuse(
        'finalize',
        problem(
          400,
          'malformed',
          'Error finalizing order :: certificate public key must be different than account key',
        ),
      ),
    kind: 'orders',
    as: /^Failed to finalize Order: 400 urn:ietf:params:acme:error:malformed: Error finalizing order/,
  },
  {
    name: 'authorization-over',
    says: (authority) =>
      authority.refuse(
        'challenge',
        problem(400, 'malformed', 'Unable to update challenge :: authorization must be pending'),
      ),
    kind: 'challenges',
    as: /^Error accepting challenge: 400 urn:ietf:params:acme:error:malformed: Unable to update challenge/,
  },
  {
    name: 'challenge-page',
    says: (authority) => authority.answer('challenge', 503, '<html>Service Unavailable</html>'),
    kind: 'challenges',
    as: /^Error accepting challenge: 503 : <html>Service Unavailable<\/html>$/,
  },
  {
    name: 'validation-no-data',
    says: (authority, { host }) =>
      authority.failValidations(problem(400, 'connection', fetching('http', host, 'Error getting validation data'))),
    kind: 'challenges',
    as: /authorization error for \S+: 400 urn:ietf:params:acme:error:connection: .*Error getting/,
  },
  {
    name: 'validation-other-key-authorization',
    says: (authority) =>
      authority.failValidations(
        problem(
          403,
          'unauthorized',
          'The key authorization file from the server did not match this challenge. Expected "x.y" (got "z")',
        ),
      ),
    kind: 'challenges',
    as: /authorization error for \S+: 403 urn:ietf:params:acme:error:unauthorized: The key authorization/,
  },
  {
    name: 'validation-plain-http',
    says: (authority, { host }) =>
      authority.failValidations(problem(400, 'malformed', fetching('https', host, 'Server only speaks HTTP, not TLS'))),
    kind: 'challenges',
    as: /authorization error for \S+: 400 urn:ietf:params:acme:error:malformed: .*Server only speaks HTTP/,
  },
];

/** One says one thing at a time; there are two of them. */
async function hear(authority: Authority, some: readonly Row[]): Promise<void> {
  for (const { name, says, kind, as } of some) {
    await authority.reset();
    const site = await newSite('said', { server: authority.directory });
    await says(authority, site);
    await ask(site);
    said[name] = await reasonOf(site, kind, as);
  }
}

test('of Orders, authorizations and validations', async () => {
  await Promise.all(
    [bed.acme.staging, bed.acme.production].map((authority, lane) =>
      hear(
        authority,
        rows.filter((_, place) => place % 2 === lane),
      ),
    ),
  );
  await bed.acme.staging.reset();
});

test('of a Secret that another made while it made the same', async () => {
  const namespace = await bed.namespace('said');
  const issuer = (name: string) => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name, namespace },
    spec: {
      acme: {
        server: bed.acme.staging.directory,
        caBundle: Buffer.from(bed.acme.staging.caBundle).toString('base64'),
        privateKeySecretRef: { name: name === 'first' ? 'own' : 'one-for-all' },
        solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }],
      },
    },
  });
  // It stands for a moment only, so every state is listened to.
  const words = '-o=jsonpath={.status.conditions[*].message}{"\\n"}';
  const kubectl = spawn(join(bed.parts, 'kubectl'), [
    ...['--kubeconfig', bed.kubeconfig, '-n', namespace, 'get', 'issuers', '--watch', words],
  ]);
  try {
    const lines: string[] = [];
    createInterface(kubectl.stdout).on('line', (line) => lines.push(line));
    await bed.kubectl('apply -f -', issuer('first'));
    await until('the watch', () => (lines.length > 0 ? true : undefined));
    const items = ['a', 'b', 'c', 'd', 'e'].map(issuer);
    await bed.kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });
    said['account-key-there'] = await until('a key that is there already', () =>
      lines.find((line) => line.endsWith('already exists')),
    );
    expect(said['account-key-there']).toBe('Failed to register ACME account: secrets "one-for-all" already exists');
  } finally {
    kubectl.kill();
    await once(kubectl, 'close');
  }
});

test('of a name, where the cluster’s DNS does not answer', async () => {
  const silent = createSocket('udp4');
  silent.bind(5353, '127.77.0.53');
  await once(silent, 'listening');
  const site = await newSite('said');
  await bed.certManager.restart({ 'acme-http01-solver-nameservers': '127.77.0.53:5353' });
  try {
    await ask(site);
    said['dns-silent'] = await reasonOf(site, 'challenges', /lookup \S+ on \S+: /);
    expect(said['dns-silent']).toMatch(/lookup \S+ on \S+: .*i\/o timeout/);
  } finally {
    await bed.certManager.restart();
    silent.close();
  }
});
