import { expect, test } from 'vitest';
import type { Change } from '../../../src/core/change.ts';
import type { JournalRecord } from '../../../src/core/journal.ts';
import { historyReport } from '../../../src/core/report/history-report.ts';

const at = '2026-11-27T05:00:00.000Z';
const back: Change = {
  do: 'delete',
  ref: { apiVersion: 'v1', kind: 'Service', namespace: 'orion-staging', name: 'auth-service' },
  uid: 's-1',
};
const records: readonly JournalRecord[] = [
  {
    record: 'begun',
    id: 'abc234',
    at,
    salt: '00',
    by: { localUser: 'ops' },
    cluster: { context: 'my-cluster', server: 'https://192.0.2.1:6443', uid: 'u-1', caFingerprint: null },
    namespace: 'orion-staging',
    command: 'deploy',
    title: 'Deploy staging',
  },
  { record: 'intent', n: 1, at, change: back, inverse: { can: back } },
  { record: 'sent', n: 1, at, ok: true, uid: 's-1', resourceVersion: '8' },
];

test.each([
  ['what another run is still at is not offered to be taken back', 4321, { state: 'running', canBeTakenBack: false }],
  ['what a run left that was cut off is', undefined, { state: 'unfinished', canBeTakenBack: true }],
])('%s', (_, running, wanted) => {
  const { items } = historyReport([{ records, isTorn: false, damaged: [], running }], '1.0.0');
  expect(items).toMatchObject([wanted]);
});
