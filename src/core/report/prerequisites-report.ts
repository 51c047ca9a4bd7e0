import { z } from 'zod';
import { exitCodes } from '../failure.ts';
import { known } from '../prerequisites/known.ts';
import type { Prerequisite } from '../prerequisites/prerequisite.ts';
import type { HelmRelease, VersionSeen } from '../prerequisites/versions.ts';
import { apiVersion, type ReportTarget, targetSchema, toolSchema } from './parts.ts';

const itemSchema = z.strictObject({
  id: z.enum(['kubectl', 'access', 'rights', 'cert-manager', 'prometheus-operator', 'ingress-nginx', 'metrics-api']),
  title: z.string(),
  state: z.enum(['fine', 'old', 'insecure', 'missing', 'broken', 'unknown-version', 'cannot-look']),
  found: z.string().nullable(),
  /** Everything that tells a version, what runs first. */
  versions: z.array(z.strictObject({ from: z.string(), version: z.string() })),
  helm: z.strictObject({ name: z.string(), namespace: z.string(), chart: z.string().nullable() }).nullable(),
  minimum: z.string().nullable(),
  /** The newest that this tool knows of, on the day of `knownAsOf`. */
  newest: z.string().nullable(),
  because: z.string(),
  needed: z.boolean(),
  owner: z.enum(['operator', 'platform', 'dns', 'network', 'security', 'application']),
  /** What can be sent to whoever owns it. */
  request: z.string().nullable(),
  commands: z.array(z.string()),
});

const ranSchema = z.strictObject({
  id: z.string(),
  command: z.string(),
  result: z.enum(['done', 'failed', 'not-installed', 'timed-out']),
  exitCode: z.int().nullable(),
});

/** What `prerequisites -o json` prints. */
export const prerequisitesReportSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('PrerequisitesReport'),
  tool: toolSchema,
  target: targetSchema,
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  apiRequests: z.int(),
  outcome: z.enum(['healthy', 'problem', 'incomplete']),
  knownAsOf: z.iso.date(),
  items: z.array(itemSchema),
  notices: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  /** Commands that this run ran, in their order; empty where none was asked for. */
  ran: z.array(ranSchema),
});

export type PrerequisitesReport = z.infer<typeof prerequisitesReportSchema>;
export type Ran = z.infer<typeof ranSchema>;

export type SeenPrerequisite = Prerequisite & {
  readonly versions: readonly VersionSeen[];
  readonly helm: HelmRelease | null;
  readonly request: string | null;
};

/** Said once, whatever is there: no API tells it. */
const unseen = {
  id: 'secrets-at-rest',
  text: 'Whether Secrets are encrypted at rest cannot be seen from here: ask who runs the cluster.',
};

export function prerequisitesReport(run: {
  readonly version: string;
  readonly target: ReportTarget;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly apiRequests: number;
  readonly items: readonly SeenPrerequisite[];
  readonly dismissed: readonly string[];
  readonly ran: readonly Ran[];
}): PrerequisitesReport {
  const notices = [...run.items.flatMap((one) => one.notices ?? []), unseen];
  return {
    apiVersion,
    kind: 'PrerequisitesReport',
    tool: { name: 'orion-setup', version: run.version },
    target: run.target,
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.max(0, run.endedAt.getTime() - run.startedAt.getTime()),
    apiRequests: run.apiRequests,
    outcome: outcomeOf(run.items, run.ran),
    knownAsOf: known.asOf,
    items: run.items.map(({ notices: _, ...one }) => ({
      ...one,
      versions: [...one.versions],
      helm: one.helm,
      newest: known.newest[one.id] ?? null,
      commands: [...one.commands],
    })),
    notices: notices.filter(({ id }) => !run.dismissed.includes(id)).map((notice) => ({ ...notice })),
    ran: [...run.ran],
  };
}

/** kubectl is wanted on this machine and not needed; what is insecure works, and is said. */
function outcomeOf(items: readonly SeenPrerequisite[], ran: readonly Ran[]): PrerequisitesReport['outcome'] {
  const counts = items.filter(({ id }) => id !== 'kubectl');
  if (ran.some(({ result }) => result !== 'done')) return 'problem';
  if (counts.some(({ state }) => state === 'missing' || state === 'broken' || state === 'old')) return 'problem';
  return counts.some(({ state }) => state === 'cannot-look' || state === 'unknown-version') ? 'incomplete' : 'healthy';
}

/** 0 healthy, 3 problem, 5 incomplete. */
export const exitCodeOfPrerequisites = ({ outcome }: PrerequisitesReport): number => exitCodes[outcome];
