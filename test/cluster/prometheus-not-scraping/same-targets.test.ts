import { beforeAll, describe, expect, test } from 'vitest';
import { rejectionOf } from '../../../src/core/prometheus/acceptance.ts';
import type { ApiClient, Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { practiceSide, type Side } from '../both-clusters.ts';
import { createMonitored, type Differs, monitored, monitorOf, often } from './monitored.ts';
import { listen } from './pod-listener.ts';

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

/** Pages, by the port that shows them, whatever the path: as bytes there, and as the practice cluster keeps them. */
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const text = 'text/plain; version=0.0.4';
const pages: Readonly<Record<number, { status?: number; contentType: string; body: string }>> = {
  3181: { contentType: openMetrics, body: '# TYPE a counter\na_total 1\n' },
  3182: { contentType: openMetrics, body: '# TYPE a counter\na_total 1\n# EOF\n' },
  3183: { contentType: text, body: 'a{l="\uFFFD"} 1\n' },
  3184: { contentType: 'text/plain; version=;;x', body: 'a 1\n' },
  3185: { contentType: 'text/plain; charset="utf-8";', body: 'a 1\n' },
  3186: { contentType: text, body: 'who is it?\n', status: 401 },
};
const isDown = (lines: readonly string[]): boolean => lines.filter((line) => line.startsWith('down |')).length === 2;
const isUp = (lines: readonly string[]): boolean => lines.filter((line) => line.startsWith('up |')).length === 2;
const limited = (spec: object) => ({ differs: { port, spec }, comesTo: isDown });
const converted = { convertClassicHistogramsToNHCB: true };

beforeAll(async () => {
  await Promise.all(
    Object.entries(pages).map(([at, { status = 200, contentType, body }]) =>
      listen(Number(at), (_, response) =>
        response
          .writeHead(status, { 'content-type': contentType })
          .end(Buffer.from(body.replaceAll('\uFFFD', '\xff'), 'latin1')),
      ),
    ),
  );
});

const cases: Readonly<
  Record<string, { readonly differs: Differs; readonly comesTo: (lines: readonly string[]) => boolean }>
> = {
  'more labels than allowed': limited({ labelLimit: 2 }),
  'as many labels as allowed': { differs: { port, spec: { labelLimit: 10 } }, comesTo: isUp },
  'a name of a label longer than allowed': limited({ labelNameLengthLimit: 3 }),
  'a value of a label longer than allowed': limited({ labelValueLengthLimit: 12 }),
  'more samples than allowed': limited({ sampleLimit: 1 }),
  'more samples and more labels than allowed': limited({ sampleLimit: 1, labelLimit: 2 }),
  'more buckets than allowed': limited({ ...converted, nativeHistogramBucketLimit: 1 }),
  'as many buckets as allowed': {
    differs: { port, spec: { ...converted, nativeHistogramBucketLimit: 2 } },
    comesTo: isUp,
  },
  'buckets of a histogram that is not converted': {
    differs: { port, spec: { nativeHistogramBucketLimit: 1 } },
    comesTo: isUp,
  },
  'OpenMetrics without its end': { differs: { port: 3181 }, comesTo: isDown },
  'OpenMetrics with its end': { differs: { port: 3182 }, comesTo: isUp },
  'bytes that are no text': { differs: { port: 3183 }, comesTo: isDown },
  'a type that is none': { differs: { port: 3184 }, comesTo: isDown },
  'a type with a parameter in quotes': { differs: { port: 3185 }, comesTo: isUp },
  'a page that asks who calls': { differs: { port: 3186 }, comesTo: isDown },
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

// Each waits for the operator and for a reload: together, for the same ones.
describe.concurrent('targets and what was dropped', () => {
  test.each(Object.entries(cases))('%s', async (_, { differs, comesTo }) => {
    const namespace = await bed.namespace('same-targets');
    const shown = differs.port === port ? {} : { [`${differs.port}`]: pages[differs.port] ?? 'refused' };
    const practice = await practiceSide(namespace, {}, shown);
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

test('targets of equal labels write one series', async () => {
  const namespace = await bed.namespace('same-series');
  const practice = await practiceSide(namespace, {}, { 3182: pages[3182] });
  const endpoint = (path: string) => ({ port: 'http', path, ...often });
  const differs = { port: 3182, spec: { endpoints: [endpoint('/metrics'), endpoint('/other')] } };
  const query = encodeURIComponent(`scrape_samples_scraped{namespace="${namespace}"}`);
  const proxy = '/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/api/v1/query';
  const seriesOf = async (api: ApiClient): Promise<readonly string[]> => {
    const { data } = await api.get(`${proxy}?query=${query}`);
    return (data.result as readonly Json[]).map(({ metric: { instance: _, pod: __, node: ___, ...labels } }) =>
      JSON.stringify(Object.entries(labels as Record<string, string>).toSorted()),
    );
  };
  try {
    await createMonitored(bed.api, namespace, differs);
    await createMonitored(practice.api, namespace, differs);
    await until(
      'both endpoints to be scraped',
      async () => {
        practice.moment();
        const { data } = await bed.api.get(proxy.replace(/query$/, 'targets?state=active'));
        const own = (data.activeTargets as readonly Json[]).filter(({ labels }) => labels.namespace === namespace);
        return own.length === 4 && own.every(({ health }) => health === 'up') ? true : undefined;
      },
      60,
    );
    const real = await until('the series', async () => {
      const found = await seriesOf(bed.api);
      return found.length > 0 ? found : undefined;
    });
    expect(real).toHaveLength(2);
    expect(
      await until('the series in practice', async () => {
        practice.moment();
        const found = await seriesOf(practice.api);
        return found.length > 0 ? found : undefined;
      }),
    ).toEqual(real);
  } finally {
    await practice.close();
  }
}, 120_000);

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
