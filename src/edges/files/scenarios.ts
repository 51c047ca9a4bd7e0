import { glob } from 'node:fs/promises';
import { basename } from 'node:path';
import { packageRoot, readAsset } from './assets.ts';

/** The stories that the package brings, by name, sorted: `runbooks/RUNBOOK/scenarios/NAME.yaml`. */
export async function scenarioPaths(): Promise<ReadonlyMap<string, string>> {
  const found: [string, string][] = [];
  for await (const path of glob('runbooks/*/scenarios/*.yaml', { cwd: packageRoot() }))
    found.push([basename(path, '.yaml'), path]);
  return new Map(found.toSorted(([a], [b]) => a.localeCompare(b)));
}

export const readScenario = (path: string): Promise<string> => readAsset(path);
