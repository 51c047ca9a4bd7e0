import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll } from 'vitest';

/**
 * What real controllers said while a test file ran. With `KEEP_WORDS`, a file, it is added there: such a file is
 * test/runbooks/RUNBOOK/said-on-the-bed.json, by which the patterns of the runbook are held.
 */
export function keptWords(): Record<string, string> {
  const said: Record<string, string> = {};
  afterAll(() => {
    const { KEEP_WORDS: file } = process.env;
    if (!file) return;
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    writeFileSync(file, `${JSON.stringify({ ...before, ...said }, null, 2)}\n`);
  });
  return said;
}
