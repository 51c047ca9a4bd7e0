import { describe, expect, it } from 'vitest';
import { readMemory } from '../../../src/core/deploy/memory.ts';
import { ExpectedStop } from '../../../src/core/failure.ts';
import { fakeCluster, fakeMachine, pipeline } from './world.ts';

const stopOf = async (run: Promise<unknown>): Promise<ExpectedStop> => {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ExpectedStop)) throw new Error(`no stop: ${String(error)}`);
  return error;
};

describe('set-up of an empty cluster', () => {
  it('ends healthy, applies in order, and keeps the gate of both environments', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const { ending } = await pipeline(fake, machine);
    expect(ending).toMatchObject({ outcome: 'healthy' });
    const kinds = fake.sent.map((one) => one.split(/[ /]/)[1]);
    expect(kinds.slice(0, 4)).toEqual(['ClusterIssuer', 'ClusterIssuer', 'Namespace', 'Secret']);
    expect(fake.sent.filter((one) => one.includes('ConfigMap/orion-staging/orion-setup'))).toHaveLength(2);
    for (const namespace of ['orion-staging', 'orion-prod']) {
      const memory = readMemory(fake.objects.get(`ConfigMap/${namespace}/orion-setup`));
      expect(memory?.gate?.digest).toBe(memory?.gateDigest);
      expect(memory?.gate?.notLooked).toEqual(['https']);
      expect(memory?.inventory.map(({ kind }) => kind)).toContain('Deployment');
    }
  });

  it('says that ingress-nginx is retired, and no more once that was dismissed', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    expect(JSON.stringify((await pipeline(fake, machine)).journey)).toContain('is retired');
    machine.dismissed.push('ingress-nginx-retired');
    expect(JSON.stringify((await pipeline(fake, machine)).journey)).not.toContain('is retired');
  });

  it("says once that this machine's clock is off, though both environments' clusters tell it", async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    machine.time.aheadMs = 3 * 3_600_000;
    const { events, ending } = await pipeline(fake, machine, { answers: { 'context.production': 'other' } });
    expect(ending).toMatchObject({ outcome: 'healthy' });
    const looked = events.filter((one) => one.event === 'work-ended' && one.what === 'look-cluster');
    expect(looked).toHaveLength(2);
    expect(events.filter(({ event }) => event === 'clock-off-found')).toEqual([
      { event: 'clock-off-found', aheadMs: 3 * 3_600_000 },
    ]);
  });

  it('a second run sends nothing', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    await pipeline(fake, machine);
    fake.sent.length = 0;
    const files = JSON.stringify([...machine.files]);
    machine.time.now += 86_400_000;
    const { ending, events } = await pipeline(fake, machine, { yes: false, confirm: [] });
    expect(ending).toMatchObject({ outcome: 'healthy' });
    expect(fake.sent).toEqual([]);
    expect(JSON.stringify([...machine.files])).toBe(files);
    expect(events.filter(({ event }) => event === 'tree-written')).toEqual([]);
  });

  it('keeps every intent before the change, and no secret anywhere but where it belongs', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const ran = await pipeline(fake, machine);
    const records = machine.journals.flat();
    expect(records.filter(({ record }) => record === 'intent')).toHaveLength(fake.sent.length);
    for (const [place, { record }] of records.entries())
      if (record === 'sent') expect(records[place - 1]?.record).toBe('intent');
    const elsewhere = JSON.stringify([
      records,
      ran.events,
      ran.journey,
      ran.ending,
      machine.saved,
      [...fake.objects.values()].filter(({ kind }) => kind !== 'Secret'),
      [...machine.files].filter(([path]) => !path.endsWith('secrets.env')),
    ]);
    expect(elsewhere).not.toMatch(/planted|cGxhbnRlZ|cExhbnRlZ/);
    expect(machine.files.get('/home/op/k8s/overlays/staging/secrets.env')).toMatchObject({ mode: 0o600 });
    expect(machine.files.get('/home/op/k8s/.gitignore')?.text).toContain('secrets.env');
  });
});

