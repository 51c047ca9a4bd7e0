import { beforeAll, describe, expect, test } from 'vitest';
import { runbooks } from '../../../runbooks/index.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { nameOf } from '../../../src/core/look.ts';
import { points } from '../../../src/core/verify/points.ts';
import { merged } from '../../../src/practice/json.ts';
import { failureOf } from '../../runbooks/missing-look.ts';
import {
  type Ground,
  lookerOn,
  looksOf,
  notGreen,
  pointOf,
  soundGround,
  subjectOf,
  verified,
} from './sound-cluster.ts';

let sound: Ground;
beforeAll(() => {
  sound = soundGround();
});

test('a sound staging is green in all thirteen points', async () => {
  const all = await verified(sound);
  expect(all.points).toHaveLength(13);
  expect(notGreen(all)).toEqual([]);
  expect(all.outcome).toBe('healthy');
  expect(all.host).toBe('auth-staging.example.org');
});

test('every detector of every runbook belongs to a point, and points name no others', () => {
  const named = new Set(points.flatMap(({ detectors }) => detectors));
  const there = new Set(runbooks.flatMap(({ causes }) => causes.map(({ code }) => code)));
  expect([...named].toSorted()).toEqual([...there].toSorted());
});

/** `Kind/name` merged with a patch (RFC 7386); null deletes it. */
const changed =
  (name: string, patch: object | null) =>
  (ground: Ground): Ground => {
    let met = 0;
    const objects = ground.objects.flatMap((object): readonly KubernetesObject[] => {
      const isMeant = `${object.kind}/${object.metadata.name}` === name;
      if (isMeant) met += 1;
      if (!isMeant) return [object];
      return patch === null ? [] : [merged(object, patch) as KubernetesObject];
    });
    if (met === 0) throw new Error(`there is no ${name}`);
    return { ...ground, objects };
  };
const world =
  (patch: object) =>
  (ground: Ground): Ground => ({ ...ground, world: merged(ground.world, patch) as Ground['world'] });
const later =
  (days: number) =>
  (ground: Ground): Ground => ({ ...ground, now: new Date(ground.now.getTime() + days * 86_400_000) });

const container = (differs: object) => (ground: Ground) => {
  const found = ground.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'auth-service');
  const [first] =
    (found as { spec?: { template: { spec: { containers: object[] } } } }).spec?.template.spec.containers ?? [];
  return changed('Deployment/auth-service', {
    spec: { template: { spec: { containers: [{ ...first, ...differs }] } } },
  })(ground);
};

const balancer = '203.0.113.9';
const url = 'auth-staging.example.org';
const seen = (look: string, answer: unknown) => world({ looks: { [look]: answer } });

