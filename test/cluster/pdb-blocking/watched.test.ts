import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { currentBed, until } from '../bed/bed.ts';
import { newHome } from '../orion.ts';
import { letTimePass } from './let-time-pass.ts';
import { budget, diagnosed, namesExactly, newSite, patched, type Site } from './site.ts';

/** A budget relaxed for a while, and `runbook pdb-blocking --watch` open when its time is over, on a real API server. */
const launcher = fileURLToPath(new URL('../../../bin/orion-setup.cjs', import.meta.url));

type Watching = { readonly out: () => string; readonly err: () => string; readonly end: () => Promise<number> };

let open: Watching | undefined;
afterEach(async () => {
  await open?.end();
  open = undefined;
});

/** Open until it is interrupted, as by Ctrl-C; the first whole look has been told. */
async function watch({ namespace }: Site, home: string): Promise<Watching> {
  const { CI: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    [launcher, 'runbook', 'pdb-blocking', '-n', namespace, '--watch', '--timeout', '10m'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        HOME: home,
        XDG_CONFIG_HOME: `${home}/config`,
        XDG_STATE_HOME: `${home}/state`,
        KUBECONFIG: currentBed().kubeconfig,
      },
    },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const closed = once(child, 'close') as Promise<[number]>;
  open = {
    out: () => out,
    err: () => err,
    end: async () => {
      child.kill('SIGINT');
      const [code] = await closed;
      return code;
    },
  };
  await until('the first look to be told', async () => (/API requests/.test(out) ? true : undefined), 60);
  return open;
}

/** Relaxed, and with a rollout that hangs: so there is something to watch although the budget gives way. */
async function relaxedSite(name: string, home = newHome()) {
  const site = await newSite(name, { replicas: 2, budget: { minAvailable: 2 } });
  await namesExactly(site, ['pdb-no-headroom']);
  const more = ['--remedy', 'keep-less-for-a-while', '--yes', '--confirm', site.namespace, '--confirm', 'bed'];
  const mended = await diagnosed(site, { home, more });
  expect(mended.report.remediation, JSON.stringify(mended.report, null, 2)).toMatchObject({ applied: true });
  const template = { metadata: { annotations: { 'bed/behaves': 'crash-loop' } } };
  await patched(site, 'deployment/auth-service', { spec: { template } });
  return { site, home };
}

test('what comes due while it is watched is put back by it, and said once; the watch goes on and ends by Ctrl-C', async () => {
  const { site, home } = await relaxedSite('watched');
  const watching = await watch(site, home);
  expect(watching.out()).toContain('auth-service-pdb is relaxed until');
  expect((await budget(site)).spec.minAvailable).toBe(1);

  letTimePass(home);
  await until('the budget to be put back', async () =>
    (await budget(site)).spec.minAvailable === 2 ? true : undefined,
  );
  await until('that to be said', async () => (/: put back, /.test(watching.err()) ? true : undefined));
  expect((await budget(site)).metadata.annotations?.['orion-setup/relaxed-until']).toBeUndefined();
  expect(watching.err().match(/: put back, /g)).toHaveLength(1);
  expect(await watching.end()).toBe(130);
}, 150_000);

test('what somebody changed meanwhile is left as it is, and said once, however often it is looked at', async () => {
  const { site, home } = await relaxedSite('drifted');
  const other = await relaxedSite('due-later', home);
  const watching = await watch(site, home);
  await patched(site, 'pdb/auth-service-pdb', { spec: { minAvailable: 0 } });
  letTimePass(home, site.namespace);
  const drift = /was changed by others since and is left as it is\. To see it: orion-setup undo /g;
  await until('the drift to be said', async () => (watching.err().match(drift) ? true : undefined), 60);
  // What comes due only now is put back at a later look than that: by then the drift was met again.
  letTimePass(home, other.site.namespace);
  await until('the other one to be put back', async () => (/: put back, /.test(watching.err()) ? true : undefined), 60);
  expect((await budget(other.site)).spec.minAvailable).toBe(2);
  expect(watching.err().match(drift)).toHaveLength(1);
  expect((await budget(site)).spec.minAvailable).toBe(0);
  await watching.end();
}, 180_000);
