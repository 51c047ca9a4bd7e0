import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { stringify } from 'yaml';
import { type SetupReport, setupReportSchema } from '../../../src/core/report/setup-report.ts';
import { addresses, currentBed } from '../bed/bed.ts';

const bed = currentBed();
const launcher = fileURLToPath(new URL('../../../bin/orion-setup.cjs', import.meta.url));

export type Environment = 'staging' | 'production';
export const environments: readonly Environment[] = ['staging', 'production'];
export const namespaceOf = { staging: 'orion-staging', production: 'orion-prod' } as const;
export const issuerOf = { staging: 'letsencrypt-staging', production: 'letsencrypt-prod' } as const;

export type SecretsOf = Readonly<Record<'database-url' | 'redis-url' | 'jwt-secret', string>>;

/** Whoever finds one of these anywhere has found a leak: nothing else looks like them. */
function newSecrets(): SecretsOf {
  const word = (bytes: number) => `pLanted${randomBytes(bytes).toString('base64url')}`;
  return {
    // A password with a character that a URL must escape.
    'database-url': `postgres://orion:${word(12)}%2F${word(6)}@db.data.svc:5432/auth`,
    'redis-url': `rediss://:${word(12)}@cache.data.svc:6380/0`,
    'jwt-secret': word(36),
  };
}

export const secretsText = (of: SecretsOf): string =>
  Object.entries(of)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

export type Installation = {
  /** Where the answers are; the tree is `k8s` in it. */
  readonly folder: string;
  readonly home: string;
  readonly domain: string;
  readonly tree: string;
  readonly answers: string;
  readonly secrets: Readonly<Record<Environment, SecretsOf>>;
};

const hostOf = (domain: string, environment: Environment): string =>
  environment === 'staging' ? `auth-staging.${domain}` : `auth.${domain}`;

export const hostIn = ({ domain }: Installation, environment: Environment): string => hostOf(domain, environment);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A machine that never saw this tool, with an answers file for both environments in the one cluster of the bed. */
export async function newInstallation(
  differs: {
    /** Keys of the answers file to replace; undefined leaves one out. */
    readonly answers?: Readonly<Record<string, unknown>>;
    /** Without it the ACME servers are Let's Encrypt's, whose addresses lead to the bed's. */
    readonly privateAcme?: boolean;
  } = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'orion-setup-installation-'));
  folders.push(folder);
  const home = join(folder, 'home');
  mkdirSync(home);
  const domain = `${randomBytes(4).toString('hex')}.orion.example`;
  for (const name of environments) await bed.dns.set(hostOf(domain, name), { a: [addresses.loadBalancer] });
  const secrets = { staging: newSecrets(), production: newSecrets() };
  for (const name of environments) writeFileSync(join(folder, `${name}.env`), secretsText(secrets[name]));
  writeFileSync(join(folder, 'acme-ca.pem'), bed.acme.staging.caBundle);
  const acme = Object.fromEntries(
    environments.map((name) => [name, { server: bed.acme[name].directory, caBundleFile: 'acme-ca.pem' }]),
  );
  const answers = {
    apiVersion: 'orion-setup/v1',
    kind: 'Answers',
    domain,
    tree: './k8s',
    image: 'ghcr.io/example/auth-service:1.4.2',
    allowFromNamespaces: ['orion-web'],
    corsOrigins: ['https://app.orion.example'],
    ingressClass: 'nginx',
    environments: {
      staging: { context: 'bed', secretsFile: 'staging.env' },
      production: { context: 'bed', secretsFile: 'production.env' },
    },
    ...(differs.privateAcme === false ? {} : { acme, email: 'platform@orion.example' }),
    ...differs.answers,
  };
  const file = join(folder, 'answers.yaml');
  writeFileSync(file, stringify(JSON.parse(JSON.stringify(answers))));
  return { folder, home, domain, tree: join(folder, 'k8s'), answers: file, secrets };
}

export type Run = {
  /** null where the process was killed. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  readonly kubeconfig?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Is called with all of standard error so far, as it comes. */
  readonly hears?: (stderr: string) => void;
};

/** The built command on this machine, in the installation's folder, without a terminal. */
export async function run(
  { folder, home }: Pick<Installation, 'folder' | 'home'>,
  args: readonly string[],
  { kubeconfig = bed.kubeconfig, input = '', environment = {}, hears }: RunOptions = {},
): Promise<Run> {
  const { CI: _, ...outer } = process.env;
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: folder,
    env: {
      ...outer,
      HOME: home,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_STATE_HOME: `${home}/state`,
      KUBECONFIG: kubeconfig,
      ...environment,
    },
  });
  // A command that ends before it has read its input is no failure of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    heard(child.stderr, hears),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

async function heard(stream: Readable, hears: (said: string) => void = () => undefined): Promise<string> {
  let said = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    said += chunk;
    hears(said);
  }
  return said;
}

/** Everything consented to beforehand, nobody to ask. */
export const unattended = (installation: Installation): readonly string[] => [
  'setup',
  '--answers',
  installation.answers,
  '--no-input',
  '--resolver',
  bed.resolver,
  '--yes',
  '--confirm',
  namespaceOf.production,
];

export const setUp = (installation: Installation, more: readonly string[] = [], options: RunOptions = {}) =>
  run(installation, [...unattended(installation), ...more], options);

/** The run's report, which is all that standard output may hold. */
export function reportOf({ stdout, stderr, code }: Run): SetupReport {
  if (stdout === '') throw new Error(`no report (exit ${code}): ${stderr}`);
  const document = JSON.parse(stdout);
  if (document.kind === 'Error') throw new Error(`exit ${code}: ${document.message}`);
  return setupReportSchema.parse(document);
}

const accountKeys = Object.values(issuerOf).map((name) => `${name}-account-key`);

/** An empty cluster again, for this tool: also without the ACME accounts of the issuers. */
export async function emptyCluster(): Promise<void> {
  await bed.kubectl(['delete', 'clusterissuer', '--ignore-not-found', ...Object.values(issuerOf)]);
  await bed.kubectl(['-n', 'cert-manager', 'delete', 'secret', '--ignore-not-found', ...accountKeys]);
  await bed.kubectl('-n cert-manager delete podmonitor --ignore-not-found cert-manager-metrics');
  await bed.kubectl(['delete', 'namespace', '--ignore-not-found', '--timeout=90s', ...Object.values(namespaceOf)]);
}
