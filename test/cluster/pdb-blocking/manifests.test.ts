import { afterAll, beforeAll, expect, test } from 'vitest';
import { pdbBlocking } from '../../../runbooks/pdb-blocking/index.ts';
import { decide } from '../../../src/core/decide.ts';
import { seen } from '../../../src/core/fetched.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type Connection, connect } from '../../../src/edges/cluster/connect.ts';
import { currentBed } from '../bed/bed.ts';
import { podSpec } from '../sample-objects.ts';
import { budgetOver, deploymentOf, newSite, type Site } from './site.ts';

/** What a real API server does not take of a manifest, tried on it and not kept: each with the advice that is for it. */
const bed = currentBed();
const { signal } = new AbortController();
let site: Site;
let connection: Connection;
beforeAll(async () => {
  site = await newSite('manifests');
  connection = await connect({ kubeconfig: bed.kubeconfig, env: {} });
});
afterAll(() => connection.close());

const app = 'auth-service';
type Differs = (sound: Record<string, unknown>) => object;

function deployment(differs: Differs): KubernetesObject {
  const sound = deploymentOf(site.namespace, app);
  return { ...sound, spec: { ...sound.spec, ...differs(sound.spec) } };
}
const budget = (spec: object) => (): KubernetesObject => budgetOver(site.namespace, 'auth-service-pdb', spec);
const having = (differs: object) => (): KubernetesObject => deployment(() => differs);
const rolling = (maxSurge: unknown, maxUnavailable: unknown) =>
  having({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });
const labelled = (labels: Record<string, string>) => ({ metadata: { labels }, spec: podSpec() });
const both = { app, 'app.kubernetes.io/part-of': 'orion' };
const [container] = podSpec().containers;
const greedy = { ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } };

test.each<readonly [string, () => KubernetesObject, string, string]>([
  [
    'another selector',
    having({ selector: { matchLabels: both }, template: labelled(both) }),
    'spec.selector',
    'give-the-selector-back',
  ],
  ['neither surge nor gap', rolling(0, 0), 'spec.strategy.rollingUpdate.maxUnavailable', 'let-one-move'],
  ['the same in per cent', rolling('0%', '0%'), 'spec.strategy.rollingUpdate.maxUnavailable', 'let-one-move'],
  [
    'a selector apart from the labels',
    having({ template: labelled({ app: 'another' }) }),
    'spec.template.metadata.labels',
    'label-the-pods',
  ],
  [
    'Recreate, rolling',
    having({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    'spec.strategy.rollingUpdate',
    'choose-one-strategy',
  ],
  [
    'no time to progress',
    having({ minReadySeconds: 60, progressDeadlineSeconds: 60 }),
    'spec.progressDeadlineSeconds',
    'give-it-time',
  ],
  ['a field that nobody knows', having({ maxUnavailable: 1 }), 'spec.maxUnavailable', 'mend-the-manifest'],
  [
    'more than the limit',
    having({ template: { metadata: { labels: { app } }, spec: { ...podSpec(), containers: [greedy] } } }),
    'spec.template.spec.containers[0].resources.requests',
    'mend-the-manifest',
  ],
  ['two rules', budget({ minAvailable: 1, maxUnavailable: 1 }), 'spec', 'choose-one-rule'],
  ['a share without its sign', budget({ minAvailable: '50' }), 'spec.minAvailable', 'write-the-share'],
  ['more than all', budget({ maxUnavailable: '150%' }), 'spec.maxUnavailable', 'write-the-share'],
])('%s', async (_, manifest, field, remedy) => {
  const object = manifest();
  const mark = bed.auditMark();
  const kind = object.kind === 'Deployment' ? kinds.Deployment : kinds.PodDisruptionBudget;
  const look = { at: 'get', kind, namespace: site.namespace, name: object.metadata.name } as const;
  const live = await connection.reader.look(look, signal);
  if (!live.ok) throw new Error(live.detail);
  const tried = await connection.reader.tryManifest(object, live.value, signal);
  if (!tried.ok) throw new Error(tried.detail);
  expect(tried.value.refused.map((one) => one.field)).toContain(field);
  expect(await bed.writesSince(mark)).toEqual([]);

  const name = `${object.kind}/${object.metadata.name}`;
  const answer = { tried: [`Deployment/${app}`, name], refused: [{ object: name, causes: tried.value.refused }] };
  const { namespace } = site;
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: app };
  const only = { now: new Date(), target, seen: { [`manifests of ${namespace}`]: seen(answer) } };
  const lists = Object.fromEntries(
    [kinds.Deployment, kinds.ReplicaSet, kinds.Pod, kinds.PodDisruptionBudget, kinds.Service].map((one) => [
      `list ${one.apiVersion} ${one.kind} in ${namespace}`,
      seen(one === kinds.Deployment ? [deploymentOf(namespace, app)] : []),
    ]),
  );
  const { findings } = decide(pdbBlocking, { ...only, seen: { ...only.seen, ...lists } });
  expect(findings.find(({ code }) => code === 'apply-rejected')?.remedies.map(({ id }) => id)).toEqual([remedy]);
});

test('a sound manifest is taken as it stands', async () => {
  const object = deployment(() => ({}));
  const tried = await connection.reader.tryManifest(object, object, signal);
  expect(tried).toEqual(seen({ refused: [] }));
});
