import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type Said } from './built-command.ts';
import { type FaultName, faults, faultyApi } from './faulty-api.ts';
import { verifiedPractice } from './verified-practice.ts';

/** Whatever the way to the API server does, at whatever moment: it is no failure of the tool, and nobody is left without a word. */
let place: Awaited<ReturnType<typeof verifiedPractice>>;
let api: Awaited<ReturnType<typeof faultyApi>>;
let inOneLook: number;
beforeAll(async () => {
  place = await verifiedPractice();
  api = await faultyApi(place.env.KUBECONFIG);
  const sound = await verify('-o', 'json');
  if (sound.code !== 0) throw new Error(sound.stdout + sound.stderr);
  inOneLook = api.requests();
}, 60_000);
afterAll(async () => {
  api?.close();
  await place?.close();
});

const verify = (...words: readonly string[]): Promise<Said> =>
  run(['verify', 'staging', ...words, ...place.args], { env: { KUBECONFIG: api.kubeconfig } });

const isWithWords = ({ code, stdout, stderr }: Said): void => {
  const told = `exit ${code}\n${stdout}\n${stderr}`;
  expect([3, 5, 8, 124], told).toContain(code);
  expect((code === 8 || code === 124 ? stderr : stdout).trim(), told).not.toBe('');
  expect(stderr, told).not.toMatch(/fault of the tool|\n {4}at /);
};
const names = Object.keys(faults) as readonly FaultName[];

describe.each(names)('%s', (fault) => {
  test.each([
    ['from the first request on', () => 0],
    ['in the midst of a look', () => Math.floor(inOneLook / 2)],
  ])('%s', async (_, after) => {
    api.misbehave(fault, after());
    isWithWords(await verify('--request-timeout', '1s'));
  });
});

test.each([
  'the connection is reset before the answer',
  'the connection is reset in the middle of the answer',
  'something that is not HTTP',
  'an answer that stops coming',
] as const)('while it waits for the next look: %s', async (fault) => {
  // Red, and only a second look says that waiting will not help.
  place.practice.patchObject('NetworkPolicy/orion-staging/auth-service-networkpolicy', { spec: { ingress: [{}] } });
  api.misbehave(fault, inOneLook + 3);
  const said = await verify('--wait', '12s', '--request-timeout', '5s');
  isWithWords(said);
  expect(said.stdout).toMatch(/networkpolicy/);
  expect(api.requests()).toBeGreaterThan(inOneLook + 3);
});
