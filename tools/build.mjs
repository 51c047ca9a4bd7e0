// Bundles src/main.ts into dist/: one small entry, one lazy chunk a command. Everything is bundled, so the package has no dependencies.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** yoga loads its WebAssembly with fetch("data:…"), which pulls in all of Node's undici at the first frame; without fetch it decodes it itself. */
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(it) {
    it.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
      contents: `const fetch=void 0;${await readFile(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

/** client-node makes undici dispatchers for its own API client, which is not used here: requests go by node:https. */
const withoutUndici = {
  name: 'without-undici',
  setup(it) {
    it.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'left-out', sideEffects: false }));
    it.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents:
        'export class Agent {} export class ProxyAgent {} export class Socks5ProxyAgent {} export const fetch = undefined;',
    }));
  },
};

/** Of client-node only what finds and enters a cluster is used; its package does not say that its files have no side effects. */
const leanClient = {
  name: 'lean-client',
  setup(it) {
    it.onResolve({ filter: /^\.\.?\// }, async (asked) => {
      if (!asked.importer.includes('/@kubernetes/client-node/') || asked.pluginData === 'seen') return undefined;
      const { path, namespace, external } = await it.resolve(asked.path, {
        importer: asked.importer,
        resolveDir: asked.resolveDir,
        kind: asked.kind,
        with: asked.with,
        pluginData: 'seen',
      });
      return { path, namespace, external, sideEffects: false };
    });
  },
};

if (!existsSync(`${root}/src/main.ts`)) process.exit(0);
rmSync(`${root}/dist`, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: false,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['react-devtools-core'],
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);" },
  plugins: [yogaWithoutFetch, withoutUndici, leanClient],
  logLevel: 'warning',
});
// Read by the test that holds the start of each command free of what it does not need; not published.
writeFileSync(`${root}/dist/meta.json`, JSON.stringify(metafile));
