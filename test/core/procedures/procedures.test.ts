import { describe, expect, test } from 'vitest';
import { procedureFor } from '../../../src/commands/procedures.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import type { AnswerOf, Look, Looker } from '../../../src/core/look.ts';
import { nameOf } from '../../../src/core/look.ts';
import { outcomeOf } from '../../../src/core/procedures/check.ts';
import { type Findings, type ProcedureName, procedureNames } from '../../../src/core/report/test-report.ts';
import { runProcedure } from '../../../src/engine/procedure.ts';
import { merged } from '../../../src/practice/json.ts';
import { type Ground, lookerOn, soundGround, subjectOf } from '../verify/sound-cluster.ts';

/** The testing procedures over an environment as the templates make it: sound, and with one thing changed. */
const { signal } = new AbortController();
const staging = soundGround('staging');
const production = soundGround('production');

const run = (name: ProcedureName, ground: Ground, environment: 'staging' | 'production', look = lookerOn(ground)) =>
  runProcedure({ ...procedureFor(name, subjectOf(environment), false), look }, ground.now, signal);

const notPassed = ({ checks }: Findings): readonly string[] =>
  checks
    .filter(({ state }) => state !== 'passed' && state !== 'note')
    .map(({ id, state, saw }) => `${state} ${id}: ${saw}`);
const check = ({ checks }: Findings, id: string) => checks.find((one) => one.id === id || one.id.startsWith(`${id} `));

/** A looker that answers one look otherwise. */
const but =
  (look: Looker, which: (look: Look) => boolean, otherwise: (answer: Fetched<unknown>) => Fetched<unknown>): Looker =>
  async <L extends Look>(asked: L) => {
    const answer = await look(asked, signal);
    return (which(asked) ? otherwise(answer) : answer) as Fetched<AnswerOf<L>>;
  };

const at = (scheme: string) => (look: Look) => look.at === 'http' && look.url.startsWith(`${scheme}:`);
const answering = (patch: object) => (answer: Fetched<unknown>) =>
  answer.ok ? ({ ok: true, value: merged(answer.value, patch) } as const) : answer;

/** Values of ConfigMaps reach no snapshot, so the world of these tests does not know which headers are named there. */
const usualHeaders = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=()',
};
const lookerAt = (environment: 'staging' | 'production'): Looker =>
  environment === 'staging'
    ? lookerOn(staging)
    : but(lookerOn(production), at('https'), answering({ headers: usualHeaders }));

const refused = { ok: false, why: 'forbidden', detail: 'not allowed', needs: 'the right' } as const;

describe.each(['staging', 'production'] as const)('a sound %s', (environment) => {
  const ground = environment === 'staging' ? staging : production;
  test.each(procedureNames)('%s: nothing fails, nothing is unseen', async (name) => {
    expect(notPassed(await run(name, ground, environment, lookerAt(environment)))).toEqual(
      // The practice world's authority is trusted by nobody, which production's clients would see.
      name === 'certificate' && environment === 'production' ? [expect.stringContaining('failed served-trust')] : [],
    );
  });
});

test.each(procedureNames)(
  '%s: each look that is taken away leaves it unseen or as it was, never failed by blindness',
  async (name) => {
    const whole = await run(name, staging, 'staging');
    const looks: Look[] = [];
    await run(
      name,
      staging,
      'staging',
      but(
        lookerOn(staging),
        (look) => looks.push(look) > 0,
        (answer) => answer,
      ),
    );
    const unique = new Map(looks.map((look) => [nameOf(look), look]));
    expect(unique.size).toBeGreaterThan(2);
    for (const taken of unique.keys()) {
      const seen = await run(
        name,
        staging,
        'staging',
        but(
          lookerOn(staging),
          (look) => nameOf(look) === taken,
          () => refused,
        ),
      );
      const states = seen.checks.map(({ state }) => state);
      expect(states, `without ${taken}: ${notPassed(seen).join('\n')}`).not.toContain('failed');
      if (seen.checks.length < whole.checks.length) expect(outcomeOf(seen.checks), taken).not.toBe('healthy');
    }
  },
);