const faults: readonly (readonly [string, (ground: Ground) => Ground, readonly string[]])[] = [
  ['no ServiceMonitor', changed('ServiceMonitor/auth-service-monitor', null), ['monitoring failed']],
  ['no budget', changed('PodDisruptionBudget/auth-service-pdb', null), ['pdb failed']],
  [
    'a budget over other pods',
    changed('PodDisruptionBudget/auth-service-pdb', { spec: { selector: { matchLabels: { app: 'another' } } } }),
    ['pdb failed'],
  ],
  ['no requests', container({ resources: { limits: { cpu: '1', memory: '1Gi' } } }), ['resources failed']],
  ['no readiness probe', container({ readinessProbe: undefined }), ['health failed']],
  ['an issuer gone', changed('ClusterIssuer/letsencrypt-prod', null), ['issuers failed']],
  ['no Secret', changed('Secret/auth-tls-secret', null), ['certificate failed', 'https failed']],
  ['no Ingress', changed('Ingress/auth-ingress', null), ['ingress-tls failed', 'https failed', 'redirect failed']],
  [
    'TLS for another host',
    changed('Ingress/auth-ingress', { spec: { tls: [{ hosts: ['x.example.org'], secretName: 'auth-tls-secret' }] } }),
    ['ingress-tls failed', 'https failed', 'redirect failed'],
  ],
  [
    'no redirect',
    changed('Ingress/auth-ingress', {
      metadata: { annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' } },
    }),
    ['redirect failed'],
  ],
  [
    'TLS 1.1 taken',
    seen(`tls-version TLSv1.1 ${url} at ${balancer} 443`, { accepted: true, detail: '' }),
    ['https failed'],
  ],
  [
    'renewal switched off',
    changed('Certificate/auth-tls-cert', { spec: { renewal: { policy: 'Disabled' } } }),
    ['renewal failed'],
  ],
  ['renewal overdue', later(65), ['renewal failed']],
  [
    'an autoscaler of something else',
    changed('HorizontalPodAutoscaler/auth-service-hpa', { spec: { scaleTargetRef: { name: 'x' } } }),
    ['hpa failed'],
  ],
  [
    'an autoscaler that has not raised the number of pods to its minimum yet',
    changed('HorizontalPodAutoscaler/auth-service-hpa', { spec: { minReplicas: 3 } }),
    ['health waiting'],
  ],
  ['no NetworkPolicy', changed('NetworkPolicy/auth-service-networkpolicy', null), ['networkpolicy failed']],
  [
    'an open NetworkPolicy',
    changed('NetworkPolicy/auth-service-networkpolicy', { spec: { ingress: [{}] } }),
    ['networkpolicy failed'],
  ],
];

describe.each(faults)('%s', (_, injure, wanted) => {
  test('exactly its points are not green', async () => {
    const whole = await verified(injure(sound));
    expect(notGreen(whole), JSON.stringify(whole.points, null, 1)).toEqual(wanted);
  });

  test('whatever is not seen, none of them turns green, and no other red', async () => {
    const ground = injure(sound);
    const whole = await verified(ground);
    const all = lookerOn(ground);
    for (const look of await looksOf(ground)) {
      const part = await verified(ground, subjectOf(), (item, signal) =>
        nameOf(item) === nameOf(look) ? Promise.resolve(failureOf(look)) : all(item, signal),
      );
      for (const point of whole.points) {
        const state = pointOf(part, point.id).state;
        const context = `without "${nameOf(look)}", ${point.id}: ${point.state}, then ${state}: ${pointOf(part, point.id).saw}`;
        if (point.state !== 'passed') expect(state, context).not.toBe('passed');
        if (point.state === 'passed') expect(['passed', 'not-looked'], context).toContain(state);
      }
    }
  });
});

/** What each point cannot do without: who is not allowed to look there is never told that all is well. */
const decides: Readonly<Record<string, readonly RegExp[]>> = {
  monitoring: [/^list monitoring.coreos.com\/v1 ServiceMonitor in/, /^scrape-pool /],
  pdb: [/^list policy\/v1 PodDisruptionBudget/, /^list v1 Pod in orion-staging$/],
  resources: [/^list apps\/v1 Deployment in/],
  issuers: [/^list cert-manager.io\/v1 ClusterIssuer/],
  certificate: [/^list cert-manager.io\/v1 Certificate in/, /^get v1 Secret/],
  'ingress-tls': [/^list networking.k8s.io\/v1 Ingress in/],
  https: [/^dns /, /^tls auth/, /^tls-version /, /^http https:/, /^get v1 Secret/],
  redirect: [/^dns /, /^http http:/],
  renewal: [/^list cert-manager.io\/v1 Certificate in/],
  health: [/^list apps\/v1 Deployment in/, /^list autoscaling\/v2/],
  hpa: [/^list autoscaling\/v2/],
  networkpolicy: [/^list networking.k8s.io\/v1 NetworkPolicy/],
  spread: [/^list v1 Pod in orion-staging$/, /^list apps\/v1 ReplicaSet/],
};

test('of a sound staging no look that decides can be missed, and none that is missing makes a point red', async () => {
  const missed = new Map(points.map(({ id }) => [id, [] as string[]]));
  const all = lookerOn(sound);
  for (const look of await looksOf(sound)) {
    const part = await verified(sound, subjectOf(), (item, signal) =>
      nameOf(item) === nameOf(look) ? Promise.resolve(failureOf(look)) : all(item, signal),
    );
    for (const { id, state, saw, notLooked } of part.points) {
      expect(['passed', 'not-looked'], `without "${nameOf(look)}", ${id}: ${saw}`).toContain(state);
      if (state === 'not-looked') {
        missed.get(id)?.push(nameOf(look));
        expect(notLooked.length, `${id} says what it missed without ${nameOf(look)}: ${saw}`).toBeGreaterThan(0);
      }
    }
    if (part.points.some(({ state }) => state === 'not-looked')) expect(part.outcome).toBe('incomplete');
  }
  for (const [id, patterns] of Object.entries(decides))
    for (const pattern of patterns)
      expect(
        missed.get(id)?.some((name) => pattern.test(name)),
        `${id} without ${pattern}`,
      ).toBe(true);
});
