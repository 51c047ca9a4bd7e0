import { describe, expect, it } from 'vitest';
import { answer, back, edit, next } from '../../../src/core/setup/journey.ts';
import { stepNames } from '../../../src/core/setup/question.ts';
import { fromSaved, savedSchema, toSaved } from '../../../src/core/setup/saved.ts';
import { settingsOf } from '../../../src/core/setup/settings-of.ts';
import { given, type Journey, setOut } from '../../../src/core/setup/state.ts';
import { steps } from '../../../src/core/setup/steps/index.ts';
import { drive, kept, type Results, sunny, typical } from './drive.ts';

const both = setOut({ environments: ['staging', 'production'] });
const stagingOnly = setOut({ environments: ['staging'] });
const without = (...ids: readonly string[]) =>
  Object.fromEntries(Object.entries(typical).filter(([id]) => !ids.includes(id)));
/** The journey as it stands when `id` is asked. */
const until = (id: string, start: Journey = both) => {
  const { journey, end } = drive(start, {}, without(id));
  if (end.kind === 'done' || end.id !== id) throw new Error(`${id} was not asked`);
  return { journey, question: end };
};

describe('set-up', () => {
  it('has its steps in their order', () => expect(steps.map(({ name }) => name)).toEqual(stepNames));

  it('asks, looks and writes in this order', () => {
    const { trail, end } = drive(both);
    expect(trail.join(' ')).toBe(
      [
        '(look-machine) context.staging (look-cluster) context.production (look-cluster) profile tree (keep-profile)',
        'image pull-secrets',
        '(look-secrets staging) secret.staging.database-url secret.staging.redis-url secret.staging.jwt-secret',
        '(look-secrets production) secret.production.database-url secret.production.redis-url secret.production.jwt-secret',
        'domain (resolve-hosts) callers cors monitoring email',
        '(write-tree) (look-fit staging) (look-fit production) (plan issuers) issuers.go (apply issuers) (wait-ready issuers)',
        '(plan staging) staging.go (apply staging) (wait-ready staging) (verify staging) (keep-gate staging)',
        '(plan production) production.go (apply production) (wait-ready production) (verify production) (keep-gate production)',
      ].join(' '),
    );
    expect(end).toMatchObject({ kind: 'done', outcome: 'healthy' });
  });

  it('with nothing to change asks for no consent and sends nothing', () => {
    const settled = { plan: () => ({ changes: [], unchanged: 9, takeovers: [], blocked: [], remarks: [] }) };
    const { trail, end } = drive(both, settled, without('issuers.go', 'staging.go', 'production.go'));
    expect(end).toMatchObject({ outcome: 'healthy' });
    expect(trail.filter((one) => one.includes('apply'))).toEqual([]);
  });

  it('of staging alone asks nothing of production and changes nothing there', () => {
    const { trail } = drive(stagingOnly);
    expect(trail.filter((one) => one.includes('production'))).toEqual([]);
  });

  it('looks once at a cluster that holds both environments', () => {
    const { trail } = drive(both, {}, { ...typical, 'context.production': 'a' });
    expect(trail.filter((one) => one === '(look-cluster)')).toHaveLength(1);
  });

  it('takes no cluster for granted where there are several', () => {
    expect(until('context.staging').question.default).toBeUndefined();
    const one = { 'look-machine': () => ({ ...sunny['look-machine']({}), contexts: ['only'] }) };
    expect(drive(both, one, {}).end).toMatchObject({ id: 'context.staging', default: 'only' });
  });

  it('comes to settings without a secret in them', () => {
    const { journey } = drive(both);
    expect(settingsOf(journey)).toMatchObject({
      domain: 'orion.io',
      email: undefined,
      tree: './k8s',
      image: 'ghcr.io/orion/auth:1.4.2',
      allowFromNamespaces: ['orion-web', 'orion-api'],
      ingress: { className: 'nginx', namespace: 'ingress-nginx' },
      monitorLabels: { release: 'kps' },
      environments: {
        staging: { context: 'a', host: 'auth-staging.orion.io', database: { host: 'db.data.svc', port: 5432 } },
        production: { context: 'b', host: 'auth.orion.io' },
      },
    });
  });
});

