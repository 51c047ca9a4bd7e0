import { mkdirSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { type AcmeRelay, startAcmeRelay } from './acme-relay.ts';
import { ports, resolverOption } from './addresses.ts';
import type { Authority } from './authority.ts';
import { type Ground, type Part, startPart } from './part.ts';
import { until } from './waiting.ts';

/** Behind the relay, which has the well-known port. */
const pebblePort = 14001;
const pebbleAdministration = 15000;

export type AcmeAuthority = {
  readonly directory: string;
  /** A file with the root of what it issues now; pebble makes a new one at every start. */
  readonly rootsFile: string;
  readonly relay: AcmeRelay;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
};

type Wish = { readonly name: string; readonly address: string; readonly publicName: string };

async function fetchRoot(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its certificate is of no interest: this is our own process on our own loopback.
    https
      .get({ host: address, port: pebbleAdministration, path: '/roots/0', rejectUnauthorized: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      })
      .on('error', reject);
  });
}

/** A pebble with its relay in front: the relay listens where an issuer points, and can answer in pebble's place. */
export async function startAcmeAuthority(
  ground: Ground,
  wish: Wish,
  privateCa: Authority,
  publicCa: Authority,
): Promise<AcmeAuthority> {
  const folder = join(ground.folder, `acme-${wish.name}`);
  mkdirSync(folder, { recursive: true });
  const own = privateCa.issue({ name: wish.address, names: [wish.address] });
  const file = (leaf: string, content: string): string => {
    const path = join(folder, leaf);
    writeFileSync(path, content);
    return path;
  };
  const config = file(
    'pebble.json',
    JSON.stringify({
      pebble: {
        listenAddress: `${wish.address}:${pebblePort}`,
        managementListenAddress: `${wish.address}:${pebbleAdministration}`,
        certificate: file('pebble.pem', own.certificate),
        privateKey: file('pebble.key', own.key),
        httpPort: 80,
        tlsPort: 443,
        retryAfter: { authz: 1, order: 1 },
        keyAlgorithm: 'ecdsa',
        profiles: { default: { description: 'ninety days', validityPeriod: 90 * 24 * 3600 } },
      },
    }),
  );
  const rootsFile = file('roots.pem', '');

  const run = async (): Promise<Part> => {
    const options = ['-config', config, '-dnsserver', resolverOption];
    const environment = { PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0' };
    const pebble = startPart({ parts: ground.parts, folder }, 'pebble', options, { environment });
    file('roots.pem', await until(`the ACME server ${wish.name}`, () => fetchRoot(wish.address)));
    return pebble;
  };
  let pebble = await run();
  const relay = await startAcmeRelay(
    [
      { address: wish.address, port: ports.acme, pair: own },
      { address: wish.address, port: 443, pair: publicCa.issue({ name: wish.publicName, names: [wish.publicName] }) },
    ],
    { host: wish.address, port: pebblePort },
  );
  return {
    directory: `https://${wish.address}:${ports.acme}/dir`,
    rootsFile,
    relay,
    stop: async () => {
      await relay.close();
      await pebble.stop();
    },
    start: async () => {
      if (!pebble.running()) pebble = await run();
      await relay.open();
    },
  };
}
