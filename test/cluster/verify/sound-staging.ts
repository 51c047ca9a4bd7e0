import { type VerifyReport, verifyReportSchema } from '../../../src/core/report/verify-report.ts';
import { currentBed, until } from '../bed/bed.ts';
import {
  hostIn,
  type Installation,
  namespaceOf,
  newInstallation,
  type Run,
  run,
  setUp,
} from '../setup/installation.ts';

const bed = currentBed();
export const namespace = namespaceOf.staging;

export type Sound = { readonly installation: Installation; readonly host: string };

/** Staging as set-up brings it up, with Prometheus and metrics: everything is as it should be. */
export async function soundStaging(): Promise<Sound> {
  await bed.prometheus.start();
  const installation = await newInstallation({ privateAcme: false });
  const done = await setUp(installation, ['--env', 'staging', '-o', 'json']);
  if (done.code !== 0) throw new Error(`set-up ended with ${done.code}: ${done.stdout}${done.stderr}`);
  return { installation, host: hostIn(installation, 'staging') };
}

export type Verified = { readonly run: Run; readonly report: VerifyReport };

export async function verified(
  { installation }: Sound,
  more: readonly string[] = [],
  options: Parameters<typeof run>[2] = {},
): Promise<Verified> {
  const done = await run(
    installation,
    ['verify', 'staging', '--resolver', bed.resolver, '-o', 'json', ...more],
    options,
  );
  if (done.stdout === '') throw new Error(`no report (exit ${done.code}): ${done.stderr}`);
  const document = JSON.parse(done.stdout);
  if (document.kind === 'Error') throw new Error(`exit ${done.code}: ${document.message}`);
  return { run: done, report: verifyReportSchema.parse(document) };
}

/** Points that are not green, each with its state. */
export const open = ({ points }: VerifyReport): Readonly<Record<string, string>> =>
  Object.fromEntries(points.filter(({ state }) => state !== 'passed').map(({ id, state }) => [id, state]));

const told = ({ points }: VerifyReport): string =>
  points
    .filter(({ state }) => state !== 'passed')
    .map(({ id, state, saw, codes, notLooked }) => `${id} ${state}: ${saw} [${codes}] ${JSON.stringify(notLooked)}`)
    .join('\n');

/** Looks until exactly these points are open, in these states. */
export async function becomes(sound: Sound, wanted: Readonly<Record<string, string>>, seconds = 60): Promise<Verified> {
  let last = '';
  return await until(
    `the open points ${JSON.stringify(wanted)}`,
    async () => {
      const seen = await verified(sound);
      last = told(seen.report);
      return JSON.stringify(open(seen.report)) === JSON.stringify(wanted) ? seen : undefined;
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; last seen:\n${last}`);
  });
}

export const pointIn = ({ report }: Verified, id: string) => report.points.find((point) => point.id === id);

export const patch = (object: string, change: object, more: readonly string[] = []) =>
  bed.kubectl(['-n', namespace, 'patch', object, '--type', 'merge', '-p', JSON.stringify(change), ...more]);
