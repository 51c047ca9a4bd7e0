import { describe, expect, it } from 'vitest';
import { answer, next } from '../../../src/core/setup/journey.ts';
import { setOut } from '../../../src/core/setup/state.ts';
import { both, until, without } from './asked.ts';
import { drive, kept, type Results, sunny, typical } from './drive.ts';

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
