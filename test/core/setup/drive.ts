import type { EffectName, Effects } from '../../../src/core/setup/effect.ts';
import { answer, learn, next } from '../../../src/core/setup/journey.ts';
import type { KeptSecret, Question } from '../../../src/core/setup/question.ts';
import type { Ending, Journey } from '../../../src/core/setup/state.ts';

export type Results = { readonly [N in EffectName]: (args: Effects[N]['args']) => Effects[N]['result'] };

const fine = {
  found: '1.2.3',
  minimum: '1.0.0',
  because: '1.2.3',
  needed: true,
  owner: 'platform',
  commands: [],
  state: 'fine',
} as const;
const ingress = { className: 'nginx', namespace: 'ingress-nginx', nodeCidrs: [], allowsCustomHeaders: false };

/** A world in which everything is as it should be; a test says only what differs. */
export const sunny: Results = {
  'look-machine': () => ({
    kubectl: { ...fine, id: 'kubectl', title: 'kubectl' },
    helm: true,
    contexts: ['a', 'b'],
    current: 'b',
  }),
  'look-cluster': ({ context }) => ({
    identity: {
      context,
      server: `https://${context}`,
      caFingerprint: 'f',
      uid: `uid-${context}`,
      namespace: 'default',
    },
    prerequisites: [{ ...fine, id: 'cert-manager', title: 'cert-manager' }],
    ingressClasses: [{ name: 'nginx', isDefault: true, facts: ingress }],
    loadBalancer: ['203.0.113.10'],
    monitorLabels: { release: 'kps' },
    prometheusNamespace: 'monitoring',
    monitoring: {
      ruleLabels: { release: 'kps' },
      podMonitorLabels: { release: 'kps' },
      certManagerNamespace: 'cert-manager',
      parts: ['alerts', 'dashboard', 'cert-manager'],
      leftOut: [],
    },
    namespaces: ['orion-web', 'kube-system'],
    deniesByDefault: false,
  }),
  'keep-profile': ({ name }) => ({ name }),
  'look-secrets': ({ environment }) => ({ file: `k8s/overlays/${environment}/secrets.env`, present: {}, problems: [] }),
  'resolve-hosts': ({ hosts }) =>
    hosts.map((host) => ({
      host,
      environment: host.includes('staging') ? 'staging' : 'production',
      addresses: ['203.0.113.10'],
      state: 'ready',
      because: 'leads to your load balancer',
      record: null,
    })),
  'write-tree': () => ({ written: ['base/kustomization.yaml'], changed: [], edited: false }),
  'look-fit': () => [],
  plan: ({ part }) => ({
    changes: [{ object: `Thing/${part}`, action: 'create', diff: '+ a' }],
    unchanged: 0,
    takeovers: [],
    blocked: [],
    remarks: [],
  }),
  apply: ({ part }) => ({ outcome: 'applied', applied: [`Thing/${part}`], notApplied: [], because: null }),
  'wait-ready': () => ({ outcome: 'ready', because: 'all ready', rootCauses: [] }),
  verify: () => ({ passed: true, checks: [] }),
  'keep-gate': () => ({ state: 'passed', because: 'passed', at: '2026-11-23T05:00:00Z', digest: 'd' }),
  'read-gate': () => ({ state: 'passed', because: 'passed', at: '2026-11-23T05:00:00Z', digest: 'd' }),
};

/** What an operator types, by question. Secrets are kept as fingerprints, as the engine does it. */
export const typical: Readonly<Record<string, string>> = {
  'context.staging': 'a',
  'context.production': '1',
  profile: '',
  tree: '',
  image: 'ghcr.io/orion/auth:1.4.2',
  'pull-secrets': '',
  domain: 'orion.io',
  callers: 'orion-web, orion-api',
  cors: 'https://app.orion.io',
  monitoring: '',
  email: '',
  'issuers.go': 'yes',
  'staging.go': 'yes',
  'production.go': 'orion-prod',
};

export type Driven = { readonly journey: Journey; readonly end: Ending | Question; readonly trail: readonly string[] };

/** Runs until the end, or until a question that `typed` has no answer to. */
export function drive(
  start: Journey,
  results: Partial<Results> = {},
  typed: Readonly<Record<string, string>> = typical,
): Driven {
  const trail: string[] = [];
  let journey = start;
  for (let turns = 0; turns < 200; turns++) {
    const turn = next(journey);
    if (turn.kind === 'done') return { journey, end: turn, trail };
    if (turn.kind === 'effect') {
      trail.push(
        `(${turn.name}${'part' in turn.args ? ` ${turn.args.part}` : 'environment' in turn.args ? ` ${turn.args.environment}` : ''})`,
      );
      const perform = { ...sunny, ...results }[turn.name] as (args: unknown) => never;
      journey = learn(journey, turn, perform(turn.args));
      continue;
    }
    const text = typed[turn.id] ?? (turn.kind === 'secret' && !('no secrets' in typed) ? 'typed' : undefined);
    if (text === undefined) return { journey, end: turn, trail };
    trail.push(turn.id);
    journey = answer(journey, turn, turn.kind === 'secret' ? kept(turn.id) : valueFrom(turn, text));
  }
  throw new Error(`The journey does not end: ${trail.slice(-8).join(' ')}`);
}

function valueFrom(question: Question, text: string) {
  if (text === '' && question.default !== undefined) return question.default;
  const checked = question.check(text);
  if (!checked.ok) throw new Error(`${question.id}: ${checked.problem}`);
  return checked.value;
}

export const kept = (id: string): KeptSecret => ({
  fingerprint: `of ${id}`,
  remark: 'strong',
  ...(id.endsWith('url') ? { target: { host: 'db.data.svc', port: 5432 } } : {}),
});
