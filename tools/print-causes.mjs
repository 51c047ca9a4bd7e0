// Prints docs/causes.md from the causes themselves. With --check it writes nothing and ends 1 where the file is not current.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/causes.md');

const { runbooks } = await loaded('runbooks/index.ts');
const text = printed(runbooks);
if (process.argv.includes('--check')) {
  if (readOrNothing(page) !== text) {
    console.error('docs/causes.md is not current: run "node tools/print-causes.mjs"');
    process.exitCode = 1;
  }
} else {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(page, text);
}

function printed(books) {
  const sections = books.map(
    ({ name, title, symptom, causes }) =>
      `## ${title}: \`${name}\`\n\n${symptom}.\n\n| code | what it is | who usually mends it | severity |\n| --- | --- | --- | --- |\n${causes
        .map((cause) => row(name, cause))
        .join('\n')}\n`,
  );
  return `# Causes\n\nWhat the runbooks can name. Printed by \`node tools/print-causes.mjs\` from the causes themselves; not edited by hand.\n\n${sections.join('\n')}`;
}

function row(runbook, { code, title, owner, severity, symptom, waits }) {
  const file = fileOf(runbook, `${code}.md`);
  return `| [\`${code}\`](../${file}) | ${title} | ${owner} | ${severity}${symptom ? ', never a root' : waits ? ', only waits' : ''} |`;
}

/** The prose stands beside the cause, in the folder of the link of the chain that it is about. */
function fileOf(runbook, name) {
  const found = readdirSync(join(root, 'runbooks', runbook), { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === name,
  );
  if (!found) throw new Error(`there is no ${name} in runbooks/${runbook}`);
  return relative(root, join(found.parentPath, found.name)).replaceAll('\\', '/');
}

/** The causes are TypeScript, and this runs before anything is built. */
async function loaded(entry) {
  const folder = mkdtempSync(join(root, 'node_modules/.causes-'));
  try {
    const outfile = join(folder, 'causes.mjs');
    await build({
      entryPoints: [join(root, entry)],
      outfile,
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOrNothing(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
