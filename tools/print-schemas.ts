// Writes the JSON Schema of every report kind to schemas/. `--check` only says whether they are current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { reportSchemas } from '../src/core/report/schemas.ts';

const folder = fileURLToPath(new URL('../schemas/', import.meta.url));
const stale: string[] = [];
mkdirSync(folder, { recursive: true });
for (const [kind, schema] of Object.entries(reportSchemas)) {
  const text = `${JSON.stringify({ title: kind, ...z.toJSONSchema(schema) }, null, 2)}\n`;
  const path = `${folder}${kind}.json`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) stale.push(path);
}
if (stale.length > 0) {
  console.error(`not current: ${stale.join(', ')}. Run: node tools/print-schemas.ts`);
  process.exitCode = 1;
}
