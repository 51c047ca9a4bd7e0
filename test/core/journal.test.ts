import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/core/change.ts';
import { type Begun, type JournalRecord, lineOf, parseJournal } from '../../src/core/journal.ts';
import { intentOf } from '../../src/core/journal-intent.ts';
import { pending, sentenceOf, stateOf, undoOf } from '../../src/core/journal-state.ts';

const at = '2026-11-23T05:00:00.000Z';
const cluster = { context: 'my-cluster', server: 'https://192.0.2.1:6443', uid: 'u-1', caFingerprint: 'ab' };
const begun: Begun = {
  record: 'begun',
  id: 'abc234',
  at,
  salt: '00',
  by: { localUser: 'ops' },
  cluster,
  namespace: 'orion-staging',
  command: 'runbook pdb-blocking --fix',
  title: 'Raise the replicas',
};
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'orion-staging', name: 'auth-service' };
const patch: Change = {
  do: 'patch',
  ref,
  uid: 'd-1',
  resourceVersion: '7',
  edits: [{ pointer: '/spec/replicas', from: 1, to: 2 }],
};
const back: Change = {
  do: 'patch',
  ref,
  uid: 'd-1',
  resourceVersion: '',
  edits: [{ pointer: '/spec/replicas', from: 2, to: 1 }],
};

const intent = (n: number): JournalRecord => ({ record: 'intent', n, at, change: patch, inverse: { can: back } });
const sent = (n: number): JournalRecord => ({ record: 'sent', n, at, ok: true, uid: 'd-1', resourceVersion: '8' });
const refused = (n: number): JournalRecord => ({
  record: 'sent',
  n,
  at,
  ok: false,
  why: 'conflict',
  detail: 'changed since',
});
const arrived = (n: number): JournalRecord => ({ record: 'seen', n, at });
const verified: JournalRecord = { record: 'verified', at, ok: true, because: 'all is well' };
const unproven: JournalRecord = { record: 'verified', at, ok: false, because: 'it is not' };
const closed: JournalRecord = { record: 'closed', at };
const undone = (n: number): JournalRecord => ({ record: 'undone', n, at, by: 'xyz567' });

const whole = (records: readonly JournalRecord[]) => ({ records, isTorn: false, damaged: [] });

describe('the state that a journal implies', () => {
  test.each<[string, readonly JournalRecord[], object]>([
    ['nothing is there', [], { is: 'not-begun' }],
    ['only its beginning is there', [begun], { is: 'unchanged' }],
    ['an intent stands alone', [begun, intent(1)], { is: 'unclear', n: 1 }],
    ['the second intent stands alone', [begun, intent(1), sent(1), intent(2)], { is: 'unclear', n: 2 }],
    ['an unclear intent was found to have arrived', [begun, intent(1), arrived(1)], { is: 'unfinished', n: 1 }],
    ['an unclear intent was found not to have arrived', [begun, intent(1), refused(1)], { is: 'unchanged' }],
    ['what was sent was never verified', [begun, intent(1), sent(1), arrived(1)], { is: 'unfinished', n: 1 }],
    ['every step was refused', [begun, intent(1), refused(1), closed], { is: 'unchanged' }],
    ['a later step was refused', [begun, intent(1), sent(1), intent(2), refused(2)], { is: 'unfinished', n: 1 }],
    ['all is done', [begun, intent(1), sent(1), verified, closed], { is: 'verified', because: 'all is well' }],
    ['the problem stayed', [begun, intent(1), sent(1), unproven], { is: 'unproven', because: 'it is not' }],
    [
      'it stayed, and then it went',
      [begun, intent(1), sent(1), unproven, verified],
      { is: 'verified', because: 'all is well' },
    ],
    [
      'it was verified before another step',
      [begun, intent(1), sent(1), verified, intent(2), sent(2)],
      { is: 'unfinished', n: 2 },
    ],
    ['it was closed without a look', [begun, intent(1), sent(1), closed], { is: 'closed' }],
    ['it was taken back', [begun, intent(1), sent(1), verified, undone(1)], { is: 'undone' }],
    [
      'it was taken back in part',
      [begun, intent(1), sent(1), intent(2), sent(2), undone(2)],
      { is: 'unfinished', n: 1 },
    ],
  ])('when %s', (_, records, wanted) => expect(stateOf(whole(records))).toEqual(wanted));

  const story = [begun, intent(1), sent(1), arrived(1), intent(2), sent(2), arrived(2), verified, closed];
  const text = story.map(lineOf).join('');
  const states = story.map((_, count) => stateOf(whole(story.slice(0, count))));

  property.prop([fc.nat({ max: text.length })])(
    'a kill at any byte leaves the state of the last whole line',
    (length) => {
      const journal = parseJournal(text.slice(0, length));
      const lines = text.slice(0, length).split('\n').length - 1;
      expect(journal.records).toEqual(story.slice(0, lines));
      expect(journal.isTorn).toBe(length > 0 && text[length - 1] !== '\n');
      expect(stateOf(journal)).toEqual(states[lines] ?? { is: 'verified', because: 'all is well' });
    },
  );

  property.prop([fc.array(fc.constantFrom(...story))])(
    'never throws, whatever the order, and always has a sentence',
    (records) => {
      expect(sentenceOf(whole(records))).toMatch(/\.$|well|not$/);
    },
  );

  test('a line in the middle that cannot be read makes everything unsure', () => {
    const journal = parseJournal(`${lineOf(begun)}{"record":"intent"}\n${lineOf(closed)}`);
    expect(journal.damaged).toEqual([2]);
    expect(stateOf(journal)).toEqual({ is: 'damaged', line: 2 });
  });

  test('the sentence names step and object', () => {
    expect(sentenceOf(whole([begun, intent(1)]))).toBe(
      'It was interrupted at step 1 (patch Deployment/auth-service); whether that reached the cluster is not known.',
    );
  });
});

