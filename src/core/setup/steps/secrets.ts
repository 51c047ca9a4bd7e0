import { type SecretKey, secretKeys } from '../../manifests/secrets-env.ts';
import { askChoice, askSecret } from '../ask.ts';
import { request, type SecretsFacts } from '../effect.ts';
import type { KeptSecret, Note, Question } from '../question.ts';
import type { EnvironmentName } from '../settings.ts';
import { type Ending, given, type Journey, known, type Step } from '../state.ts';

const secretId = (environment: EnvironmentName, key: SecretKey): string => `secret.${environment}.${key}`;

/** The three secrets of each environment. Those that stand in secrets.env are not asked for again. */
export const secretsStep: Step = {
  name: 'secrets',
  title: 'Secrets',
  next: (journey) => {
    for (const environment of journey.wants.environments) {
      const look = request('look-secrets', 'secrets', { environment });
      const facts = known(journey, look);
      if (facts === undefined) return look;
      const turn = settleProblems(journey, environment, facts) ?? nextSecret(journey, environment, facts);
      if (turn !== undefined) return turn;
    }
    return settleReuse(journey);
  },
};

/** What is kept of a secret, typed in this run or found in secrets.env. */
export function keptSecret(journey: Journey, environment: EnvironmentName, key: SecretKey): KeptSecret | undefined {
  const typed = given(journey, secretId(environment, key));
  if (typeof typed === 'object' && 'fingerprint' in typed) return typed;
  return known(journey, request('look-secrets', 'secrets', { environment }))?.present[key];
}

function nextSecret(journey: Journey, environment: EnvironmentName, facts: SecretsFacts): Question | undefined {
  const open = secretKeys.find((key) => {
    const id = secretId(environment, key);
    if (given(journey, id) !== undefined) return false;
    return facts.present[key] === undefined || journey.retype.includes(id);
  });
  if (open === undefined) return undefined;
  const mayKeep = facts.present[open] !== undefined;
  const mayBeMadeUp = open === 'jwt-secret' || journey.wants.madeUpSecrets === true;
  return askSecret({
    id: secretId(environment, open),
    step: 'secrets',
    title: `${words[open].title(environment)}?${mayKeep ? ' (Enter keeps it)' : mayBeMadeUp ? ' (Enter generates one)' : ''}`,
    why: words[open].why,
    notes: [
      { level: 'plain', text: `Not shown while typed; kept in ${facts.file} (0600, out of git) and nowhere else.` },
      ...kept(journey, environment),
    ],
    environment,
    key: open,
    mayKeep,
    mayBeMadeUp,
  });
}

const words: Readonly<Record<SecretKey, { readonly title: (environment: string) => string; readonly why: string }>> = {
  'database-url': {
    title: (environment) => `The database URL of ${environment}`,
    why: 'As postgres://user:password@host:port/name. Host and port also open the way out for the pods (NetworkPolicy); nothing else of it is looked at.',
  },
  'redis-url': {
    title: (environment) => `The Redis URL of ${environment}`,
    why: 'As redis://:password@host:port, or rediss:// with TLS. Host and port also open the way out for the pods (NetworkPolicy).',
  },
  'jwt-secret': {
    title: (environment) => `The secret that tokens of ${environment} are signed with`,
    why: 'At least 32 bytes that nobody can guess. A new one ends every session. Type "generate" to have one made.',
  },
};

function kept(journey: Journey, environment: EnvironmentName): readonly Note[] {
  return secretKeys.flatMap((key) => {
    const one = keptSecret(journey, environment, key);
    return one ? [{ level: 'good' as const, text: `${key}: kept${one.remark ? `, ${one.remark}` : ''}` }] : [];
  });
}

function settleProblems(
  journey: Journey,
  environment: EnvironmentName,
  facts: SecretsFacts,
): Question | Ending | undefined {
  if (facts.problems.length === 0) return undefined;
  const id = `secrets.${environment}.problem`;
  const because = `${facts.file} cannot be used: ${facts.problems.join(' ')}`;
  if (given(journey, id) === 'leave') return { kind: 'done', outcome: 'problem', step: 'secrets', because, next: [] };
  return askChoice({
    id,
    step: 'secrets',
    title: because,
    why: 'kustomize splits each line at the first = and takes the rest literally; a line without = would take its value from the environment of whoever builds.',
    choices: [
      { value: 'look-again', title: 'Look again', note: 'after mending the file', detour: 'look-again' },
      { value: 'leave', title: 'Leave' },
    ],
    default: 'leave',
    passing: true,
  });
}

/** One value in both environments: whoever reads staging's then holds production's. */
function settleReuse(journey: Journey): Question | undefined {
  const same = reused(journey);
  if (same.length === 0 || given(journey, 'secrets.reused') !== undefined) return undefined;
  return askChoice({
    id: 'secrets.reused',
    step: 'secrets',
    title: `Staging and production have the same ${same.join(' and ')}.`,
    why: 'Whoever may read staging’s Secret then holds production’s too: with the same jwt-secret a token of staging opens production.',
    choices: [
      { value: 'go-on', title: 'Go on so' },
      { value: 'retype', title: 'Type them again', detour: 'secrets' },
    ],
    default: 'go-on',
    passing: true,
  });
}

function reused(journey: Journey): readonly SecretKey[] {
  return secretKeys.filter((key) => {
    const [one, other] = [keptSecret(journey, 'staging', key), keptSecret(journey, 'production', key)];
    return one !== undefined && one.fingerprint === other?.fingerprint;
  });
}
