import { ExpectedStop } from '../../core/failure.ts';
import { formatSecrets, parseSecretsEnv, type SecretKey, secretKeys } from '../../core/manifests/secrets-env.ts';
import { writtenBy } from '../../core/manifests/tree-yaml.ts';
import type { SecretsFacts } from '../../core/setup/effect.ts';
import type { KeptSecret } from '../../core/setup/question.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import { checkSecret, urlTarget } from '../../core/setup/validate/secret.ts';
import type { SetupPorts } from './ports.ts';

/** The only door of set-up for secrets: in from a prompt or a file, out to secrets.env. */

type Some = Readonly<Partial<Record<SecretKey, string>>>;

const secretsPath = (tree: string, environment: EnvironmentName): string =>
  `${tree}/overlays/${environment}/secrets.env`;

/** What stands in secrets.env, as fingerprints. A file that the answers name is taken in first. */
export async function lookSecrets(
  ports: SetupPorts,
  tree: string,
  environment: EnvironmentName,
): Promise<SecretsFacts> {
  const file = secretsPath(tree, environment);
  await takeIn(ports, tree, environment);
  const { values, problems } = readSome(await ports.files.read(file));
  const present: Partial<Record<SecretKey, KeptSecret>> = {};
  const wrong: string[] = [...problems];
  for (const key of secretKeys) {
    const value = values[key];
    if (value === undefined) continue;
    const checked = checkSecret(key, value);
    if (checked.ok) present[key] = keptOf(ports, key, value);
    else wrong.push(`${key}: ${checked.problem}`);
  }
  return { file, present, problems: wrong };
}

/** Keeps a secret that was typed. Out of git from the first byte on. */
export async function keepSecret(
  ports: SetupPorts,
  tree: string,
  { environment, key }: { readonly environment: EnvironmentName; readonly key: SecretKey },
  value: string,
): Promise<KeptSecret> {
  const file = secretsPath(tree, environment);
  const { values } = readSome(await ports.files.read(file));
  await write(ports, tree, environment, { ...values, [key]: value });
  return keptOf(ports, key, value);
}

export const keptAgain = async (
  ports: SetupPorts,
  tree: string,
  { environment, key }: { readonly environment: EnvironmentName; readonly key: SecretKey },
): Promise<KeptSecret | undefined> => {
  const value = readSome(await ports.files.read(secretsPath(tree, environment))).values[key];
  return value === undefined ? undefined : keptOf(ports, key, value);
};

async function takeIn(ports: SetupPorts, tree: string, environment: EnvironmentName): Promise<void> {
  const text = await ports.secretsFile(environment);
  if (text === undefined) return;
  const { values, problems } = readSome(text);
  const invalid = secretKeys.flatMap((key) => {
    const value = values[key];
    const checked = value === undefined ? undefined : checkSecret(key, value);
    return checked === undefined || checked.ok ? [] : [`${key}: ${checked.problem}`];
  });
  const missing = secretKeys
    .filter((key) => values[key] === undefined && problems.length === 0)
    .map((key) => `${key} is missing`);
  const wrong = [...problems, ...missing, ...invalid];
  if (wrong.length > 0)
    throw new ExpectedStop('usage', `The secrets file of ${environment} cannot be used: ${wrong.join(' ')}`);
  const before = readSome(await ports.files.read(secretsPath(tree, environment))).values;
  if (secretKeys.some((key) => before[key] !== values[key])) await write(ports, tree, environment, values);
}

async function write(ports: SetupPorts, tree: string, environment: EnvironmentName, values: Some): Promise<void> {
  const ignore = `${tree}/.gitignore`;
  const before = await ports.files.read(ignore);
  if (before === undefined) await ports.files.write(ignore, `# ${writtenBy}\nsecrets.env\n`, 0o644);
  else if (!/^\/?(\*\*\/)?(secrets\.env|\*\.env)\s*$/m.test(before))
    await ports.files.write(ignore, `${before.replace(/\n?$/, '\n')}secrets.env\n`, 0o644);
  const there = secretKeys.filter((key) => values[key] !== undefined);
  // formatSecrets wants all three; of a part the lines are taken from it.
  const lines = formatSecrets({ 'database-url': '-', 'redis-url': '-', 'jwt-secret': '-', ...values })
    .split('\n')
    .filter((line) => there.some((key) => line.startsWith(`${key}=`)));
  await ports.files.write(secretsPath(tree, environment), `${lines.join('\n')}\n`, 0o600);
}

/** The values of a file that may be incomplete. A line that is wrong makes the whole file unusable: it may be a secret itself. */
function readSome(text: string | undefined): { readonly values: Some; readonly problems: readonly string[] } {
  if (text === undefined) return { values: {}, problems: [] };
  const parsed = parseSecretsEnv(text);
  if (parsed.ok) return { values: parsed.values, problems: [] };
  const broken = parsed.problems.filter(({ line }) => line !== undefined);
  if (broken.length > 0) return { values: {}, problems: broken.map(({ line, because }) => `Line ${line} ${because}.`) };
  // Only keys are missing: with something in their place the rest can be read.
  const missing = secretKeys.filter((key) => parsed.problems.some(({ because }) => because === `${key} is missing`));
  const filled = parseSecretsEnv(`${text.replace(/\n?$/, '\n')}${missing.map((key) => `${key}=-\n`).join('')}`);
  if (!filled.ok) return { values: {}, problems: filled.problems.map(({ because }) => `${because}.`) };
  return {
    values: Object.fromEntries(
      secretKeys.filter((key) => !missing.includes(key)).map((key) => [key, filled.values[key]]),
    ),
    problems: [],
  };
}

function keptOf(ports: SetupPorts, key: SecretKey, value: string): KeptSecret {
  const checked = checkSecret(key, value);
  const target = key === 'jwt-secret' ? undefined : urlTarget(key, value);
  const remark = target?.ok ? `${target.value.host}:${target.value.port}` : checked.ok ? checked.remarks.join(' ') : '';
  return { fingerprint: ports.secrets.fingerprint(value), remark, ...(target?.ok ? { target: target.value } : {}) };
}