describe('undo', () => {
  test('goes backwards over what was applied, with the version that the change led to', () => {
    const records = [
      begun,
      intent(1),
      sent(1),
      intent(2),
      refused(2),
      intent(3),
      sent(3),
      undone(3),
      intent(4),
      sent(4),
    ];
    expect(undoOf(records)).toEqual([
      { n: 4, inverse: { can: { ...back, resourceVersion: '8' } } },
      { n: 1, inverse: { can: { ...back, resourceVersion: '8' } } },
    ]);
  });

  test('deletes what was created by the uid it got', () => {
    const created: JournalRecord = {
      record: 'intent',
      n: 1,
      at,
      change: patch,
      inverse: { can: { do: 'delete', ref, uid: '' } },
    };
    expect(undoOf([created, sent(1)])).toEqual([{ n: 1, inverse: { can: { do: 'delete', ref, uid: 'd-1' } } }]);
  });

  test('keeps the uid that was known before', () => {
    const given: JournalRecord = {
      record: 'intent',
      n: 1,
      at,
      change: patch,
      inverse: { can: { do: 'delete', ref, uid: 'd-0' } },
    };
    expect(undoOf([given, sent(1)])).toEqual([{ n: 1, inverse: { can: { do: 'delete', ref, uid: 'd-0' } } }]);
  });
});

describe('what is pending', () => {
  const now = new Date('2026-11-23T06:00:00Z');
  const open = whole([begun, intent(1)]);
  const relaxing = (relaxUntil: string) =>
    whole([begun, { ...intent(1), relaxUntil } as JournalRecord, sent(1), verified]);

  test('an interrupted change set of this cluster', () => {
    expect(pending([open, whole([begun])], cluster, now)).toEqual([
      { is: 'interrupted', begun, state: { is: 'unclear', n: 1 } },
    ]);
  });

  test('what another process is at was not cut off; once that has come to an end, it is pending no more', () => {
    expect(pending([{ ...open, running: 4321 }], cluster, now)).toEqual([{ is: 'running', begun, pid: 4321 }]);
    expect(sentenceOf({ ...open, running: 4321 })).toBe('It is not done yet: process 4321 is at it.');
    expect(pending([{ ...whole([begun, intent(1), sent(1), verified]), running: 4321 }], cluster, now)).toEqual([]);
  });

  test('the oldest first', () => {
    const later = whole([{ ...begun, at: '2026-11-23T05:30:00.000Z' }, intent(1)]);
    expect(pending([later, open], cluster, now).map((one) => one.begun.at)).toEqual([at, '2026-11-23T05:30:00.000Z']);
  });

  test.each([
    ['2026-11-23T06:00:01Z', 'relaxed'],
    ['2026-11-23T06:00:00Z', 'overdue'],
  ])('what is relaxed until %s is %s at 06:00', (until, is) => {
    expect(pending([relaxing(until)], cluster, now)).toMatchObject([{ is, until: new Date(until) }]);
  });

  test('of several steps the last comes first, and one that may have been done counts', () => {
    const until = '2026-11-23T05:30:00Z';
    const steps = [intent(1), intent(2)].map((step) => ({ ...step, relaxUntil: until }) as JournalRecord);
    const [one = begun, two = begun] = steps;
    const due = pending([whole([begun, one, sent(1), two])], cluster, now).filter(({ is }) => is === 'overdue');
    expect(due.map((item) => 'step' in item && item.step.intent.n)).toEqual([2, 1]);
  });

  test('what was put back is pending no more', () => {
    const { records } = relaxing('2026-11-23T05:30:00Z');
    expect(pending([whole([...records, undone(1)])], cluster, now)).toEqual([]);
  });

  test.each([
    [{ ...cluster, uid: 'u-2' }, 0],
    [{ ...cluster, server: 'https://192.0.2.9:6443' }, 1],
    [{ ...cluster, uid: null }, 1],
    [{ ...cluster, uid: null, caFingerprint: 'cd' }, 0],
    [{ ...cluster, uid: null, server: 'https://192.0.2.9:6443' }, 0],
  ])('on cluster %o: %i', (other, count) => expect(pending([open], other, now)).toHaveLength(count));
});

