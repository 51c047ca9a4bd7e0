import { describe, expect, test } from 'vitest';
import { gateFrom } from '../../../src/core/deploy/gate-from.ts';

/** Staging on another cluster is believed by its own report or by a profile, for the same base and image only. */
const at = '2026-11-23T05:00:00.000Z';
const report = (differs: object = {}) =>
  JSON.stringify({
    kind: 'DeployReport',
    environment: 'staging',
    gate: { state: 'passed', digest: 'sha256:1', at },
    ...differs,
  });

describe('--gate-from', () => {
  test('a report of staging that passed with the same', () => {
    expect(gateFrom(report(), 'staging.json', 'sha256:1')).toMatchObject({ state: 'passed', at, digest: 'sha256:1' });
  });

  test('a profile that remembers it, as YAML', () => {
    const profile = `environments:\n  staging:\n    gate: {digest: "sha256:1", passedAt: "${at}"}\n`;
    expect(gateFrom(profile, 'p.yaml', 'sha256:1')).toMatchObject({ state: 'passed', at });
  });

  test('with another base or image it does not open', () => {
    expect(gateFrom(report(), 'staging.json', 'sha256:2')).toMatchObject({
      state: 'other-version',
      digest: 'sha256:1',
    });
  });

  test.each([
    ['of production', report({ environment: 'production' })],
    ['that did not pass', report({ gate: { state: 'not-passed', digest: null, at: null } })],
    ['of something else', report({ kind: 'VerifyReport' })],
    ['that is none', '[]'],
    ['that is no document', '{"'],
  ])('a report %s is a usage error', (_, text) => {
    expect(() => gateFrom(text, 'f', 'sha256:1')).toThrow(/does not say that staging passed|neither JSON nor YAML/);
  });
});