describe('killed', () => {
  const wants = { environments: ['staging'] } as const;
  const names = (fake: ReturnType<typeof fakeCluster>) => [...fake.objects.keys()].toSorted();

  it.each(['killAt', 'killAfter'] as const)(
    '(%s) any change: the next run says so, goes on, and comes to the same',
    async (when) => {
      const whole = fakeCluster();
      await pipeline(whole, fakeMachine(), { wants });
      for (const key of new Set(whole.sent.map((one) => one.slice(one.indexOf(' ') + 1)))) {
        const [fake, machine] = [fakeCluster(), fakeMachine()];
        fake.controls[when] = key;
        await expect(pipeline(fake, machine, { wants })).rejects.toThrow('killed');
        fake.controls[when] = '';
        const { ending, events } = await pipeline(fake, machine, { wants });
        expect(events.find(({ event }) => event === 'cut-off-found')).toMatchObject({
          sentence: 'cut off after intent',
        });
        expect(ending).toMatchObject({ outcome: 'healthy' });
        expect(names(fake)).toEqual(names(whole));
      }
    },
    30_000,
  );
});

describe('refused', () => {
  it('nobody consents: nothing is sent, and the option that would have is named', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const stop = await stopOf(pipeline(fake, machine, { yes: false }));
    expect(stop.reason).toBe('refused');
    expect(stop.message).toContain('New: ClusterIssuer/letsencrypt-staging');
    expect(stop.next.join()).toContain('--yes');
    expect(fake.sent).toEqual([]);
  });

  it('production without its name: staging stands, production is untouched', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const stop = await stopOf(pipeline(fake, machine, { confirm: [] }));
    expect(stop.next.join()).toContain('--confirm orion-prod');
    expect(fake.sent.some((one) => one.includes('orion-prod'))).toBe(false);
    expect(fake.objects.has('Deployment/orion-staging/auth-service')).toBe(true);
  });

  it('another cluster behind the same context', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    await pipeline(fake, machine, { wants: { environments: ['staging'] } });
    fake.sent.length = 0;
    fake.controls.uid = 'another';
    const stop = await stopOf(pipeline(fake, machine));
    expect([stop.reason, stop.message]).toEqual(['refused', expect.stringContaining('another cluster')]);
    expect(fake.sent).toEqual([]);
  });

  it('production on a cluster that cannot be told for sure', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    fake.controls.uid = null;
    expect((await stopOf(pipeline(fake, machine))).message).toContain('kube-system');
    expect(await pipeline(fakeCluster(), fakeMachine(), { wants: { environments: ['staging'] } })).toMatchObject({
      ending: { outcome: 'healthy' },
    });
  });

  it('production alone before staging passed; after it, it is let in, and with another image again not', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const wants = { environments: ['production'] } as const;
    expect((await pipeline(fake, machine, { wants })).ending).toMatchObject({ outcome: 'refused' });
    expect(fake.sent).toEqual([]);
    await pipeline(fake, machine, { wants: { environments: ['staging'] } });
    expect((await pipeline(fake, machine, { wants })).ending).toMatchObject({ outcome: 'healthy' });
    fake.sent.length = 0;
    const other = await pipeline(fake, machine, { wants, answers: { image: 'ghcr.io/orion/auth:1.5.0' } });
    expect(other.ending).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('another base or image'),
    });
    expect(fake.sent).toEqual([]);
  });
});

describe('what somebody else did', () => {
  it('fields set with kubectl are taken over after a yes; of others never', async () => {
    const conflict = (manager: string) =>
      ({ ok: false, why: 'conflict', detail: 'conflict', conflicts: [{ manager, field: '.spec.ports' }] }) as const;
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    await pipeline(fake, machine);
    fake.controls.refuse.set('Service/orion-staging/auth-service', conflict('argocd-controller'));
    expect((await pipeline(fake, machine)).ending).toMatchObject({
      outcome: 'problem',
      because: expect.stringContaining('argocd-controller'),
    });
    fake.controls.refuse.set('Service/orion-staging/auth-service', conflict('kubectl-edit'));
    const asked = await stopOf(pipeline(fake, machine, { yes: false }));
    expect(asked.message).toContain('Take them over?');
    expect((await pipeline(fake, machine)).ending).toMatchObject({ outcome: 'healthy' });
  });

  it('a refusal in the middle stops there and says what stands', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const first = await pipeline(fake, machine, { wants: { environments: ['staging'] } });
    expect(first.ending.outcome).toBe('healthy');
    const second = fakeCluster();
    second.controls.refuse.set('Deployment/orion-staging/auth-service', {
      ok: false,
      why: 'denied',
      detail: 'exceeded quota: small',
    });
    const { ending } = await pipeline(second, fakeMachine(), { wants: { environments: ['staging'] } });
    expect(ending).toMatchObject({ outcome: 'problem', step: 'staging' });
    expect(ending.because).toMatch(/exceeded quota: small.*Applied: Namespace\/orion-staging.*Not applied: Deployment/);
  });

  it('what is drifted is put back, and the difference is shown', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    await pipeline(fake, machine);
    const key = 'PodDisruptionBudget/orion-staging/auth-service-pdb';
    const budget = fake.objects.get(key);
    if (!budget) throw new Error('no budget');
    fake.put({ ...budget, spec: { minAvailable: 9 } });
    const stop = await stopOf(pipeline(fake, machine, { yes: false }));
    expect(stop.message).toContain('Changed: PodDisruptionBudget/orion-staging/auth-service-pdb');
    fake.sent.length = 0;
    await pipeline(fake, machine);
    expect(fake.sent).toEqual([`apply ${key}`]);
  });
});

