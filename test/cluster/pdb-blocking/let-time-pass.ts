import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As if its quarter of an hour were over: the one thing of time that the journal holds. In one step, for whoever reads it just now. `namespace`: of what was done there. */
export function letTimePass(home: string, namespace = ''): void {
  const folder = join(home, 'state', 'orion-setup', 'journal');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    const file = join(folder, name);
    if (!readFileSync(file, 'utf8').includes(namespace)) continue;
    const past = new Date(Date.now() - 60_000).toISOString();
    const whole = readFileSync(file, 'utf8').replace(/"relaxUntil":"[^"]+"/, `"relaxUntil":"${past}"`);
    writeFileSync(`${file}.new`, whole, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}
