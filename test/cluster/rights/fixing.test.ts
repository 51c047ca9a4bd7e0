import { beforeAll, describe, expect, test } from 'vitest';
import type { RunbookReport } from '../../../src/core/report/runbook-report.ts';
import { currentBed } from '../bed/bed.ts';
import { ask, namesExactly as namesCertificate, newSite as newCertificate } from '../cert-pending/site.ts';
import { newHome, orion } from '../orion.ts';
import { namesExactly as namesWorkload, newSite as newWorkload } from '../pdb-blocking/site.ts';
import { monitored, namesExactly as namesMonitor } from '../prometheus-not-scraping/monitored.ts';
import { type AtomicRule, type Holder, holderOf, told } from './printed-roles.ts';

/** With the second set too it can be mended and taken back; each rule that the remedy needs is missed, by name, where it is not there. */
const bed = currentBed();

type Ground = {
  readonly runbook: string;
  readonly stand: () => Promise<string>;
  readonly remedy: string;
  /** What the remedy needs to be made, and what its undo needs, as `told` says it. */
  readonly makes: string;
  readonly takesBack: readonly string[];
};

const grounds: readonly Ground[] = [
  {
    runbook: 'pdb-blocking',
    stand: async () => {
      const site = await newWorkload('mend-pdb', {
        budget: { minAvailable: 1, selector: { matchLabels: { app: 'auth' } } },
      });
      await namesWorkload(site, ['pdb-selector-mismatch']);
      return site.namespace;
    },
    remedy: 'select-the-pods',
    makes: 'patch poddisruptionbudgets',
    takesBack: ['get poddisruptionbudgets', 'patch poddisruptionbudgets'],
  },
  {
    runbook: 'cert-pending',
    stand: async () => {
      await bed.ingress.enforcePolicies(true);
      const site = await newCertificate('mend-cert');
      await bed.kubectl('apply -f -', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'baseline-deny', namespace: site.namespace },
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      });
      await ask(site);
      await namesCertificate(site, ['networkpolicy-blocks-solver']);
      return site.namespace;
    },
    remedy: 'let-ingress-reach-solver',
    makes: 'create networkpolicies',
    takesBack: ['get networkpolicies', 'delete networkpolicies'],
  },
  {
    runbook: 'prometheus-not-scraping',
    stand: async () => {
      await bed.prometheus.start();
      const namespace = await monitored('mend-prom', {
        port: 3001,
        spec: { selector: { matchLabels: { app: 'auth' } } },
      });
      await namesMonitor(namespace, 'service-label-mismatch');
      return namespace;
    },
    remedy: 'select-by-service-labels',
    makes: 'patch servicemonitors',
    takesBack: ['get servicemonitors', 'patch servicemonitors'],
  },
];

describe.each(grounds)('$remedy', ({ runbook, stand, remedy, makes, takesBack }) => {
  const home = newHome();
  let namespace: string;
  let holder: Holder;
  beforeAll(async () => {
    namespace = await stand();
    holder = await holderOf('runbook', runbook, '-n', namespace, '--fix');
  });

  const ruleFor = (words: string): AtomicRule => {
    const found = holder.rules.find((rule) => told(rule).startsWith(words));
    if (!found) throw new Error(`no rule ${words} among ${holder.rules.map(told)}`);
    return found;
  };
  const consent = () => ['--yes', '--confirm', namespace, '--confirm', 'bed'];
  const fix = async (...more: readonly string[]) => {
    const said = await orion(
      ['runbook', runbook, '-n', namespace, '-o', 'json', '--resolver', bed.resolver, '--remedy', remedy, ...more],
      { home, kubeconfig: holder.kubeconfig },
    );
    return { ...said, report: JSON.parse(said.stdout) as RunbookReport & { readonly message?: string } };
  };
  const undo = () => orion(['undo', ...consent()], { home, kubeconfig: holder.kubeconfig });
  /** As the API server names it, and as this tool does. */
  const names = (words: string) => {
    const [verb, resource = ''] = words.split(' ');
    return new RegExp(`cannot ${verb} resource \\\\?"${resource}\\\\?"|${verb} ${resource}`);
  };

  test('without the right to know which cluster this is nothing is changed, and it is named', async () => {
    const { code, report } = await holder.without(ruleFor('get namespaces kube-system'), () => fix(...consent()));
    expect(code).toBe(6);
    expect(JSON.stringify(report)).toContain('get namespaces kube-system');
  });

  test('without the right to make the change it is refused in the dry run, and named', async () => {
    const { code, report } = await holder.without(ruleFor(makes), () => fix(...consent()));
    expect(report.remediation).toMatchObject({ applied: false });
    expect(JSON.stringify(report.remediation)).toMatch(names(makes));
    expect(code).toBe(3);
  });

  test('with both sets it is mended', async () => {
    const { code, report } = await fix(...consent());
    expect(report.remediation, JSON.stringify(report)).toMatchObject({ remedy, applied: true, verified: true });
    expect(code).toBe(0);
  });

  test('without a right that taking it back needs it is not taken back, and the right is named', async () => {
    for (const words of takesBack) {
      const { code, stdout, stderr } = await holder.without(ruleFor(words), undo);
      expect(stdout + stderr, words).toMatch(names(words));
      expect(code, words).toBe(6);
    }
  });

  test('with them it is', async () => {
    const { code, stderr } = await undo();
    expect(code, stderr).toBe(0);
  });
});
