import { beforeAll, describe, expect, test } from 'vitest';
import type { RunbookReport } from '../../../src/core/report/runbook-report.ts';
import { currentBed } from '../bed/bed.ts';
import { ask, issued, newSite as newCertificate } from '../cert-pending/site.ts';
import { orion } from '../orion.ts';
import { newSite as newWorkload } from '../pdb-blocking/site.ts';
import { becomesHealthy, monitored } from '../prometheus-not-scraping/monitored.ts';
import { type AtomicRule, type Holder, holderOf, saidAs, told } from './printed-roles.ts';

/** The Roles that `prerequisites --rbac` prints, given to somebody who has nothing else: they are enough, and none of them is too much. */
const bed = currentBed();

async function reportOf(runbook: string, namespace: string, kubeconfig: string) {
  const said = await orion(
    ['runbook', runbook, '-n', namespace, '-o', 'json', '--resolver', bed.resolver, '--request-timeout', '10s'],
    { kubeconfig },
  );
  if (said.stdout === '') throw new Error(`exit ${said.code}: ${said.stderr}`);
  return { code: said.code, report: JSON.parse(said.stdout) as RunbookReport };
}

type Ground = {
  readonly runbook: string;
  /** A healthy place, so that whatever is not seen is seen to be missing. */
  readonly stand: () => Promise<string>;
  /** Asked only where a doubt leads there; each is held by a scenario in test/runbooks. */
  readonly inDoubt: readonly string[];
};

const grounds: readonly Ground[] = [
  {
    runbook: 'pdb-blocking',
    stand: async () => (await newWorkload('rights-pdb')).namespace,
    inDoubt: [],
  },
  {
    runbook: 'cert-pending',
    stand: async () => {
      const site = await newCertificate('rights-cert');
      await ask(site);
      await issued(site);
      return site.namespace;
    },
    inDoubt: [
      'get namespaces rights-cert',
      'get ingresses.networking.k8s.io',
      'validatingwebhookconfigurations.admissionregistration.k8s.io',
      'get customresourcedefinitions.apiextensions.k8s.io',
      'in cert-manager',
      'get configmaps',
      'list deployments.apps in ingress-nginx',
      'list endpointslices.discovery.k8s.io in ingress-nginx',
      'list networkpolicies.networking.k8s.io in ingress-nginx',
      'list pods in ingress-nginx',
      'get leases.coordination.k8s.io',
      'list limitranges',
      'list resourcequotas',
    ],
  },
  {
    runbook: 'prometheus-not-scraping',
    stand: async () => {
      await bed.prometheus.start();
      const namespace = await monitored('rights-prom', { port: 3001 });
      await becomesHealthy(namespace);
      return namespace;
    },
    inDoubt: [
      'get pods/log in monitoring',
      'scrapeconfigs.monitoring.coreos.com',
      'list networkpolicies.networking.k8s.io in monitoring',
      'create subjectaccessreviews',
    ],
  },
];

describe.each(grounds)('$runbook', ({ runbook, stand, inDoubt }) => {
  let namespace: string;
  let holder: Holder;
  beforeAll(async () => {
    namespace = await stand();
    holder = await holderOf('runbook', runbook, '-n', namespace);
  });

  const isInDoubt = (rule: AtomicRule) => inDoubt.some((words) => told(rule).includes(words));

  test('with the printed Roles alone everything is seen', async () => {
    const { code, report } = await reportOf(runbook, namespace, holder.kubeconfig);
    expect(report.coverage.notLooked, JSON.stringify(report.coverage)).toEqual([]);
    expect(report.coverage.looked).toBe(report.coverage.of);
    expect([code, report.outcome]).toEqual([0, 'healthy']);
  });

  test('without any one of their rules the report is not whole, and names it', async () => {
    const wrong: string[] = [];
    for (const rule of holder.rules) {
      const { code, report } = await holder.without(rule, () => reportOf(runbook, namespace, holder.kubeconfig));
      const needs = report.coverage.notLooked.map((look) => look.needs ?? '');
      const isNamed = needs.some((needed) => needed.startsWith(saidAs(rule)));
      const isWhole = report.coverage.looked === report.coverage.of;
      // What is asked only in doubt is not missed where there is none: else it does not belong to those.
      if (isInDoubt(rule) ? !isWhole || isNamed : isWhole || !isNamed)
        wrong.push(`${told(rule)}: exit ${code}, looked ${report.coverage.looked} of ${report.coverage.of}: ${needs}`);
    }
    expect(wrong).toEqual([]);
  });
});
