// Renders templates/base with kubectl's kustomize into templates/rendered/base.json. Run it after every change of templates/base.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const templates = fileURLToPath(new URL('../templates', import.meta.url));
const text = execFileSync('kubectl', ['kustomize', `${templates}/base`], { encoding: 'utf8' });
const objects = parseAllDocuments(text).map((document) => document.toJS());
mkdirSync(`${templates}/rendered`, { recursive: true });
writeFileSync(`${templates}/rendered/base.json`, `${JSON.stringify(objects, null, 2)}\n`);
// Committed JSON is formatted as all the rest is.
execFileSync(process.execPath, [
  fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome')),
  'format',
  '--write',
  `${templates}/rendered/base.json`,
]);
