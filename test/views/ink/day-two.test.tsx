import { render } from 'ink-testing-library';
import type { ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { type DeployContent, deployAct, type Shown } from '../../../src/views/ink/deploy/deploy-act.ts';
import { drawDeploy } from '../../../src/views/ink/deploy/deploy-view.tsx';
import { rowsOf, summaryOf } from '../../../src/views/ink/deploy/object-rows.ts';
import { mostLines } from '../../../src/views/ink/parts/excerpt.ts';
import { type Check, testAct } from '../../../src/views/ink/test/test-act.ts';
import { drawTest } from '../../../src/views/ink/test/test-view.tsx';
import { ThemeContext, themeFor } from '../../../src/views/ink/theme.ts';
import { type WayBack, WaysView } from '../../../src/views/ink/undo/ways-view.tsx';

const drawn = (node: ReactNode): string => {
  const theme = themeFor({ NO_COLOR: '1', LANG: 'C.UTF-8' });
  return (render(<ThemeContext value={theme}>{node}</ThemeContext>).lastFrame() ?? '').replaceAll(
    /\u{1b}\[[0-9;]*m/gu,
    '',
  );
};
const run = async () => {};
const at = { selected: 0, now: new Date(0), room: 'usual' } as const;

describe('what deploy would change', () => {
  const shown: Shown = {
    changes: [
      { object: 'ConfigMap/orion-prod/rules', action: 'create', diff: '@@ -0,0 +1 @@\n+a: 1\n+b: 2' },
      { object: 'Deployment/orion-prod/auth-service', action: 'change', diff: '@@ -1 +1 @@\n-image: 1\n+image: 2' },
    ],
    unchanged: 11,
    takeovers: [{ object: 'Deployment/orion-prod/auth-service', manager: 'kubectl-edit', field: '.spec.replicas' }],
    blocked: [{ object: 'Ingress/orion-prod/auth', because: 'it belongs to Helm.', why: 'owned', diff: null }],
    leftovers: [{ object: 'NetworkPolicy/orion-prod/old', kept: null }],
    remarks: [],
  };
  const content = (given: Shown, prune = false): DeployContent => {
    const act = deployAct({ action: 'deploy', title: 'Deploy', run });
    return act.told(act.initial, { event: 'proposed', heading: '', shown: given, prune }, 0);
  };

  test('each object has a sign and a word, what stands in the way first', () => {
    const frame = drawn(drawDeploy({ ...at, content: content(shown), phase: 'asking', isOpen: () => true }));
    expect(frame).toMatch(/› ! Ingress\/orion-prod\/auth +not ours/);
    expect(frame).toMatch(/\+ ConfigMap\/orion-prod\/rules +new \+2/);
    expect(frame).toMatch(/~ Deployment\/orion-prod\/auth-service +changed \+1 -1/);
    expect(frame).toMatch(/= NetworkPolicy\/orion-prod\/old +stays/);
    expect(frame).toContain('taken over: .spec.replicas, set by kubectl-edit');
    expect(frame).toContain('-image: 1');
  });

  test('closed, only the rows stay; with --prune what goes is said to go', () => {
    const frame = drawn(drawDeploy({ ...at, content: content(shown, true), phase: 'asking', isOpen: () => false }));
    expect(frame).not.toContain('image: 1');
    expect(frame).toMatch(/- NetworkPolicy\/orion-prod\/old +deleted/);
    expect(summaryOf(rowsOf(shown, true), 11)).toBe(
      '1 not ours to change, 1 new, 1 changed, 1 deleted; 11 already as they should be.',
    );
  });

  test('a difference of many thousand lines begins closed, and is cut where it is opened, which is said', () => {
    const lines = Array.from({ length: 20_000 }, (_, line) => `+line ${line}`).join('\n');
    const large = content({ ...shown, changes: [{ object: 'ConfigMap/a', action: 'create', diff: lines }] });
    expect(deployAct({ action: 'deploy', title: '', run }).beginsOpen(large)).toBe(false);
    const frame = drawn(drawDeploy({ ...at, content: large, phase: 'asking', isOpen: () => true }));
    expect(frame.split('\n').length).toBeLessThan(mostLines + 20);
    expect(frame).toContain(`${20_000 - mostLines} more lines`);
  });
});

test('of what somebody changed since, all three versions are shown, and which of them is lost', () => {
  const ways: readonly WayBack[] = [
    {
      way: 'changed-since',
      n: 1,
      object: 'PodDisruptionBudget/auth-service-pdb',
      differences: [{ pointer: '/spec/minAvailable', from: 2, now: 1, to: undefined }],
    },
  ];
  const frame = drawn(<WaysView ways={ways} />);
  expect(frame).toContain('as this tool left it: 2');
  expect(frame).toContain('- as it stands now: 1');
  expect(frame).toContain('+ as it was before: absent');
  expect(frame).toContain('what somebody else wrote is lost');
});

describe('a testing procedure', () => {
  const act = testAct({ name: 'pdb', title: 'Evictions', run });
  const check = (id: string, state: Check['state']): Check => ({
    id,
    title: `Check ${id}`,
    state,
    expected: 'all',
    saw: 'some',
    object: null,
    path: null,
    needs: null,
    runbook: null,
  });

  test('while it fills only what has passed is said; what is not there yet is no fault', () => {
    const content = act.told(act.initial, { event: 'filled', checks: [check('a', 'passed'), check('b', 'failed')] }, 0);
    const frame = drawn(drawTest({ ...at, content, phase: 'working', isOpen: () => false }));
    expect(frame).toMatch(/● Check a +passed/);
    expect(frame).toMatch(/◐ Check b +looking/);
    expect(frame).not.toContain('failed');
  });

  test('a drain as it goes: the share is never rounded up', () => {
    const content = act.told(act.initial, { event: 'watched', sent: 3000, answered: 2999, ready: 2, lowest: 2 }, 0);
    const frame = drawn(drawTest({ ...at, content, phase: 'doing', isOpen: () => false }));
    expect(frame).toContain('✗ HTTPS answered 2999 of 3000, 99.9 %');
    expect(frame).toContain('2 at the lowest');
  });
});