describe('what is to be put back by whoever comes next', () => {
  const now = new Date('2026-11-23T06:00:00Z');
  const trial = (relaxUntil: string, ...more: readonly JournalRecord[]) =>
    whole([begun, { ...intent(1), relaxUntil } as JournalRecord, ...more]);
  const past = '2026-11-23T05:00:00Z';
  const dueOn = (...asked: Parameters<typeof pending>) => pending(...asked).filter(({ is }) => is === 'overdue');

  test('what was done for a while that is over, or may have been done', () => {
    expect(dueOn([trial(past, sent(1))], cluster, now)).toHaveLength(1);
    expect(dueOn([trial(past)], cluster, now)).toHaveLength(1);
  });

  test('nothing that was put back, is not over yet, was for good, or is another cluster', () => {
    expect(dueOn([trial(past, sent(1), undone(1))], cluster, now)).toEqual([]);
    expect(dueOn([trial('2026-11-23T07:00:00Z', sent(1))], cluster, now)).toEqual([]);
    expect(dueOn([whole([begun, intent(1), sent(1)])], cluster, now)).toEqual([]);
    expect(dueOn([trial(past, sent(1))], { ...cluster, uid: 'u-2' }, now)).toEqual([]);
  });
});

describe('secrets', () => {
  const planted = 'cGxhbnRlZC1zZWNyZXQ=';
  const secretRef = { apiVersion: 'v1', kind: 'Secret', namespace: 'orion-staging', name: 'auth-secrets-abc' };
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'auth-secrets-abc',
      namespace: 'orion-staging',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': planted },
    },
    data: { JWT_SECRET: planted },
    stringData: { OTHER: planted },
  };
  const edits = [{ pointer: '/data', from: { JWT_SECRET: planted }, to: planted }];
  const at = new Date('2026-11-23T05:00:00Z');
  const fingerprint = (value: string) => `fingerprint:${value.length}`;

  test.each<[string, Change]>([
    ['apply', { do: 'apply', object }],
    ['create', { do: 'create', object }],
    ['patch', { do: 'patch', ref: secretRef, uid: 'u', resourceVersion: '1', edits }],
  ])('no value of a Secret is written down by %s, nor by what takes it back', (_, change) => {
    const line = lineOf(intentOf(1, at, { change, inverse: { can: change } }, fingerprint));
    expect(line).not.toContain(planted);
    expect(line).toContain(`fingerprint:${planted.length}`);
    expect(line).toContain('auth-secrets-abc');
    expect(line).toContain('"cannot"');
  });

  test('a Secret that was created can still be deleted again', () => {
    const inverse = { can: { do: 'delete', ref: secretRef, uid: '' } } as const;
    expect(intentOf(1, at, { change: { do: 'create', object }, inverse }, fingerprint).inverse).toEqual(inverse);
  });

  test('everything else is written down as it is', () => {
    expect(intentOf(1, at, { change: patch, inverse: { can: back }, relaxUntil: at }, fingerprint)).toEqual({
      record: 'intent',
      n: 1,
      at: at.toISOString(),
      change: patch,
      inverse: { can: back },
      relaxUntil: at.toISOString(),
    });
  });
});