describe('waiting', () => {
  it('tells each reason once, and names the cause that waiting will not mend', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    fake.controls.unready.add('Certificate');
    Object.assign(machine.judgement, { outcome: 'problem', rootCauses: ['dns-no-record'], because: 'No record.' });
    const { ending, events } = await pipeline(fake, machine);
    expect(ending).toMatchObject({ outcome: 'problem', because: 'No record.' });
    expect(ending.next).toContain('orion-setup explain dns-no-record');
    expect(events.filter(({ event }) => event === 'waiting-changed')).toHaveLength(1);
    expect(fake.objects.has('Namespace//orion-prod')).toBe(false);
  });

  it('ends as waiting where nothing is wrong, after the time given', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    fake.controls.unready.add('Deployment');
    machine.judgement.outcome = 'waiting';
    expect((await pipeline(fake, machine)).ending).toMatchObject({
      outcome: 'waiting',
      because: expect.stringContaining('Not ready after 2 min'),
    });
  });
});

describe('answers', () => {
  it('that are missing are named all at once', async () => {
    const stop = await stopOf(
      pipeline(fakeCluster(), fakeMachine(), { answers: { image: '', domain: '' }, secrets: undefined }),
    );
    expect(stop.reason).toBe('usage');
    const named = stop.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
    expect(named.slice(0, 2)).toEqual(['image', 'domain']);
    expect(named).toContain('environments.production.secretsFile (jwt-secret)');
    expect(named).toHaveLength(8);
  });

  it('typed wrong are asked for again with the reason; a secret is generated where asked', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const asked: string[] = [];
    const typed: Record<string, string[]> = {
      domain: ['co.uk', 'orion.io'],
      'secret.staging.database-url': ['postgres://u:planted@db.data.svc/a'],
      'secret.staging.redis-url': ['redis://:planted@cache.data.svc'],
    };
    const { ending } = await pipeline(fake, machine, {
      wants: { environments: ['staging'] },
      answers: { domain: '' },
      secrets: undefined,
      ask: async (question, problem) => {
        asked.push(`${question.id}${problem ? `: ${problem}` : ''}`);
        return { kind: 'typed', text: typed[question.id]?.shift() ?? '' };
      },
    });
    expect(ending.outcome).toBe('healthy');
    expect(asked).toContain('domain: co.uk is a public suffix: nobody can hold it. Type a domain under it.');
    expect(machine.files.get('/home/op/k8s/overlays/staging/secrets.env')?.text).toContain('jwt-secret=gEnerated');
  });

  it('taken back and given again', async () => {
    const [fake, machine] = [fakeCluster(), fakeMachine()];
    const script = [{ kind: 'typed', text: 'a.io' }, { kind: 'back' }, { kind: 'typed', text: 'b.io' }] as const;
    let place = 0;
    const ran = await pipeline(fake, machine, {
      wants: { environments: ['staging'] },
      answers: { domain: '' },
      ask: async (question) =>
        question.id === 'domain' || (question.id === 'callers' && place === 1)
          ? (script[place++] ?? { kind: 'leave' })
          : { kind: 'typed', text: '' },
    });
    expect(ran.ending.outcome).toBe('healthy');
    expect(JSON.stringify(fake.objects.get('Ingress/orion-staging/auth-ingress'))).toContain('auth-staging.b.io');
  });
});
