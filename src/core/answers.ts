/** The answers file: set-up's questions answered beforehand, by a pipeline or by hand. Its keys are public: add, never rename. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { EnvironmentName } from './setup/settings.ts';
import { environmentNames } from './setup/settings.ts';

const environment = z.strictObject({
  context: z.string().min(1).optional(),
  /** A path, or "-" for standard input. */
  secretsFile: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
});
const acme = z.strictObject({ server: z.url(), caBundleFile: z.string().min(1).optional() });

const answersSchema = z.strictObject({
  apiVersion: z.literal('orion-setup/v1'),
  kind: z.literal('Answers'),
  domain: z.string().optional(),
  email: z.string().optional(),
  tree: z.string().min(1).optional(),
  image: z.string().optional(),
  allowFromNamespaces: z.array(z.string()).optional(),
  corsOrigins: z.array(z.string()).optional(),
  monitoring: z.array(z.string()).optional(),
  ingressClass: z.string().optional(),
  environments: z.strictObject({ staging: environment.optional(), production: environment.optional() }).optional(),
  acme: z.strictObject({ staging: acme.optional(), production: acme.optional() }).optional(),
});
export type Answers = z.infer<typeof answersSchema>;

export type ReadAnswers =
  | { readonly ok: true; readonly answers: Answers }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The text of an answers file, read. All problems at once, each with its place; values are not quoted, a secret may have been pasted in. */
export function readAnswers(text: string): ReadAnswers {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map(({ code, pos }) => `line ${lineOf(text, pos[0])}: no valid YAML (${code})`),
    };
  }
  const parsed = answersSchema.safeParse(document.toJS());
  return parsed.success
    ? { ok: true, answers: parsed.data }
    : { ok: false, problems: parsed.error.issues.flatMap(described) };
}

function described(issue: z.core.$ZodIssue): readonly string[] {
  const place = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place}unknown key "${key}"`);
  }
  if (issue.code === 'invalid_value')
    return [`${place}must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`];
  if (issue.code === 'invalid_type')
    return [`${place}must be ${issue.expected === 'array' ? 'a list' : `of type ${issue.expected}`}`];
  if (issue.code === 'invalid_format') return [`${place}must be a URL such as https://ca.example.org/directory`];
  return [`${place}${issue.code === 'too_small' ? 'must not be empty' : 'is not as it should be'}`];
}

const lineOf = (text: string, place: number): number => text.slice(0, place).split('\n').length;

/** A path of the answers file: relative ones are seen from the folder that the file is in. */
export function fromFolder(folder: string, path: string): string {
  const isAbsolute = path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
  if (isAbsolute || path === '-' || folder === '' || folder === '.') return path;
  return `${folder.replace(/[\\/]+$/, '')}/${path.replace(/^\.[\\/]/, '')}`;
}

/** The answers by the ids of the questions they answer. Files (secrets, CA bundles) are named, not read. */
export type Prefilled = {
  readonly answers: Readonly<Record<string, string | readonly string[]>>;
  readonly secretsFiles: Readonly<Partial<Record<EnvironmentName, string>>>;
  readonly caBundleFiles: Readonly<Partial<Record<EnvironmentName, string>>>;
};

export function prefilledBy(answers: Answers, folder: string): Prefilled {
  const named: readonly (readonly [string, string | readonly string[] | undefined])[] = [
    ['domain', answers.domain],
    ['email', answers.email],
    ['tree', answers.tree === undefined ? undefined : fromFolder(folder, answers.tree)],
    ['image', answers.image],
    ['callers', answers.allowFromNamespaces],
    ['cors', answers.corsOrigins],
    ['monitoring', answers.monitoring],
    ['ingress-class', answers.ingressClass],
    ...environmentNames.flatMap(
      (name) =>
        [
          [`context.${name}`, answers.environments?.[name]?.context],
          [`host.${name}`, answers.environments?.[name]?.host],
          [`acme.${name}.server`, answers.acme?.[name]?.server],
        ] as const,
    ),
  ];
  const files = (pick: (name: EnvironmentName) => string | undefined) =>
    Object.fromEntries(
      environmentNames.flatMap((name) => {
        const path = pick(name);
        return path === undefined ? [] : [[name, fromFolder(folder, path)]];
      }),
    );
  return {
    answers: Object.fromEntries(named.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]]))),
    secretsFiles: files((name) => answers.environments?.[name]?.secretsFile),
    caBundleFiles: files((name) => answers.acme?.[name]?.caBundleFile),
  };
}
