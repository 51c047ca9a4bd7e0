import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** One folder a process, so that tests in parallel do not take each other's away. */
const folder = `${root}node_modules/.cache/terminal-fixtures/${process.pid}`;

/** Bundles a program of test/terminal/fixtures, so that node runs it; answers the file. */
export async function bundled(fixture: string): Promise<string> {
  const outdir = `${folder}/${fixture}`;
  await build({
    absWorkingDir: root,
    entryPoints: [`test/terminal/fixtures/${fixture}.ts`],
    outdir,
    bundle: true,
    // As the real build: what Ink loads only for its developers stays out of the way.
    splitting: true,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    target: 'node22',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react-devtools-core'],
    banner: { js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);" },
    logLevel: 'warning',
  });
  return `${outdir}/${fixture}.mjs`;
}

export const removeBundles = (): void => rmSync(folder, { recursive: true, force: true });
