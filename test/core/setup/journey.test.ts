import { describe, expect, it } from 'vitest';
import { back, edit, next } from '../../../src/core/setup/journey.ts';
import { stepNames } from '../../../src/core/setup/question.ts';
import { fromSaved, savedSchema, toSaved } from '../../../src/core/setup/saved.ts';
import { settingsOf } from '../../../src/core/setup/settings-of.ts';
import { given } from '../../../src/core/setup/state.ts';
import { steps } from '../../../src/core/setup/steps/index.ts';
import { both, stagingOnly, until, without } from './asked.ts';
import { drive, kept, type Results, sunny, typical } from './drive.ts';

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
