import { describe, expect, test } from 'vitest';
import { verifyJunit } from '../../../src/core/report/verify-junit.ts';
import { verifyMarkdown } from '../../../src/core/report/verify-markdown.ts';
import { type VerifyReport, verifyReport, verifyReportSchema } from '../../../src/core/report/verify-report.ts';
import { beforeOf } from '../../../src/core/verify/before.ts';
import type { PointResult } from '../../../src/core/verify/verification.ts';
import { verifyText } from '../../../src/views/plain/verify-text.ts';
import { pointResult } from '../verify/sample-point.ts';
import { insistOnJunit, type Node, readXml } from './junit-schema.ts';

const passed = pointResult({
  id: 'resources',
  title: 'Resource limits are set',
  expected: 'limits',
  saw: 'limits 500m / 512Mi',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'orion-staging', name: 'auth-service' },
  field: 'spec.template',
});
const failed: PointResult = {
  ...passed,
  id: 'pdb',
  title: 'A disruption budget is enforced',
  state: 'failed',
  saw: 'none may go',
  codes: ['pdb-no-headroom'],
  runbook: 'pdb-blocking',
  lasting: true,
};
const waiting: PointResult = {
  ...passed,
  id: 'health',
  title: 'Health checks pass',
  state: 'waiting',
  saw: 'starting',
  runbook: 'pdb-blocking',
};
const unseen: PointResult = {
  ...passed,
  id: 'certificate',
  title: 'The certificate is issued and in its Secret',
  state: 'not-looked',
  saw: 'could not look',
  notLooked: [{ what: 'get v1 Secret x', because: 'forbidden', needs: 'get secrets in orion-staging' }],
  remarks: ['one remark'],
  runbook: 'cert-pending',
};

/** What somebody may have written into a status to break whoever prints it. */
const hostile =
  '"/><script>alert(1)</script>]]>&amp; | `rm -rf` [x](http://e) \u0000\u0007\ufffe\ud800 # <!-- -->\n</failure>';

function reportOf(points: readonly PointResult[], context = 'bed'): VerifyReport {
  const missing = points.flatMap(({ notLooked }) => notLooked);
  const verification = {
    outcome: 'problem' as const,
    points,
    coverage: { looked: 1, of: 2, notLooked: missing },
    unknownKinds: [],
    alerts: null,
    host: 'auth-staging.example.org',
    diagnoses: {},
  };
  const kubectl = {
    id: 'kubectl',
    title: 'kubectl',
    minimum: null,
    needed: false,
    owner: 'operator',
    state: 'missing',
    found: null,
    because: '',
    commands: [],
  } as const;
  const target = {
    profile: null,
    context,
    server: 'https://192.0.2.1:6443',
    clusterUid: null,
    namespace: 'orion-staging',
  };
  return verifyReport({
    version: '0.0.0',
    target,
    environment: 'staging',
    startedAt: new Date('2026-11-23T05:00:00Z'),
    endedAt: new Date('2026-11-23T05:00:01.500Z'),
    apiRequests: 41,
    before: beforeOf(verification, target, kubectl),
    verification,
  });
}

const all = [passed, failed, waiting, unseen];

test('the report is what its schema says, counts, and names the runbook that mends', () => {
  const report = reportOf(all, "it's mine");
  expect(verifyReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(report.summary).toEqual({ passed: 1, failed: 1, waiting: 1, notLooked: 1 });
  expect(report.points.map(({ mend }) => mend?.commands ?? null)).toEqual([
    null,
    [`orion-setup runbook pdb-blocking --context 'it'\\''s mine' -n orion-staging`],
    [`orion-setup runbook pdb-blocking --context 'it'\\''s mine' -n orion-staging`],
    [`orion-setup runbook cert-pending --context 'it'\\''s mine' -n orion-staging`],
  ]);
  expect(report.before).toContainEqual(
    expect.objectContaining({ id: 'rights', state: 'not-looked', saw: 'missing: get secrets in orion-staging' }),
  );
});

describe('JUnit', () => {
  const named = (node: Node, name: string): readonly Node[] => [
    ...(node.name === name ? [node] : []),
    ...node.children.flatMap((child) => named(child, name)),
  ];

  test('is as CI systems read it; what is not green is a failure or an error, never skipped', () => {
    const document = readXml(verifyJunit(reportOf(all)));
    insistOnJunit(document);
    expect(named(document, 'failure').map(({ attributes }) => attributes)).toEqual([
      { message: 'none may go', type: 'pdb-no-headroom' },
    ]);
    expect(named(document, 'error').map(({ attributes: { type } }) => type)).toEqual(['waiting', 'not-looked']);
    expect(named(document, 'system-out').map(({ text }) => text)).toEqual(['one remark']);
    expect(named(document, 'property').map(({ attributes }) => attributes)).toContainEqual({
      name: 'rights',
      value: 'not-looked: missing: get secrets in orion-staging',
    });
  });

  test('hostile text stays text', () => {
    const bad = { ...failed, saw: hostile, title: hostile, remarks: [hostile], codes: [hostile] };
    const document = readXml(verifyJunit(reportOf([bad], hostile)));
    insistOnJunit(document);
    expect(named(document, 'failure')[0]?.attributes['message']).toBe(
      hostile.replaceAll(/[\u0000\u0007\ufffe\ud800]/g, ''),
    );
  });

  test('the reader used here refuses what is no JUnit', () => {
    const sound = verifyJunit(reportOf(all));
    for (const broken of [
      sound.replace('failures="1"', 'failures="2"').replace('failures="1"', 'failures="2"'),
      sound.replaceAll('<failure', '<flop').replaceAll('</failure', '</flop'),
      sound.replace('tests="4"', 'tests="4" colour="red"'),
      sound.replace('</testsuite>', ''),
      sound.replace('none may go', 'a & b'),
    ])
      expect(() => insistOnJunit(readXml(broken))).toThrow();
  });
});

test('Markdown: one row a point, and no text of the cluster becomes markup', () => {
  const written = verifyMarkdown(
    reportOf([
      ...all,
      {
        ...failed,
        id: 'hpa',
        saw: hostile,
        remarks: [hostile],
        object: { apiVersion: 'v1', kind: 'Pod', name: '`x`' },
      },
    ]),
  );
  const rows = written.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  expect(rows).toHaveLength(6);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5);
  expect(written).not.toMatch(/(?<!\\)<script|(?<!\\)\[x\]|^<\/failure/m);
  expect(written).toContain('`` Pod/`x` ``');
});

test('Markdown: what is beside the points stands among the remarks', () => {
  const [, remarks = ''] = verifyMarkdown(reportOf(all)).split('## Remarks');
  expect(remarks).toContain('- Rights: missing: get secrets in orion-staging');
  expect(remarks).toContain('- one remark');
  expect(remarks).not.toContain('Access to the cluster');
});

test('lines: the sentence of truth first, then each point with what was expected, where, and what to do', () => {
  const lines = verifyText(reportOf(all));
  expect(lines).toContain('Problem: 1 of 4 points passed, 1 failed, 1 could not be looked at.');
  expect(lines).toContain(
    [
      'Failed: A disruption budget is enforced [pdb]: none may go.',
      '  Expected: limits.',
      '  Where: Deployment/auth-service spec.template',
      '  Cause: pdb-no-headroom',
      '  Next: orion-setup runbook pdb-blocking --context bed -n orion-staging',
    ].join('\n'),
  );
  expect(lines).toContain('  Could not look at: get v1 Secret x (needs get secrets in orion-staging)');
});
