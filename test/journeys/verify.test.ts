import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyReportSchema } from '../../src/core/report/verify-report.ts';
import { couldChange } from '../../src/practice/server.ts';
import { insistOnJunit, readXml } from '../core/report/junit-schema.ts';
import { run, type Said } from './built-command.ts';
import { verifiedPractice } from './verified-practice.ts';

/** The built command against a practice cluster, with real probes to what stands for its ingress. */
let place: Awaited<ReturnType<typeof verifiedPractice>>;
beforeAll(async () => {
  place = await verifiedPractice();
});
afterAll(() => place?.close());

const verify = (...args: readonly string[]): Promise<Said> =>
  run(['verify', ...args, ...place.args], { env: place.env });

test('a sound staging: exit 0, one document, nothing changed', async () => {
  const before = place.practice.requests().length;
  const { code, stdout, stderr } = await verify('staging', '-o', 'json');
  const report = verifyReportSchema.parse(JSON.parse(stdout));
  expect(
    report.points.filter(({ state }) => state !== 'passed'),
    stdout,
  ).toEqual([]);
  expect(report).toMatchObject({
    outcome: 'healthy',
    environment: 'staging',
    host: place.host,
    target: { profile: null },
  });
  expect(code, stderr).toBe(0);
  const asked = place.practice.requests().slice(before);
  expect(asked.filter(couldChange)).toEqual([]);
  expect(report.apiRequests).toBeLessThanOrEqual(60);
});

test('every format says the same, with the same exit code', async () => {
  const [text, yaml, junit, markdown] = await Promise.all(
    ['text', 'yaml', 'junit', 'markdown'].map((format) => verify('-o', format)),
  );
  expect([text, yaml, junit, markdown].map((said) => said?.code)).toEqual([0, 0, 0, 0]);
  expect(text?.stdout).toContain('Healthy: 13 of 13 points passed.');
  expect(yaml?.stdout).toContain('kind: VerifyReport');
  insistOnJunit(readXml(junit?.stdout ?? ''));
  expect(markdown?.stdout).toMatch(/^# Verified: orion-staging, healthy/);
});

test('one point alone; an unknown one lists what there are; an environment that is none', async () => {
  const alone = await verify('--only', 'resources', '-o', 'json');
  expect(JSON.parse(alone.stdout).points).toHaveLength(1);
  expect(alone.code).toBe(0);
  const unknown = await verify('--only', 'mystery');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/no point "mystery"[\s\S]*resources +Resource limits are set/);
  expect((await verify('moon')).code).toBe(2);
});

test('an environment that this tool did not set up, by its namespace: red where it is not there, and no tool failure', async () => {
  const { code, stdout } = await verify('-n', 'kube-system', '-o', 'json');
  expect(code).toBe(3);
  expect(verifyReportSchema.parse(JSON.parse(stdout))).toMatchObject({ environment: null, host: null });
});

test('a red point names where, and what to type; --wait ends at once where waiting does not help', async () => {
  const name = 'NetworkPolicy/orion-staging/auth-service-networkpolicy';
  place.practice.patchObject(name, { spec: { ingress: [{}] } });
  const { code, stdout, stderr } = await verify('--wait', '10m');
  expect(code, stderr).toBe(3);
  expect(stdout).toMatch(
    /Failed: NetworkPolicies restrict the traffic \[networkpolicy\]: any pod of any namespace may connect/,
  );
  expect(stdout).toContain('Where: NetworkPolicy/auth-service-networkpolicy spec.ingress');
  expect(stdout).toContain('Next: orion-setup deploy staging');
});
