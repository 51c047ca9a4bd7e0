import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { applyPatch } from 'rfc6902';
import { beforeAll, describe, expect, test } from 'vitest';
import { runbooks } from '../../runbooks/index.ts';
import { type Change, jsonPatch, reversed } from '../../src/core/change.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import { diagnosisOf, runbooksFolder, scenarios } from '../runbooks/scenario-files.ts';

/** Codes that a cause may name in `explains` before it is written. Taken out of here once it is. */
const later: readonly string[] = [];

const causes = runbooks.flatMap((runbook) => runbook.causes.map((cause) => ({ ...cause, runbook: runbook.name })));
const codes = causes.map(({ code }) => code);
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const files = readdirSync(runbooksFolder, { recursive: true, encoding: 'utf8' });
const fileOf = (runbook: string, name: string): string | undefined =>
  files.find((file) => file.startsWith(`${runbook}/`) && basename(file) === name);

describe('the catalogue', () => {
  test('every runbook folder is registered, under its own name', () => {
    const folders = readdirSync(runbooksFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(runbooks.map(({ name }) => name).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
  });

  test('codes are unique and kebab-case', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !kebab.test(code))).toEqual([]);
  });

  test('what a cause explains exists, and nothing explains itself in a circle', () => {
    const known = new Set([...codes, ...later]);
    expect(
      causes.flatMap(({ code, explains }) => explains.filter((it) => !known.has(it)).map((it) => `${code} → ${it}`)),
    ).toEqual([]);
    expect(later.filter((code) => codes.includes(code))).toEqual([]);
    const reached = (code: string, path: readonly string[]): readonly string[] =>
      path.includes(code)
        ? [[...path, code].join(' → ')]
        : (causes.find((cause) => cause.code === code)?.explains ?? []).flatMap((next) =>
            reached(next, [...path, code]),
          );
    expect(codes.flatMap((code) => reached(code, []))).toEqual([]);
  });

  test('what looks alike are causes of the same runbook, and at least two', () => {
    for (const { causes: own, lookAlikes } of runbooks) {
      const known = own.map(({ code }) => code);
      expect(lookAlikes.flatMap((group) => group.codes).filter((code) => !known.includes(code))).toEqual([]);
      expect(lookAlikes.filter((group) => new Set(group.codes).size < 2)).toEqual([]);
      expect(lookAlikes.filter((group) => new Set(group.codes).size !== group.codes.length)).toEqual([]);
    }
  });

  test('docs/causes.md is current', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const run = promisify(execFile)(process.execPath, ['tools/print-causes.mjs', '--check'], { cwd: root });
    await expect(run).resolves.toMatchObject({ stderr: '' });
  });
});

const headings = ['What you see', 'Why', 'What orion-setup will do', 'By hand', 'How to check'];

describe.each(causes.map((cause) => [cause.code, cause] as const))('%s', (code, { runbook, title, symptom, waits }) => {
  test('stands in a file of its name, in the folder of its link', () => {
    const file = fileOf(runbook, `${code}.ts`);
    expect(file?.split('/').length).toBe(3);
    expect(readFileSync(join(runbooksFolder, file ?? ''), 'utf8')).toContain(`code: '${code}'`);
  });

  test('has prose beside it: the same title, five short sections, and nothing else', () => {
    const file = join(runbooksFolder, dirname(fileOf(runbook, `${code}.ts`) ?? ''), `${code}.md`);
    expect(existsSync(file)).toBe(true);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe(`# ${title}`);
    const outsideBlocks = lines.filter(withoutBlocks());
    expect(outsideBlocks.filter((line) => /^#+ /.test(line)).slice(1)).toEqual(headings.map((name) => `## ${name}`));
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 160)).toEqual([]);
  });

  test('is found in a scenario, as a root unless it is a symptom or only waits', () => {
    const wanted = scenarios.flatMap(({ expect: it }) => [
      ...(it?.roots ?? []),
      ...(symptom || waits ? (it?.echoes ?? []) : []),
    ]);
    expect(wanted).toContain(code);
  });
});

/** A `#` in a block of commands is a comment of the shell. */
function withoutBlocks(): (line: string) => boolean {
  let inside = false;
  return (line) => {
    if (line.startsWith('```')) inside = !inside;
    return !inside;
  };
}

