import { currentBed, until } from '../bed/bed.ts';

/** Alertmanager as kube-prometheus-stack has it, and a Prometheus that is told of it; what tells is the test's. */
const bed = currentBed();
const monitoring = '/apis/monitoring.coreos.com/v1/namespaces/monitoring';

/** A receiver beside the chart's `null`, with a secret that nobody may ever see. */
export const secretInConfig = 's3cret-hook-4711';
export const routesTo = (receiver: string): string => `route:
  receiver: "null"
  group_wait: 1s
  routes:
    - receiver: ${JSON.stringify(receiver)}
      matchers: ['namespace=~"orion.*"']
receivers:
  - name: "null"
  - name: on-call
    webhook_configs: [{url: "http://127.0.0.1:9/${secretInConfig}", http_config: {authorization: {credentials: ${secretInConfig}}}}]
`;

const secret = (config: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'alertmanager-main', namespace: 'monitoring' },
  stringData: { 'alertmanager.yaml': config },
});

/** Starts it, and waits until Prometheus sends to it. Answers its address. */
export async function startAlertmanager(config: string): Promise<string> {
  await bed.kubectl('apply --server-side -f -', secret(config));
  await bed.kubectl('apply --server-side -f -', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Alertmanager',
    metadata: { name: 'main', namespace: 'monitoring' },
    spec: { replicas: 1, version: 'v0.33.0' },
  });
  await bed.api.mergePatch(`${monitoring}/prometheuses/k8s`, {
    spec: { alerting: { alertmanagers: [{ namespace: 'monitoring', name: 'alertmanager-operated', port: 'web' }] } },
  });
  const [address, prometheus] = [await bed.alertmanager.start(), await bed.prometheus.start()];
  await until(
    'Prometheus to find its Alertmanager',
    async () => {
      const { data } = (await (await fetch(`http://${prometheus}:9090/api/v1/alertmanagers`)).json()) as {
        data: { activeAlertmanagers: readonly unknown[] };
      };
      return data.activeAlertmanagers.length > 0 ? true : undefined;
    },
    90,
  );
  return address;
}

/** Another configuration, until Alertmanager has it. */
export async function reconfigure(address: string, config: string, sign: string): Promise<void> {
  await bed.kubectl('apply --server-side -f -', secret(config));
  await until(
    'the new configuration',
    async () => {
      const status = (await (await fetch(`http://${address}:9093/api/v2/status`)).json()) as {
        config: { original: string };
      };
      return status.config.original.includes(sign) ? true : undefined;
    },
    90,
  );
}

export async function removeAlertmanager(): Promise<void> {
  await bed.alertmanager.stop();
  await bed.api.mergePatch(`${monitoring}/prometheuses/k8s`, { spec: { alerting: null } });
  await bed.kubectl('-n monitoring delete alertmanager/main secret/alertmanager-main --ignore-not-found');
}
