import { z } from 'zod';
import { exitCodes } from '../failure.ts';
import { type Part, request } from '../setup/effect.ts';
import { stepNames } from '../setup/question.ts';
import { type EnvironmentName, environmentNames, namespaces } from '../setup/settings.ts';
import { clusterOf, hostOf } from '../setup/settings-of.ts';
import { type Ending, givenText, type Journey, known } from '../setup/state.ts';
import { apiVersion, targetSchema, toolSchema } from './parts.ts';

const checkSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(['passed', 'failed', 'not-looked']),
  detail: z.string(),
});

const environmentSchema = z.strictObject({
  context: z.string(),
  namespace: z.string(),
  host: z.string(),
  /** Whether all of it stands in the cluster, and what this run changed for that. */
  applied: z.boolean(),
  changed: z.array(z.string()),
  verified: z.boolean(),
  checks: z.array(checkSchema),
  gate: z
    .strictObject({
      state: z.enum(['passed', 'not-passed', 'other-version', 'not-looked']),
      at: z.iso.datetime().nullable(),
      because: z.string(),
    })
    .nullable(),
});

/** What a run of set-up came to. */
export const setupReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('SetupReport'),
  tool: toolSchema,
  target: targetSchema.nullable(),
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  outcome: z.enum(['healthy', 'waiting', 'problem', 'incomplete', 'refused', 'operator-said-no']),
  because: z.string(),
  next: z.array(z.string()),
  steps: z.array(z.strictObject({ step: z.enum(stepNames), state: z.enum(['done', 'here', 'not-reached']) })),
  prerequisites: z.array(
    z.strictObject({
      id: z.string(),
      state: z.string(),
      found: z.string().nullable(),
      minimum: z.string().nullable(),
      because: z.string(),
      owner: z.string(),
      commands: z.array(z.string()),
    }),
  ),
  fit: z.array(
    z.strictObject({
      id: z.string(),
      level: z.enum(['stops', 'look', 'unknown', 'fine']),
      text: z.string(),
      change: z.string().nullable(),
    }),
  ),
  environments: z.strictObject({ staging: environmentSchema.optional(), production: environmentSchema.optional() }),
  coverage: z.strictObject({ notLooked: z.array(z.strictObject({ what: z.string(), because: z.string() })) }),
});

export type SetupReport = z.infer<typeof setupReportSchema>;

export type SetupFacts = {
  readonly version: string;
  readonly profile: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly journey: Journey;
  readonly ending: Ending;
};

export function setupReport({
  version,
  profile,
  startedAt,
  endedAt,
  apiRequests,
  journey,
  ending,
}: SetupFacts): SetupReport {
  const { environments } = journey.wants;
  const reports = environmentNames.flatMap((name) =>
    environments.includes(name) ? [[name, environmentReport(journey, name)] as const] : [],
  );
  const cluster = environments[0] && clusterOf(journey, environments[0]);
  const place = stepNames.indexOf(ending.step);
  const isThrough = ending.outcome === 'healthy';
  return {
    apiVersion,
    kind: 'SetupReport',
    tool: { name: 'orion-setup', version },
    target: cluster && environments[0] ? targetOf(cluster.identity, profile, namespaces[environments[0]]) : null,
    startedAt: startedAt.toISOString(),
    durationMs: Math.max(0, endedAt.getTime() - startedAt.getTime()),
    apiRequests,
    outcome: ending.outcome,
    because: ending.because,
    next: [...ending.next],
    steps: stepNames.map((step, at) => ({
      step,
      state: isThrough || at < place ? 'done' : at === place ? 'here' : 'not-reached',
    })),
    prerequisites: [machineOf(journey), ...(cluster?.prerequisites ?? [])].flatMap((one) =>
      one
        ? [
            {
              id: one.id,
              state: one.state,
              found: one.found,
              minimum: one.minimum,
              because: one.because,
              owner: one.owner,
              commands: [...one.commands],
            },
          ]
        : [],
    ),
    fit: environments
      .flatMap((environment) => known(journey, request('look-fit', 'issuers', { environment })) ?? [])
      .map((one) => ({ ...one })),
    environments: Object.fromEntries(reports),
    coverage: {
      notLooked: reports.flatMap(([name, { checks }]) =>
        checks
          .filter(({ state }) => state === 'not-looked')
          .map(({ title, detail }) => ({ what: `${name}: ${title}`, because: detail })),
      ),
    },
  };
}

/** An operator who left is no failure of theirs: 4, as for everything that is not done yet. */
export const exitCodeOfSetup = ({ outcome }: Pick<Ending, 'outcome'>): number => exitCodes[outcome];

const machineOf = (journey: Journey) => known(journey, request('look-machine', 'prerequisites', {}))?.kubectl;

function targetOf(
  identity: { readonly context: string; readonly server: string; readonly uid: string | null },
  profile: string | null,
  namespace: string,
) {
  return { profile, context: identity.context, server: identity.server, clusterUid: identity.uid, namespace };
}

function environmentReport(
  journey: Journey,
  environment: EnvironmentName,
): NonNullable<SetupReport['environments']['staging']> {
  const plan = known(journey, request('plan', environment, { part: environment }));
  const applied = applyOf(journey, environment);
  const verified = known(journey, request('verify', environment, { environment }));
  const step = environment === 'staging' ? 'gate' : 'production';
  const gate = known(journey, request('keep-gate', step, { environment }));
  const stands =
    applied?.outcome === 'applied' || (plan !== undefined && plan.changes.length === 0 && plan.blocked.length === 0);
  return {
    context: givenText(journey, `context.${environment}`) ?? '',
    namespace: namespaces[environment],
    host: givenText(journey, 'domain') === undefined ? '' : hostOf(journey, environment),
    applied: stands,
    changed: [...(applied?.applied ?? [])],
    verified: verified?.passed ?? false,
    checks: (verified?.checks ?? []).map((check) => ({ ...check })),
    gate: gate ? { state: gate.state, at: gate.at, because: gate.because } : null,
  };
}

function applyOf(journey: Journey, part: Exclude<Part, 'issuers'>) {
  return [true, false]
    .map((takeOver) => known(journey, request('apply', part, { part, takeOver })))
    .find((facts) => facts !== undefined);
}
