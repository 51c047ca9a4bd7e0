import { describe, expect, test } from 'vitest';
import { incidentReport } from '../../../src/core/report/incident-report.ts';
import { type RunbookReport, runbookReport } from '../../../src/core/report/runbook-report.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { diagnosisOf, runbookOf, scenarios } from '../../runbooks/scenario-files.ts';

/** What is told of an incident afterwards is all there, and reads on its own. */
async function reportOf(scenario: Scenario) {
  const { title, name: runbook } = runbookOf(scenario);
  const now = new Date(scenario.now);
  const { name: object, namespace } = scenario.target;
  const target = { profile: null, context: 'gke-eu-1', server: 'https://10.0.0.1', clusterUid: 'u', namespace };
  const diagnosis = await diagnosisOf(scenario);
  const run = { version: '1.2.3', target, runbook, startedAt: now, endedAt: now };
  return { report: runbookReport({ ...run, apiRequests: 7, diagnosis, remediation: null }), title, object };
}
function named(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}
const headings = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^## (.*)$/.exec(line)?.[1] ?? []);

describe('an incident that was mended', async () => {
  const { report: first, title, object } = await reportOf(named('networkpolicy-blocks-solver'));
  const last: RunbookReport = {
    ...first,
    outcome: 'healthy',
    impact: 'users see a valid certificate until 2027-02-21',
    rootCauses: [],
    findings: [],
    coverage: { looked: 12, of: 13, notLooked: [{ what: 'list Event', because: 'forbidden', needs: 'list events' }] },
    remediation: {
      remedy: first.findings[0]?.remedies[0]?.id ?? '',
      applied: true,
      verified: true,
      undoId: '7f3abc',
      steps: [{ step: 'create NetworkPolicy/allow-acme-http01-solver', result: 'done' }],
    },
  };
  const text = incidentReport({ title, object, first, last });

  test('says what was seen, told apart, done, proved, not seen, and what to watch, in this order', () => {
    expect(headings(text)).toEqual([
      'In short',
      'What was seen',
      'Told apart from',
      'What was tried and changed',
      'What proves it',
      'What could not be seen',
      'The same by hand',
      'What to watch',
    ]);
    for (const part of [
      '(`networkpolicy-blocks-solver`)',
      '- Impact now: users see a valid certificate until 2027-02-21',
      '- done: `create NetworkPolicy/allow-acme-http01-solver`',
      'Proved. The same diagnosis',
      '- `list Event`: forbidden (needs `list events`)',
      'kubectl apply -f - <<',
      '`orion-setup undo 7f3abc`',
    ])
      expect(text).toContain(part);
  });

  test('not proved is said as plainly', () => {
    const remediation = last.remediation && { ...last.remediation, verified: false };
    const unproven = incidentReport({ title, object, first, last: { ...first, remediation } });
    expect(unproven).toContain('Not proved: the problem stays.');
    expect(unproven).toContain('State at the end: broken.');
  });
});

test.each(scenarios)('$name can be told without being changed, and without a stray heading', async (scenario) => {
  const { report, title, object } = await reportOf(scenario);
  const text = incidentReport({ title, object, first: report, last: report });
  expect(text).toContain('Nothing was tried, and nothing was changed.');
  const allowed = [
    'In short',
    'What was seen',
    'Told apart from',
    'What changed here shortly before',
    'What was tried and changed',
    'What could not be seen',
    'The same by hand',
    'What to watch',
  ];
  const outside = text.replaceAll(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '');
  expect(headings(outside).filter((heading) => !allowed.includes(heading))).toEqual([]);
  for (const code of report.rootCauses) expect(text).toContain(`\`${code}\``);
});