describe('going back', () => {
  it('drops the last answer and offers it again', () => {
    const { journey } = until('callers');
    const earlier = back(journey);
    expect(next(earlier)).toMatchObject({ id: 'domain', default: 'orion.io' });
    const other = drive(earlier, {}, { ...without('callers'), domain: 'other.io' });
    expect(given(other.journey, 'domain')).toBe('other.io');
    expect(other.trail).toEqual(['domain', '(resolve-hosts)']);
  });

  it('keeps what was decided before it in the same step', () => {
    const open: Partial<Results> = {
      'resolve-hosts': () => [
        { host: 'h', environment: 'staging', addresses: [], state: 'no-address', because: 'none', record: null },
      ],
    };
    const { journey } = drive(both, open, { ...without('monitoring'), 'domain.unready': 'go-on' });
    expect(drive(back(journey), open, {}).end).toMatchObject({ id: 'cors' });
  });

  it('over a secret asks for it again although it is kept, and Enter keeps it', () => {
    const inFile = {
      'look-secrets': () => ({ file: 'secrets.env', present: { 'jwt-secret': kept('x') }, problems: [] }),
    };
    const { journey } = until('domain', stagingOnly);
    const turn = drive(back(journey), inFile, { 'no secrets': '' }).end;
    expect(turn).toMatchObject({ id: 'secret.staging.jwt-secret', secret: { empty: 'keep' } });
  });

  it('all the way ends at the first question, and no further', () => {
    let { journey } = until('email');
    for (let times = 0; times < 40; times++) journey = back(journey);
    expect(journey.given).toEqual([]);
    expect(back(journey)).toBe(journey);
    expect(drive(journey, {}, {}).end).toMatchObject({ id: 'context.staging' });
  });

  it('past a consent takes the consent with it: it was given to another plan', () => {
    const { journey } = until('staging.go');
    const consented = drive(journey, { verify: () => ({ passed: false, checks: [] }) }).journey;
    expect(given(consented, 'staging.go')).toBe(true);
    const edited = edit(consented, 'domain');
    expect(['issuers.go', 'staging.go'].map((id) => given(edited, id))).toEqual([undefined, undefined]);
    expect(given(edited, 'email')).toBe('');
  });

  it('to the secrets asks for every one of them', () => {
    const again = edit(until('domain').journey, 'secrets');
    expect(drive(again, {}, {}).trail.filter((one) => one.startsWith('secret'))).toHaveLength(6);
  });
});

