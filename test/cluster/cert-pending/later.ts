import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { RunbookReport } from '../../../src/core/report/runbook-report.ts';
import { diagnosed, orion } from '../orion.ts';

/** What the tool would say of the very same evidence some minutes on: the grace of young objects is not waited for. */
export async function diagnosedLater(namespace: string, minutes: number, more: readonly string[] = []) {
  const file = join(mkdtempSync(join(tmpdir(), 'orion-setup-later-')), 'seen.yaml');
  await diagnosed(namespace, { more: [...more, '--save', file] });
  // What is looked at only in what is older was not looked at then: here it is answered by the objects that were seen.
  const { looked: _, ...seen } = parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 });
  const now = new Date(new Date(seen.now).getTime() + minutes * 60_000).toISOString();
  writeFileSync(file, stringify({ ...seen, now }, { aliasDuplicateObjects: false }));
  const said = await orion(['runbook', '--from', file, '-o', 'json']);
  if (said.stdout === '') throw new Error(`no report (exit ${said.code}): ${said.stderr}`);
  return JSON.parse(said.stdout) as RunbookReport;
}