describe('metrics', () => {
  const first = (look: Look, metric: string) =>
    look.at === 'prometheus-query' && look.query.startsWith('count(') && look.query.includes(metric);

  test('each of the ten says who should provide it', async () => {
    const { metrics = [] } = await run('metrics', staging, 'staging');
    expect(metrics.map(({ name, state }) => `${name} ${state}`)).toEqual(
      [
        'http_requests_total',
        'http_request_duration_seconds',
        'auth_login_attempts_total',
        'auth_token_generation_total',
        'container_cpu_usage_seconds_total',
        'container_memory_usage_bytes',
        'kube_pod_status_phase',
        'kube_deployment_status_replicas',
        'certmanager_certificate_expiration_timestamp_seconds',
        'certmanager_certificate_ready_status',
      ].map((name) => `${name} present`),
    );
    expect(new Set(metrics.map(({ provider }) => provider)).size).toBe(4);
  });

  test.each([
    ['http_requests_total', 'although it is on the metrics page'],
    ['kube_pod_status_phase', 'absent'],
  ])('%s missing', async (name, says) => {
    const look = but(
      lookerOn(staging),
      (one) => first(one, name),
      () => ({ ok: true, value: [] }),
    );
    const found = await run('metrics', staging, 'staging', look);
    expect(notPassed(found)).toEqual([expect.stringMatching(new RegExp(`^failed metric ${name}: .*${says}`))]);
  });

  test('one failed scrape in a week is not rounded away', async () => {
    const sum = (look: Look) => look.at === 'prometheus-query' && look.query.startsWith('sum(sum_over_time');
    const look = but(lookerOn(staging), sum, (answer) =>
      answer.ok
        ? { ok: true, value: (answer.value as { value: number }[]).map((one) => ({ ...one, value: one.value - 1 })) }
        : answer,
    );
    const found = await run('metrics', staging, 'staging', look);
    expect(check(found, 'scrape-success')).toMatchObject({
      state: 'failed',
      saw: expect.stringMatching(/^99\.99 % .* 1 failed/),
    });
  });
});

describe('a certificate that this machine objects to by its dates', () => {
  const { now } = production;
  const link = (from: number, to: number) => ({
    notBefore: new Date(now.getTime() + from * 86_400_000).toISOString(),
    notAfter: new Date(now.getTime() + to * 86_400_000).toISOString(),
  });
  const objecting = async (distrust: string, links: readonly object[]) => {
    const handshake = (one: Look) => one.at === 'tls';
    const answered = (answer: Fetched<unknown>): Fetched<unknown> => {
      if (!answer.ok) return answer;
      const value = answer.value as { chain: readonly object[] };
      const chain = links.map((dates, place) => ({ ...value.chain[place], ...dates }));
      return { ok: true, value: { ...value, chain, distrust } };
    };
    const look = but(lookerAt('production'), handshake, answered);
    return check(await run('certificate', production, 'production', look), 'served-trust');
  };

  test.each(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])(
    '%s, and all are valid by the API server: its clock is off, nobody is blamed',
    async (distrust) => {
      const seen = await objecting(distrust, [link(-30, 60), link(-300, 600)]);
      expect(seen).toMatchObject({
        state: 'not-looked',
        saw: expect.stringContaining("set this machine's clock right"),
      });
    },
  );

  test('one that is out of its dates by the API server too fails', async () => {
    expect(await objecting('CERT_HAS_EXPIRED', [link(-30, 60), link(-300, -1)])).toMatchObject({ state: 'failed' });
  });
});

describe('ingress', () => {
  test.each([
    ['a redirect elsewhere', 'http', { location: 'https://other.example.org/health' }, 'redirect'],
    ['no redirect', 'http', { status: 200, location: '' }, 'redirect'],
    ['an error', 'https', { status: 503 }, 'https'],
    ['a short HSTS', 'https', { headers: { 'strict-transport-security': 'max-age=300' } }, 'hsts'],
    ['a missing header', 'https', { headers: { 'x-frame-options': null } }, 'headers'],
    ['sniffing', 'https', { headers: { 'x-content-type-options': 'sniff' } }, 'headers'],
  ])('%s fails on production', async (_, scheme, patch, id) => {
    const look = but(lookerAt('production'), at(scheme), answering(patch));
    expect(notPassed(await run('ingress', production, 'production', look))).toEqual([
      expect.stringMatching(`^failed ${id} `),
    ]);
  });

  test('an old version of TLS that is taken', async () => {
    const old = (look: Look) => look.at === 'tls-version' && look.version === 'TLSv1.1';
    const look = but(lookerOn(staging), old, () => ({ ok: true, value: { accepted: true, detail: '' } }));
    const found = await run('ingress', staging, 'staging', look);
    expect(check(found, 'tls')).toMatchObject({ state: 'failed', saw: expect.stringContaining('TLSv1.1 accepted') });
  });

  test('staging is not asked for HSTS, and told where it is sent', async () => {
    const found = await run('ingress', staging, 'staging');
    expect(check(found, 'hsts')).toMatchObject({ state: 'note', saw: expect.stringContaining('click past') });
  });
});
