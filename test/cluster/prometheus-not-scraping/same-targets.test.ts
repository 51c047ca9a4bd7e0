import { beforeAll, describe, expect, test } from 'vitest';
import { rejectionOf } from '../../../src/core/prometheus/acceptance.ts';
import type { ApiClient, Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { practiceSide, type Side } from '../both-clusters.ts';
import { createMonitored, type Differs, monitored, monitorOf } from './monitored.ts';

/** The same ServiceMonitor, given to the operator and Prometheus of the bed and to those of the practice cluster: they make the same of it. */
const bed = currentBed();
const port = 3001;

beforeAll(async () => {
  await bed.prometheus.start();
});

/** What Prometheus says of the first pool, without what chance has a part in. */
async function poolOf(api: ApiClient, namespace: string): Promise<readonly string[]> {
  const pool = `serviceMonitor/${namespace}/auth-service-monitor/0`;
  const proxy = '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/api/v1/targets';
  const { data } = await api.get(`${proxy}?scrapePool=${encodeURIComponent(pool)}&state=any`);
  const own = (data.activeTargets as readonly Json[]).filter(({ scrapePool }) => scrapePool === pool);
  const targets = own.map(({ health, lastError, scrapeUrl, labels: { instance: _, pod: __, node: ___, ...labels } }) =>
    [
      health,
      lastError.replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'POD'),
      scrapeUrl.replace(/\d+\.\d+\.\d+\.\d+/, 'POD'),
      JSON.stringify(Object.entries(labels as Record<string, string>).toSorted()),
    ].join(' | '),
  );
  return [...targets.toSorted(), `dropped ${data.droppedTargetCounts[pool] ?? 'unknown'}`];
}

/** Another Service of the namespace, with a pod of its own: discovery lists it, and the job drops it. */
async function beside({ api }: Pick<Side, 'api'>, namespace: string): Promise<void> {
  const labels = { app: 'another' };
  await api.create(`/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'another', namespace, labels },
    spec: { selector: { app: 'auth-service' }, ports: [{ name: 'web', port: 80, targetPort: port }] },
  });
}

const cases: Readonly<
  Record<string, { readonly differs: Differs; readonly comesTo: (lines: readonly string[]) => boolean }>
> = {
  'all is well, and another Service beside': {
    differs: { port },
    comesTo: (lines) => lines.filter((line) => line.startsWith('up |')).length === 2,
  },
  'a wrong path': {
    differs: { port, endpoint: { path: '/stats' } },
    comesTo: (lines) => lines.filter((line) => line.startsWith('down |')).length === 2,
  },
  'nothing listens': {
    differs: { port: 3099, endpoint: {} },
    comesTo: (lines) => lines.filter((line) => line.startsWith('down |')).length === 2,
  },
  'a port of another name': {
    differs: { port, endpoint: { port: 'metrics' } },
    comesTo: (lines) => lines.length === 1 && /dropped [1-9]/.test(lines[0] ?? ''),
  },
  'a label that no Service has': {
    differs: { port, spec: { selector: { matchLabels: { app: 'nobody' } } } },
    comesTo: (lines) => lines.length === 1 && /dropped [1-9]/.test(lines[0] ?? ''),
  },
};

describe('targets and what was dropped', () => {
  test.each(Object.entries(cases))('%s', async (_, { differs, comesTo }) => {
    const namespace = await bed.namespace('same-targets');
    const practice = await practiceSide(namespace, {}, differs.port === port ? {} : { [`${differs.port}`]: 'refused' });
    const sides = [{ api: bed.api, moment: () => undefined }, practice] satisfies readonly Pick<
      Side,
      'api' | 'moment'
    >[];
    try {
      for (const side of sides) {
        await createMonitored(side.api, namespace, differs);
        await beside(side, namespace);
      }
      let last: readonly (readonly string[])[] = [];
      await until(
        'both to say the same',
        async () => {
          for (const side of sides) side.moment();
          last = await Promise.all(sides.map(({ api }) => poolOf(api, namespace)));
          const [real, practised] = last as [readonly string[], readonly string[]];
          return (comesTo(real) && real.join() === practised.join()) || undefined;
        },
        60,
      ).catch(() => undefined);
      expect(last[1]).toEqual(last[0]);
      expect(comesTo(last[0] ?? [])).toBe(true);
    } finally {
      await practice.close();
    }
  });
});

describe('a ServiceMonitor that is rejected: the rule that practice goes by has the words of condition and event', () => {
  test.each<[string, Differs]>([
    ['a timeout above the interval', { port, endpoint: { scrapeTimeout: '5s' } }],
    [
      'a relabeling without a target',
      { port, endpoint: { relabelings: [{ action: 'replace', sourceLabels: ['a'] }] } },
    ],
    ['a scrape class that is not there', { port, spec: { scrapeClass: 'fast' } }],
  ])('%s', async (_, differs) => {
    const namespace = await monitored('same-rejected', differs);
    const prometheus = await bed.api.get('/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/k8s');
    const rule = rejectionOf((await monitorOf(namespace)) as never, prometheus as never);
    const condition = await until('the condition', async () =>
      ((await monitorOf(namespace)).status?.bindings?.[0]?.conditions as readonly Json[] | undefined)?.find(
        ({ status }) => status === 'False',
      ),
    );
    expect(condition).toMatchObject({ type: 'Accepted', reason: 'InvalidConfiguration', message: rule?.text });
    const event = await until('the event', async () => {
      const { items } = await bed.api.get(`/api/v1/namespaces/${namespace}/events`);
      return (items as readonly Json[]).find(({ reason }) => reason === 'InvalidConfiguration');
    });
    expect(event.message).toContain(`was rejected due to invalid configuration: ${rule?.text}`);
  });
});