describe('taken up again', () => {
  it.each(['profile', 'image', 'domain', 'email', 'issuers.go', 'staging.go', 'production.go'])(
    'at %s, it asks that next and nothing before it',
    (id) => {
      const saved = savedSchema.parse(JSON.parse(JSON.stringify(toSaved(until(id).journey))));
      const allKept = {
        'look-secrets': () => ({
          file: 'secrets.env',
          present: { 'database-url': kept('a-url'), 'redis-url': kept('b-url'), 'jwt-secret': kept('c') },
          problems: [],
        }),
      };
      const fresh = fromSaved(saved, both.wants);
      const consents = { 'issuers.go': 'yes', 'staging.go': 'yes', 'secrets.reused': 'go-on' };
      const { [id as 'issuers.go']: _, ...others } = consents;
      expect(drive(fresh, allKept, others).end).toMatchObject({ id });
    },
  );

  it('has no secret, not even a fingerprint, and no consent in what is kept', () => {
    const kept = JSON.stringify(toSaved(drive(both).journey));
    expect(kept).not.toMatch(/fingerprint|of secret|\.go"/);
  });

  it('asks only for the secrets that are not yet in secrets.env', () => {
    const saved = toSaved(until('domain', stagingOnly).journey);
    const some = {
      'look-secrets': () => ({
        file: 'secrets.env',
        present: { 'database-url': kept('a-url'), 'jwt-secret': kept('c') },
        problems: [],
      }),
    };
    expect(drive(fromSaved(saved, stagingOnly.wants), some, { 'no secrets': '' }).end).toMatchObject({
      id: 'secret.staging.redis-url',
    });
  });
});

describe('what holds it up', () => {
  const missing: Partial<Results> = {
    'look-cluster': (args) => ({
      ...sunny['look-cluster'](args),
      prerequisites: [
        {
          id: 'cert-manager',
          title: 'cert-manager',
          state: 'missing',
          found: null,
          minimum: '1.13.0',
          because: 'not there',
          needed: true,
          owner: 'platform',
          commands: ['kubectl apply -f x'],
        },
      ],
    }),
  };

  it('a missing prerequisite: look again, go on, or leave with its commands', () => {
    const { journey, end } = drive(both, missing);
    if (end.kind === 'done') throw new Error('ended');
    expect(end).toMatchObject({ id: 'prerequisites.staging', default: 'leave' });
    expect(end.notes.flatMap(({ lines }) => lines ?? [])).toEqual(['kubectl apply -f x']);
    expect(next(answer(journey, end, 'leave'))).toMatchObject({ outcome: 'problem', next: ['kubectl apply -f x'] });
    expect(drive(answer(journey, end, 'look-again')).end).toMatchObject({ outcome: 'healthy' });
    expect(
      drive(answer(journey, end, 'go-on'), missing, { ...typical, 'prerequisites.production': 'go-on' }).end,
    ).toMatchObject({ outcome: 'healthy' });
  });

  it('no to a consent: nothing is applied', () => {
    const { trail, end } = drive(both, {}, { ...typical, 'issuers.go': 'no' });
    expect(end).toMatchObject({ outcome: 'operator-said-no' });
    expect(trail).not.toContain('(apply issuers)');
  });

  it('production wants its namespace typed', () => {
    const { question } = until('production.go');
    expect(question).toMatchObject({ kind: 'type-name', consent: { names: ['orion-prod'] } });
    expect(question.check('yes').ok).toBe(false);
    expect(question.check('orion-prod')).toMatchObject({ ok: true, value: true });
  });

  it('staging that is not verified keeps production away, and looking again leads on', () => {
    const failing: Partial<Results> = {
      verify: () => ({
        passed: false,
        checks: [{ id: 'https', title: 'HTTPS', state: 'failed', detail: 'answers 503.' }],
      }),
    };
    const { journey, end, trail } = drive(both, failing);
    expect(end).toMatchObject({ id: 'staging.not-verified', default: 'leave' });
    expect(trail.join()).not.toMatch(/keep-gate|apply production/);
    if (end.kind === 'done') throw new Error('ended');
    expect(next(answer(journey, end, 'leave'))).toMatchObject({ outcome: 'problem' });
    expect(drive(answer(journey, end, 'look-again')).end).toMatchObject({ outcome: 'healthy' });
  });

  it('production alone without a gate is refused before anything is written', () => {
    const start = setOut({ environments: ['production'] });
    const closed: Partial<Results> = {
      'read-gate': () => ({ state: 'not-passed', because: 'staging was never verified.', at: null, digest: null }),
    };
    const { end, trail } = drive(start, closed);
    expect(end).toMatchObject({ outcome: 'refused', step: 'gate' });
    expect(trail.filter((one) => /plan|apply/.test(one))).toEqual([]);
    expect(drive(start).end).toMatchObject({ outcome: 'healthy' });
    expect(drive(setOut({ environments: ['production'], overrideGate: 'incident 12' }), closed).end).toMatchObject({
      outcome: 'healthy',
    });
  });

  it.each([
    ['problem', 'problem'],
    ['waiting', 'waiting'],
  ] as const)('%s while waiting: leaving ends so', (outcome, wanted) => {
    const stuck = {
      'wait-ready': ({ part }: { part: string }) => ({
        outcome: part === 'staging' ? outcome : ('ready' as const),
        because: 'No DNS record.',
        rootCauses: ['dns-no-record'],
      }),
    };
    const { end } = drive(both, stuck, { ...typical, 'staging.not-ready': 'leave' });
    expect(end).toMatchObject({ outcome: wanted });
    expect(end.kind === 'done' && end.next).toContain('orion-setup explain dns-no-record');
  });

  it('another’s fields: taken over after a yes only', () => {
    const held = {
      plan: () => ({
        ...sunny.plan({ part: 'issuers' }),
        takeovers: [{ object: 'Thing/a', manager: 'kubectl', field: '.spec' }],
      }),
    };
    expect(drive(both, held).end).toMatchObject({ id: 'issuers.take-over', kind: 'yes-no' });
    expect(drive(both, held, { ...typical, 'issuers.take-over': 'no' }).end).toMatchObject({
      outcome: 'operator-said-no',
    });
  });

  it('one secret in both environments is pointed out, and may be typed again', () => {
    const same = {
      'look-secrets': () => ({
        file: 'secrets.env',
        present: { 'database-url': kept('a-url'), 'redis-url': kept('b-url'), 'jwt-secret': kept('c') },
        problems: [],
      }),
    };
    const { journey, end } = drive(both, same);
    if (end.kind === 'done') throw new Error('ended');
    expect(end.title).toBe('Staging and production have the same database-url and redis-url and jwt-secret.');
    expect(drive(answer(journey, end, 'retype'), same, { 'no secrets': '' }).end).toMatchObject({
      id: 'secret.staging.database-url',
    });
  });

  it('hosts that do not resolve: the record to ask for, and on all the same', () => {
    const open: Partial<Results> = {
      'resolve-hosts': () => [
        {
          host: 'h',
          environment: 'staging',
          addresses: [],
          state: 'no-address',
          because: 'no address yet',
          record: 'h. A 203.0.113.10',
        },
      ],
    };
    const { end } = drive(both, open);
    expect(end).toMatchObject({
      id: 'domain.unready',
      default: 'go-on',
      notes: [{ level: 'bad', lines: ['h. A 203.0.113.10'] }],
    });
    expect(drive(both, open, { ...typical, 'domain.unready': 'go-on' }).end).toMatchObject({ outcome: 'healthy' });
  });

  it('files of the tree that were edited are kept unless said otherwise', () => {
    const edited = {
      'write-tree': ({ overwrite }: { overwrite: boolean }) => ({
        written: [],
        changed: overwrite ? [] : [{ file: 'base/x.yaml', diff: '-a\n+b' }],
        edited: !overwrite,
      }),
    };
    expect(drive(both, edited).end).toMatchObject({ id: 'tree.changed', default: 'keep' });
    expect(
      drive(both, edited, { ...typical, 'tree.changed': 'overwrite' }).trail.filter((one) => one === '(write-tree)'),
    ).toHaveLength(2);
  });

  it('what cannot work here is said with the consent to the first write, and answered before staging', () => {
    const stops: Partial<Results> = {
      'look-fit': () => [{ id: 'quota', level: 'stops', text: 'The quota is too small.', change: 'spec.hard' }],
    };
    const { end } = drive(both, stops, without('issuers.go'));
    expect(end).toMatchObject({ id: 'issuers.go' });
    expect(end.kind !== 'done' && end.notes[0]).toMatchObject({ level: 'bad', text: 'The quota is too small.' });
    expect(drive(both, stops).end).toMatchObject({ id: 'fit', default: 'leave' });
    expect(drive(both, stops, { ...typical, fit: 'leave' }).end).toMatchObject({
      outcome: 'problem',
      next: ['spec.hard'],
    });
    expect(drive(both, stops, { ...typical, fit: 'go-on' }).end).toMatchObject({ outcome: 'healthy' });
  });
});

describe('a choice', () => {
  const { question } = until('context.production');
  it.each([
    ['1', 'b'],
    ['a', 'a'],
    [' 2 ', 'a'],
  ])('%s is %s', (typed, wanted) => expect(question.check(typed)).toMatchObject({ value: wanted }));
  it.each(['0', '3', 'c', ''])('%s is none', (typed) =>
    expect(question.check(typed)).toMatchObject({ ok: false, problem: 'Type a number from 1 to 2.' }),
  );
});
