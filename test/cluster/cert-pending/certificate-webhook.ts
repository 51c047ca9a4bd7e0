import { currentBed, until } from '../bed/bed.ts';

const name = 'cert-manager-webhook';
const where = { name, namespace: 'cert-manager' } as const;

/** cert-manager's real webhook, asked by the API server in these namespaces as its chart has it: by Service, and with its own name. */
export async function registerCertificateWebhook(namespaces: readonly string[]) {
  const bed = currentBed();
  const { port, caBundle } = await bed.certManager.webhook.start();
  await bed.kubectl('apply -f -', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: where,
    spec: { ports: [{ name: 'https', port: 443, targetPort: port }] },
  });
  await bed.kubectl('apply -f -', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...where,
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'bed' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.168.77.1'], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
  const caughtBy = (path: string, rule: object) => ({
    name: 'webhook.cert-manager.io',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    timeoutSeconds: 10,
    clientConfig: { caBundle: Buffer.from(caBundle).toString('base64'), service: { ...where, path } },
    namespaceSelector: {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
    },
    rules: [{ apiVersions: ['v1'], ...rule }],
  });
  const requests = { apiGroups: ['cert-manager.io'], operations: ['CREATE'], resources: ['certificaterequests'] };
  const all = {
    apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['*/*'],
  };
  for (const [kind, webhook] of [
    ['MutatingWebhookConfiguration', caughtBy('/mutate', requests)],
    ['ValidatingWebhookConfiguration', caughtBy('/validate', all)],
  ] as const)
    await bed.kubectl('apply -f -', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind,
      metadata: { name },
      webhooks: [webhook],
    });
  const [namespace = ''] = namespaces;
  await until('the webhook to be asked, and to answer', async () => {
    const said = await bed
      .kubectl('create --dry-run=server -f -', {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'nameless', namespace },
        spec: { secretName: 'nameless', issuerRef: { name: 'nobody' } },
      })
      .catch((error: unknown) => String(error));
    return said.includes('denied the request') ? true : undefined;
  });
  return {
    remove: async () => {
      await bed.kubectl(
        `delete validatingwebhookconfiguration,mutatingwebhookconfiguration ${name} --ignore-not-found`,
      );
      await bed.kubectl(`-n ${where.namespace} delete service,endpointslice ${name} --ignore-not-found`);
      await bed.certManager.webhook.stop();
    },
  };
}