describe('remedies, as the scenarios bring them out', () => {
  type Offered = { readonly name: string; readonly remedy: Remedy; readonly diagnosis: Diagnosis };
  let offered: readonly Offered[];

  beforeAll(async () => {
    const each = await Promise.all(
      scenarios.map(async (scenario) => ({ scenario, diagnosis: await diagnosisOf(scenario) })),
    );
    offered = each.flatMap(({ scenario, diagnosis }) =>
      diagnosis.findings.flatMap(({ code, remedies }) =>
        remedies.map((remedy) => ({ name: `${scenario.name}: ${code}/${remedy.id}`, remedy, diagnosis })),
      ),
    );
  });

  const wrong = (isWrong: (remedy: Remedy) => boolean) =>
    offered.filter(({ remedy }) => isWrong(remedy)).map(({ name }) => name);

  test('every root offers one, and heal steps name one that is offered', () => {
    const names = offered.map(({ name }) => name);
    for (const { name, heal } of scenarios) {
      const first = heal.find((step) => 'remedy' in step);
      // Later steps mend what shows only once the first is mended.
      if (first && heal.indexOf(first) === 0) expect(names).toContain(`${name}: ${first.of}/${first.remedy}`);
    }
    const codesOffered = new Set(names.map((name) => name.split(': ')[1]?.split('/')[0]));
    expect(
      causes
        .filter(({ code, symptom, waits }) => !symptom && !waits && !codesOffered.has(code))
        .map(({ code }) => code),
    ).toEqual([]);
  });

  test('what only waits is waited for whenever it is found', async () => {
    const waiting = new Set(causes.filter(({ waits }) => waits).map(({ code }) => code));
    const found = (await Promise.all(scenarios.map((scenario) => diagnosisOf(scenario)))).flatMap(({ findings }) =>
      findings.filter(({ code }) => waiting.has(code)),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((finding) => !finding.waiting || finding.root)).toEqual([]);
  });

  test('ids are kebab-case, and every one can be done by hand', () => {
    expect(wrong(({ id }) => !kebab.test(id))).toEqual([]);
    expect(
      wrong(({ commands }) => commands.length === 0 || commands.some((line) => /undefined|NaN|\[object/.test(line))),
    ).toEqual([]);
  });

  test('what is not automatic changes nothing, what is automatic changes something', () => {
    expect(wrong(({ automatic, changes }) => (automatic === 'no') !== (changes.length === 0))).toEqual([]);
  });

  test('what cannot be taken back says so', () => {
    expect(wrong(({ reversible, undo }) => !reversible && !/cannot be taken back/.test(undo))).toEqual([]);
    expect(
      wrong(
        ({ changes, reversible }) =>
          reversible && changes.some(({ do: what }) => !['patch', 'create', 'apply'].includes(what)),
      ),
    ).toEqual([]);
  });

  test('a patch names the object as it was seen, and its reverse gives that back', () => {
    const patched = offered.flatMap(({ name, remedy, diagnosis }) =>
      remedy.changes.flatMap((change) =>
        change.do === 'patch' || change.do === 'status' ? [{ name, change, diagnosis }] : [],
      ),
    );
    expect(patched.length).toBeGreaterThan(0);
    for (const { name, change, diagnosis } of patched) {
      const live = seenObject(diagnosis, change);
      expect(live?.metadata.resourceVersion, name).toBe(change.resourceVersion);
      const there = structuredClone(live);
      expect(applyPatch(there, [...jsonPatch(change)]).filter(Boolean), name).toEqual([]);
      expect(there, name).not.toEqual(live);
      expect(
        applyPatch(there, [...jsonPatch({ ...change, edits: reversed(change.edits) })]).filter(Boolean),
        name,
      ).toEqual([]);
      expect(there, name).toEqual(live);
    }
  });
});

function seenObject({ snapshot }: Diagnosis, change: Extract<Change, { uid: string }>): KubernetesObject | undefined {
  return Object.values(snapshot.seen)
    .flatMap((answer) => (answer.ok ? [answer.value].flat() : []) as readonly KubernetesObject[])
    .find((object) => object.metadata?.uid === change.uid && object.kind === change.ref.kind);
}
