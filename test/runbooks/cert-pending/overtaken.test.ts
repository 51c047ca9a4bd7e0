import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { codesOf, diagnosisOf, scenarios, told } from '../scenario-files.ts';

/** What a scenario comes to when the objects have moved on and cert-manager has not looked yet. `null` takes an object away. */
function movedOn(name: string, change: (object: KubernetesObject) => KubernetesObject | null): Scenario {
  const scenario = scenarios.find((item) => item.name === name) as Scenario;
  return { ...scenario, objects: scenario.objects.flatMap((object) => change(object) ?? []) };
}

const now = ({ now }: Scenario): number => Date.parse(now);
const ago = (seconds: number): string =>
  new Date(
    now(scenarios.find(({ name }) => name === 'nginx-admission-conflict') as Scenario) - seconds * 1000,
  ).toISOString();
const changedBefore = (seconds: number) => [{ manager: 'kubectl-patch', operation: 'Update', time: ago(seconds) }];
const without = (kind: string, name: RegExp) => (object: KubernetesObject) =>
  object.kind === kind && name.test(object.metadata.name) ? null : object;
const ready = (object: KubernetesObject): KubernetesObject =>
  object.kind === 'EndpointSlice'
    ? { ...object, endpoints: [{ addresses: ['10.244.0.9'], conditions: { ready: true } }] }
    : object;
const settingOff = (seconds: number) => (object: KubernetesObject) =>
  object.kind === 'ConfigMap' && object.metadata.namespace === 'ingress-nginx'
    ? {
        ...object,
        metadata: { ...object.metadata, managedFields: changedBefore(seconds) },
        data: { 'strict-validate-path-type': 'false' },
      }
    : object;
/** Another ingress-nginx of the cluster, whose webhook comes first and is well. */
const besideAnother = (scenario: Scenario): Scenario => {
  const renamed = (object: KubernetesObject): KubernetesObject =>
    JSON.parse(JSON.stringify(ready(object)).replaceAll('ingress-nginx-controller-admission', 'other-admission'));
  const others = scenario.objects
    .filter(({ kind }) => ['ValidatingWebhookConfiguration', 'EndpointSlice'].includes(kind))
    .map(renamed)
    .map((object) => ({ ...object, metadata: { ...object.metadata, name: `a-${object.metadata.name}` } }));
  return { ...scenario, objects: [...others, ...scenario.objects] };
};
const hostMoved = (object: KubernetesObject): KubernetesObject =>
  object.kind === 'Ingress' && object.metadata.name === 'well-known' ? { ...object, spec: { rules: [] } } : object;
const served = [{ http01: { ingress: { ingressClassName: 'nginx' } } }];
const classMended = (seconds: number) => (object: KubernetesObject) =>
  object.kind === 'ClusterIssuer' && object.metadata.name === 'letsencrypt-staging'
    ? {
        ...object,
        metadata: { ...object.metadata, managedFields: changedBefore(seconds) },
        spec: { acme: { ...(object['spec'] as { acme: object }).acme, solvers: served } },
      }
    : object;
const goingAway = (object: KubernetesObject): KubernetesObject =>
  object.kind === 'Challenge' ? { ...object, metadata: { ...object.metadata, deletionTimestamp: ago(1) } } : object;

test.each<readonly [string, string, (object: KubernetesObject) => KubernetesObject | null, RegExp]>([
  [
    'nginx-admission-conflict',
    'the Ingress in its way is gone',
    without('Ingress', /old7x$/),
    /next try to present the challenge of auth-staging\.example\.org.*Ingress orion-staging\/cm-acme-http-solver-old7x.* is gone/,
  ],
  [
    'nginx-admission-conflict-elsewhere',
    'the other Ingress serves the host no more',
    hostMoved,
    /serves auth-staging\.example\.org no more/,
  ],
  ['nginx-admission-unavailable', 'a pod is ready behind it again', ready, /1 ready pod stands behind Service/],
  [
    'nginx-admission-leftover',
    'the left-over configuration is gone',
    without('ValidatingWebhookConfiguration', /./),
    /no webhook validate\.nginx\.ingress\.kubernetes\.io is registered/,
  ],
  ['nginx-pathtype-exact-rejected', 'the setting is off', settingOff(60), /strict-validate-path-type .* is off/],
  ['solver-ingress-class-mismatch-field', 'the issuer was mended', classMended(2), /to replace Challenge/],
  ['solver-ingress-class-mismatch-both', 'the issuer was mended', classMended(2), /to replace Challenge/],
])('%s: once %s it waits for cert-manager', async (name, _, change, awaited) => {
  const diagnosis = await diagnosisOf(movedOn(name, change));
  expect(codesOf(diagnosis), told(diagnosis)).toEqual([]);
  expect(diagnosis).toMatchObject({ outcome: 'waiting', waiting: { for: expect.stringMatching(awaited) } });
});

test('a Challenge that is being deleted is not judged by its ingress class', async () => {
  const diagnosis = await diagnosisOf(movedOn('solver-ingress-class-mismatch-field', goingAway));
  expect(codesOf(diagnosis), told(diagnosis)).not.toContain('solver-ingress-class-mismatch');
});

test.each([
  ['nginx-pathtype-exact-rejected', 'the setting was off long before it was refused', settingOff(3 * 3600)],
  ['solver-ingress-class-mismatch-field', 'cert-manager had its time to replace the Challenge', classMended(120)],
] as const)('%s is still named where %s', async (name, _, change) => {
  const [code] = ['nginx-pathtype-exact-rejected', 'solver-ingress-class-mismatch'].filter((item) =>
    name.startsWith(item),
  );
  expect((await diagnosisOf(movedOn(name, change))).rootCauses).toEqual([code]);
});

test('that the webhook of another ingress-nginx is well says nothing of this one', async () => {
  const both = besideAnother(movedOn('nginx-admission-unavailable', (object) => object));
  const diagnosis = await diagnosisOf(both);
  expect(diagnosis.rootCauses, told(diagnosis)).toEqual(['nginx-admission-unavailable']);
  expect(diagnosis.findings[0]?.because).toContain('ingress-nginx-controller-admission');
});

test('a Challenge whose deletion does not end is no wait', async () => {
  const long = (object: KubernetesObject): KubernetesObject =>
    object.kind === 'Challenge'
      ? { ...object, metadata: { ...object.metadata, deletionTimestamp: ago(600), finalizers: [] } }
      : object;
  expect((await diagnosisOf(movedOn('solver-ingress-class-mismatch-field', long))).outcome).not.toBe('waiting');
});

test('the remedy has cert-manager look at once: it touches the Challenge after the deletion', async () => {
  const { findings } = await diagnosisOf(movedOn('nginx-admission-conflict', (object) => object));
  const remedy = findings.flatMap(({ remedies }) => remedies).find(({ id }) => id === 'delete-orphan-ingress');
  expect(remedy?.changes).toMatchObject([
    { do: 'delete', ref: { kind: 'Ingress' } },
    { do: 'patch', ref: { kind: 'Challenge' } },
  ]);
});
