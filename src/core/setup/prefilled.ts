import type { Prefilled } from '../answers.ts';
import type { Question, StepName, Value } from './question.ts';
import { type EnvironmentName, letsEncrypt } from './settings.ts';
import { checkMonitoring } from './steps/monitoring.ts';
import { bad, type Checked, checkedList, good } from './validate/checked.ts';
import { checkDomain, checkHost } from './validate/domain.ts';
import { checkEmail } from './validate/email.ts';
import { checkImage } from './validate/image.ts';
import { checkNamespace, checkObjectName, checkOrigin } from './validate/names.ts';

/** Answers that were given beforehand, checked as if they had been typed. All problems at once: a pipeline runs once to learn them. */
export type Beforehand = {
  readonly id: string;
  readonly step: StepName;
  readonly value: Exclude<Value, { fingerprint: string }>;
};

/** `caBundles`: the texts of the files that the answers name. */
export function checkedBeforehand(
  prefilled: Pick<Prefilled, 'answers'>,
  caBundles: Readonly<Partial<Record<EnvironmentName, string>>>,
): { readonly given: readonly Beforehand[]; readonly problems: readonly string[] } {
  const { answers } = prefilled;
  const isPublic = (['staging', 'production'] as const).some(
    (name) => (answers[`acme.${name}.server`] ?? letsEncrypt[name]) === letsEncrypt[name],
  );
  const given: Beforehand[] = [];
  const problems: string[] = [];
  for (const [id, raw] of Object.entries(answers)) {
    const { step, key, check } = ruleOf(id, isPublic);
    const checked = typeof raw === 'string' ? check(raw) : checkedList(raw, check);
    if (checked.ok) given.push({ id, step, value: checked.value });
    else problems.push(`${key}: ${checked.problem}`);
  }
  for (const [name, text] of Object.entries(caBundles)) {
    if (text.includes('-----BEGIN CERTIFICATE-----')) given.push({ id: `acme.${name}.ca`, step: 'email', value: text });
    else problems.push(`acme.${name}.caBundleFile: holds no PEM certificate.`);
  }
  return { given, problems };
}

type Rule = { readonly step: StepName; readonly key: string; readonly check: (item: string) => Checked };
const asIs = (text: string): Checked => (text.trim() === '' ? bad('must not be empty.') : good(text.trim()));

/** Where an answer belongs, what it is called in the answers file, and how it is checked. */
function ruleOf(id: string, isPublic: boolean): Rule {
  const [first = '', environment = '', field = ''] = id.split('.');
  switch (first) {
    case 'domain':
      return { step: 'domain', key: 'domain', check: checkDomain };
    case 'email':
      return { step: 'email', key: 'email', check: (text) => checkEmail(text, { isPublic }) };
    case 'image':
      return { step: 'image', key: 'image', check: checkImage };
    case 'callers':
      return { step: 'domain', key: 'allowFromNamespaces', check: checkNamespace };
    case 'cors':
      return { step: 'domain', key: 'corsOrigins', check: checkOrigin };
    case 'monitoring':
      return { step: 'domain', key: 'monitoring', check: checkMonitoring };
    case 'ingress-class':
      return { step: 'prerequisites', key: 'ingressClass', check: checkObjectName };
    case 'profile':
      return { step: 'profile', key: '--profile', check: checkNamespace };
    case 'context':
      return {
        step: environment === 'staging' ? 'prerequisites' : 'profile',
        key: `environments.${environment}.context`,
        check: asIs,
      };
    case 'host':
      return { step: 'domain', key: `environments.${environment}.host`, check: checkHost };
    case 'acme':
      return { step: 'email', key: `acme.${environment}.${field}`, check: asIs };
    default:
      return { step: 'profile', key: id, check: asIs };
  }
}

/** What a question is called where nobody can be asked: the key of the answers file, or the option, that would have answered it. */
export function answeredBy({ id, secret, consent }: Pick<Question, 'id' | 'secret' | 'consent'>): string {
  if (consent !== undefined) return ['--yes', ...consent.names.map((name) => `--confirm ${name}`)].join(' ');
  if (secret !== undefined) return `environments.${secret.environment}.secretsFile (${secret.key})`;
  return ruleOf(id, false).key;
}
