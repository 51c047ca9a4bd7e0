import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { removeAlertmanager, routesTo, startAlertmanager } from '../monitoring/an-alertmanager.ts';
import { emptyCluster, run } from '../setup/installation.ts';
import { becomes, namespace, type Sound, soundStaging, verified } from '../verify/sound-staging.ts';
import { isInDoubt } from './in-doubt.ts';
import { type Holder, holderOf, saidAs, told } from './printed-roles.ts';

/** Thirteen points and four procedures, by somebody who has the printed Roles and nothing else. */
const bed = currentBed();

let sound: Sound;
let holder: Holder;
beforeAll(async () => {
  await emptyCluster();
  sound = await soundStaging();
  // Whom alerts reach is looked at too, where Prometheus is told of an Alertmanager.
  await startAlertmanager(routesTo('on-call'));
  holder = await holderOf('verify', 'staging');
  // Prometheus looks at a new target once within its interval only: before that, two looks are not of the same.
  await becomes(sound, {});
}, 240_000);
afterAll(async () => {
  await removeAlertmanager();
  await emptyCluster();
});

const look = (kubeconfig: string) => verified(sound, [], { kubeconfig });
const notLookedIn = ({ report }: Awaited<ReturnType<typeof look>>) =>
  report.coverage.notLooked.map(({ needs }) => needs ?? '');

test('with the printed Roles it sees what the administrator sees', async () => {
  const [all, mine] = [await look(bed.kubeconfig), await look(holder.kubeconfig)];
  expect(notLookedIn(mine)).toEqual([]);
  expect(mine.report.points.map(({ id, state }) => [id, state])).toEqual(
    all.report.points.map(({ id, state }) => [id, state]),
  );
});

test('without any one of their rules something is not looked at, and the rule is named', async () => {
  const wrong: string[] = [];
  for (const rule of holder.rules) {
    const needs = notLookedIn(await holder.without(rule, () => look(holder.kubeconfig)));
    const isNamed = needs.some((needed) => needed.startsWith(saidAs(rule)));
    if (isInDoubt(rule) ? needs.length > 0 : !isNamed) wrong.push(`${told(rule)}: ${needs.join(', ')}`);
  }
  expect(wrong).toEqual([]);
});

test('with the printed Roles of both sets a test alert is posted, seen and ended, and with those for looking it is not', async () => {
  const alert = async ({ kubeconfig }: Holder) => {
    const args = ['test', 'metrics', 'staging', '--alert', '--yes', '--confirm', namespace, '-o', 'json'];
    const { stdout, stderr } = await run(sound.installation, args, { kubeconfig });
    return stdout === '' ? stderr : stdout;
  };
  const { alert: tested } = JSON.parse(await alert(await holderOf('test', 'metrics', '--alert', 'staging')));
  expect(tested).toMatchObject({ state: 'active', receivers: ['on-call'], ended: true });
  expect(await alert(await holderOf('test', 'metrics', 'staging'))).toContain('services/proxy');
});

test.each(['metrics', 'pdb', 'certificate', 'ingress'])('test %s needs no more than its own', async (name) => {
  const by = async (kubeconfig: string) => {
    const { stdout, stderr } = await run(
      sound.installation,
      ['test', name, 'staging', '--resolver', bed.resolver, '-o', 'json'],
      { kubeconfig },
    );
    if (stdout === '') throw new Error(stderr);
    const { checks } = JSON.parse(stdout) as { checks: readonly { id: string; state: string; saw: string }[] };
    return checks.map(({ id, state, saw }) => `${id} ${state}${state === 'not-looked' ? `: ${saw}` : ''}`);
  };
  const { kubeconfig } = await holderOf('test', name, 'staging');
  expect(await by(kubeconfig)).toEqual(await by(bed.kubeconfig));
});
