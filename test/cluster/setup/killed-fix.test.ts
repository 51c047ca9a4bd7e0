import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { currentBed } from '../bed/bed.ts';
import { ask, consent, issued, namesExactly, newSite, type Site } from '../cert-pending/site.ts';
import { newHome } from '../orion.ts';
import { run } from './installation.ts';
import { heldAt, historyOf, killedAt } from './killed.ts';

/** kill -9 in the midst of a fix: the next look says what state things are in and offers undo, which goes by the live object. */
const bed = currentBed();

const look = ({ namespace }: Site): readonly string[] => [
  ...['runbook', 'cert-pending', '-n', namespace],
  ...['--resolver', bed.resolver, '-o', 'json'],
];

type Place = { readonly folder: string; readonly home: string };
const newPlace = (): Place => {
  const home = newHome();
  return { folder: home, home };
};

/** The next start after the kill: says what it found, changes nothing, and names the way back. */
async function saidNext(place: Place, site: Site): Promise<{ readonly id: string; readonly stderr: string }> {
  const [left] = await historyOf(place);
  const mark = bed.auditMark();
  const next = await run(place, look(site));
  expect(next.stderr).toContain(`An earlier run was cut off: "${left?.title}"`);
  expect(next.stderr).toContain(`Put it back: orion-setup undo ${left?.id}`);
  expect(JSON.parse(next.stdout).kind).toBe('RunbookReport');
  expect(await bed.writesSince(mark)).toEqual([]);
  return { id: left?.id ?? '', stderr: next.stderr };
}

const undo = (place: Place, { namespace }: Site, id?: string) =>
  run(place, ['undo', ...(id === undefined ? [] : [id]), '--yes', '--confirm', namespace, '--confirm', 'bed']);

/** Nothing is left to tell: the next start is silent about it. */
async function isSettled(place: Place, site: Site): Promise<void> {
  const next = await run(place, look(site));
  expect(next.stderr).not.toContain('cut off');
}

describe('a NetworkPolicy added', () => {
  let site: Site;
  const policies = async () =>
    (await bed.kubectl(`-n ${site.namespace} get networkpolicies -o name`)).trim().split('\n');

  beforeAll(async () => {
    await bed.ingress.enforcePolicies(true);
    site = await newSite('cutpolicy');
    await bed.kubectl('apply -f -', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'baseline-deny', namespace: site.namespace },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    await ask(site);
    await namesExactly(site, ['networkpolicy-blocks-solver']);
  });
  afterAll(() => bed.ingress.reset());

  const added = 'networkpolicy.networking.k8s.io/allow-acme-http01-solver';

  test.each([
    { kill: 'after begun', says: '', isThere: false },
    { kill: 'after intent', says: 'whether that reached the cluster is not known', isThere: false },
    { kill: 'before sent', says: 'whether that reached the cluster is not known', isThere: true },
    { kill: 'torn sent', says: 'whether that reached the cluster is not known', isThere: true },
    { kill: 'after sent', says: 'which was done; nothing was verified', isThere: true },
  ])('killed $kill: undo leaves things as they were', async ({ kill, says, isThere }) => {
    const place = newPlace();
    await killedAt(place, kill, [...look(site), ...consent(site)]);
    expect((await policies()).includes(added)).toBe(isThere);
    if (says === '') return await isSettled(place, site);
    const { id, stderr } = await saidNext(place, site);
    expect(stderr).toContain(says);
    const undone = await undo(place, site, id);
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect(await policies()).toEqual(['networkpolicy.networking.k8s.io/baseline-deny']);
    await isSettled(place, site);
  });

  test('killed before the answer was noted: going on heals, and makes nothing twice', async () => {
    const place = newPlace();
    await killedAt(place, 'before sent', [...look(site), ...consent(site)]);
    const mark = bed.auditMark();
    const again = await run(place, [...look(site), ...consent(site)]);
    expect([0, 4], again.stdout + again.stderr).toContain(again.code);
    expect(await bed.writesSince(mark)).toEqual([]);
    await issued(site);
  });
});

describe('an annotation, an owner and a Certificate taken away, in three steps', () => {
  const annotation = 'cert-manager.io/cluster-issuer';
  let site: Site;
  const ingress = () => bed.api.get(`/apis/networking.k8s.io/v1/namespaces/${site.namespace}/ingresses/auth-ingress`);
  const shim = () => bed.api.get(`/apis/cert-manager.io/v1/namespaces/${site.namespace}/certificates/auth-tls-secret`);
  const certificates = async () =>
    (await bed.kubectl(`-n ${site.namespace} get certificates -o name`)).trim().split('\n').length;

  beforeEach(async () => {
    site = await newSite('cutshim');
    await ask(site);
    await issued(site);
    await bed.kubectl(`-n ${site.namespace} annotate ingress auth-ingress ${annotation}=${site.issuer}`);
    await namesExactly(site, ['ingress-shim-duplicate']);
  });

  test.each([
    { kill: 'before sent Ingress', says: 'whether that reached the cluster', left: 2, code: 0 },
    { kill: 'after sent Ingress', says: 'which was done', left: 2, code: 0 },
    { kill: 'after intent Certificate', says: 'whether that reached the cluster', left: 2, code: 0 },
    { kill: 'before sent Certificate', says: 'whether that reached the cluster', left: 2, code: 0 },
    { kill: 'after intent delete/Certificate', says: 'whether that reached the cluster', left: 2, code: 0 },
    { kill: 'before sent delete/Certificate', says: 'whether that reached the cluster', left: 1, code: 6 },
  ])(
    'killed $kill: undo puts the annotation back, and the owner of what still stands',
    async ({ kill, says, left, code }) => {
      const place = newPlace();
      await killedAt(place, kill, [...look(site), ...consent(site)]);
      expect(await certificates()).toBe(left);
      const { id, stderr } = await saidNext(place, site);
      expect(stderr).toContain(says);
      const undone = await undo(place, site, id);
      expect(undone.code, undone.stdout + undone.stderr).toBe(code);
      expect((await ingress()).metadata.annotations[annotation]).toBe(site.issuer);
      if (left === 2) expect((await shim()).metadata.ownerReferences).toMatchObject([{ kind: 'Ingress' }]);
      if (code === 6) expect(undone.stderr).toContain('Cannot be taken back: Certificate auth-tls-secret was deleted');
      await isSettled(place, site);
    },
  );

  test('still at it, in another terminal: not called cut off, and not taken back unless named', async () => {
    const place = newPlace();
    const { pid, goOn } = await heldAt(place, 'after sent Ingress', [...look(site), ...consent(site)]);
    onTestFinished(async () => {
      await goOn();
    });
    const [left] = await historyOf(place);
    const next = await run(place, look(site));
    expect(next.stderr).toContain(`Another run is at this just now: "${left?.title}" (${left?.id}, `);
    expect(next.stderr).toContain(`process ${pid}`);
    expect(next.stderr).not.toContain('cut off');
    const undone = await undo(place, site);
    expect(undone.code, undone.stdout + undone.stderr).toBe(6);
    expect(undone.stderr).toContain(`(${left?.id}), is not done yet: process ${pid} is at it. Nothing was changed.`);

    const { code, stdout, stderr } = await goOn();
    expect([0, 4], stdout + stderr).toContain(code);
    expect((await historyOf(place))[0]?.state).not.toBe('running');
    expect(await certificates()).toBe(1);
  });
});
