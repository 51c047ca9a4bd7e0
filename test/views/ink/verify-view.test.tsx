import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import type { VerifyReport } from '../../../src/core/report/verify-report.ts';
import { firstChoice } from '../../../src/views/ink/parts/choice.ts';
import { atTop } from '../../../src/views/ink/parts/scroll.ts';
import { VerifyView } from '../../../src/views/ink/verify/verify-view.tsx';

const namespace = 'orion-staging';
const report: VerifyReport = {
  apiVersion: 'orion-setup/v1',
  kind: 'VerifyReport',
  tool: { name: 'orion-setup', version: '0' },
  target: { profile: null, context: 'bed', server: 'https://192.0.2.1', clusterUid: null, namespace },
  environment: 'staging',
  host: null,
  startedAt: '2026-11-23T05:00:00Z',
  durationMs: 1,
  apiRequests: 1,
  outcome: 'healthy',
  before: [
    { id: 'access', title: 'Access to the cluster', state: 'passed', saw: 'bed' },
    { id: 'alerts', title: 'Alerts reach somebody', state: 'remarked', saw: 'the route ends at null' },
  ],
  points: [],
  summary: { passed: 0, failed: 0, waiting: 0, notLooked: 0 },
  coverage: { looked: 1, of: 1, notLooked: [] },
};

test('all is green and no alert reaches anybody: that stands under the points', () => {
  const { lastFrame } = render(
    <VerifyView
      state={{
        title: 'Verify staging',
        report,
        looking: undefined,
        failure: undefined,
        choice: firstChoice,
        scroll: atTop,
        help: false,
        over: undefined,
      }}
      place={{ environment: 'staging', namespace, cluster: 'bed', pinned: false }}
      now={new Date('2026-11-23T05:00:00Z')}
      onMeasured={() => {}}
    />,
  );
  expect(lastFrame()).toContain('Alerts reach somebody: the route ends at null.');
  expect(lastFrame()).not.toContain('Access to the cluster');
});
