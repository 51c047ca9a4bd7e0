import { expect, test } from 'vitest';
import { newHome, orion } from '../orion.ts';
import { letTimePass } from './let-time-pass.ts';
import { budget, diagnosed, namesExactly, newSite, observed } from './site.ts';

/** A budget relaxed for a while by one command and put back by another, on a real API server. */

test('relaxed by --remedy, said while it lasts, put back by the next command of any kind, reported first', async () => {
  const site = await newSite('relaxed', { replicas: 2, budget: { minAvailable: 2 } });
  const home = newHome();
  await namesExactly(site, ['pdb-no-headroom']);
  const more = ['--remedy', 'keep-less-for-a-while', '--yes', '--confirm', site.namespace, '--confirm', 'bed'];
  const mended = await diagnosed(site, { home, more });
  expect(mended.report.remediation, JSON.stringify(mended.report, null, 2)).toMatchObject({
    applied: true,
    verified: true,
  });
  const relaxed = await budget(site);
  expect(relaxed.spec.minAvailable).toBe(1);
  expect(relaxed.metadata.annotations['orion-setup/relaxed-until']).toMatch(/Z minAvailable=2$/);

  const meanwhile = await diagnosed(site, { home });
  expect(meanwhile.stderr).toMatch(/^Relaxed until /);
  expect(meanwhile.report.impact).toContain('auth-service-pdb is relaxed until');

  letTimePass(home);
  const dry = await orion(['undo', '--dry-run=server'], { home });
  expect(dry.code, dry.stderr).toBe(0);
  expect((await budget(site)).spec.minAvailable).toBe(1);

  const other = await orion(['runbook', 'prometheus-not-scraping', '-n', site.namespace], { home });
  expect(other.stderr).toMatch(/^"Let auth-service-pdb keep 1 instead of 2 [^\n]+: put back, /);
  const now = await budget(site);
  expect(now.spec.minAvailable).toBe(2);
  expect(now.metadata.annotations?.['orion-setup/relaxed-until']).toBeUndefined();
  await observed('the budget', () => budget(site));
  const after = await diagnosed(site, { home });
  expect(after.report.rootCauses).toEqual(['pdb-no-headroom']);
  expect(after.stderr).toBe('');
});
