import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../bed/api-client.ts';
import { currentBed, until } from '../bed/bed.ts';
import { diagnosed } from '../orion.ts';
import { ask, issued, namesExactly, newSite, type Site } from './site.ts';

/** The way from the ingress controller to the solver pod: who the controller is to a NetworkPolicy, and what its own namespace lets out. */
const bed = currentBed();
const front = 'ingress-nginx';

beforeEach(async () => {
  await bed.ingress.reset();
  await bed.ingress.enforcePolicies(true);
});

const policy = (namespace: string, name: string, spec: object) =>
  bed.kubectl('apply -f -', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });

const controllers = async (): Promise<readonly Json[]> =>
  (await bed.api.get(`/api/v1/namespaces/${front}/pods`)).items.filter(
    ({ metadata }: Json) => metadata.labels['app.kubernetes.io/name'] === front,
  );

/** Puts the controller's pods on their nodes' network or takes them off, and waits until no other pod of it is left. */
async function onHostNetwork(wanted: boolean): Promise<readonly Json[]> {
  const patch = JSON.stringify({ spec: { template: { spec: { hostNetwork: wanted ? true : null } } } });
  await bed.kubectl(['-n', front, 'patch', 'deployment', 'ingress-nginx-controller', '--type', 'merge', '-p', patch]);
  return until(`the controller ${wanted ? 'on' : 'off'} its nodes' network`, async () => {
    const pods = await controllers();
    const isAsWanted = ({ spec, status }: Json) =>
      (spec.hostNetwork === true) === wanted &&
      status.conditions?.some(({ type, status: state }: Json) => type === 'Ready' && state === 'True');
    return pods.length > 0 && pods.every(isAsWanted) ? pods : undefined;
  });
}

/** At first the policy is only evaluated; once the ingress has tried and failed, it is proved. Nothing else is named on the way. */
async function proved(site: Site) {
  const code = 'networkpolicy-blocks-solver';
  await namesExactly(site, [code]);
  const { report, finding } = await until('a proof', async () => {
    const { report } = await diagnosed(site.namespace);
    const [finding] = report.findings;
    const isOver = finding?.confidence === 'confirmed' || report.rootCauses.some((root) => root !== code);
    return finding && isOver ? { report, finding } : undefined;
  });
  expect(report.rootCauses, JSON.stringify(report, null, 2)).toEqual([code]);
  return finding;
}

test('a controller on its node’s network is let in by no selector; its nodes’ addresses are', async () => {
  const pods = await onHostNetwork(true);
  try {
    expect(pods.map(({ status }) => status.podIP === status.hostIP)).not.toContain(false);
    const site = await newSite('host');
    const ports = [{ protocol: 'TCP', port: 'http' }];
    await policy(site.namespace, 'baseline-deny', { podSelector: {}, policyTypes: ['Ingress'] });
    await policy(site.namespace, 'from-the-ingress', {
      podSelector: {},
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': front } } }], ports },
        { from: [{ namespaceSelector: {}, podSelector: { matchLabels: pods[0]?.metadata.labels } }], ports },
      ],
    });
    await ask(site);
    const { because, remedies } = await proved(site);
    expect(because).toContain("on its node's network");
    expect(remedies.map(({ id, automatic }) => `${id} ${automatic}`)).toEqual(['let-nodes-reach-solver no']);

    // As the remedy says, with the addresses that the nodes have.
    const [name, ...more] = [...new Set(pods.map(({ status }) => `${status.hostIP}/32`))];
    await policy(site.namespace, 'allow-acme-http01-solver', {
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [name, ...more].map((cidr) => ({ ipBlock: { cidr } })), ports: [{ port: 8089 }] }],
    });
    await issued(site);
  } finally {
    await onHostNetwork(false);
  }
});

test('the controller’s own namespace lets it go to the service’s port only', async () => {
  const site = await newSite('wayout');
  await policy(front, 'ways-out', {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': front } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 3001 }] }],
  });
  await ask(site);
  const { object, remedies } = await proved(site);
  expect(object).toMatchObject({ namespace: front, name: 'ways-out' });
  const [, manifest = ''] = /<<'EOF'\n([\s\S]*)EOF$/.exec(remedies[0]?.commands[0] ?? '') ?? [];
  await bed.kubectl('apply -f -', manifest);
  await issued(site);
});

afterAll(() => bed.kubectl(`-n ${front} delete networkpolicies --all`));
