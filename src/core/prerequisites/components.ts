import { coerce, lt, satisfies } from 'semver';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { commandsFor, installCommands } from './install.ts';
import { crdOf, crds, listOf, nodeMetrics, type See, workloads } from './looks.ts';
import type { Notice, Prerequisite } from './prerequisite.ts';
import { type Component, helmReleaseOf, versionsOf, workloadsOf } from './versions.ts';

/** The four components, judged from what was seen. */
export function components(see: See): readonly Prerequisite[] {
  return [certManager(see), prometheusOperator(see), ingressNginx(see), metricsApi(see)];
}

type Presence = { readonly is: 'there' | 'missing' | 'unseen'; readonly because: string };

/** Whether all CRDs are there. A 403 says nothing about them, so the kind itself is asked for as well. */
function crdsOf(see: See, names: readonly string[], alsoAsked: ReturnType<typeof listOf>): Presence {
  const seen = names.map((name) => ({ name, answer: see(crdOf(name)) }));
  const missing = seen.filter(({ answer }) => !answer.ok && answer.why === 'not-found');
  if (missing.length > 0) return { is: 'missing', because: `no CRD ${missing.map(({ name }) => name).join(', ')}` };
  if (seen.every(({ answer }) => answer.ok) || see(alsoAsked).ok) return { is: 'there', because: '' };
  const unread = seen.find(({ answer }) => !answer.ok)?.answer;
  return { is: 'unseen', because: unread && !unread.ok ? unread.detail : 'its CRDs could not be read' };
}

function certManager(see: See): Prerequisite {
  const there = crdsOf(see, crds['cert-manager'], listOf(kinds.ClusterIssuer));
  return judged('cert-manager', 'cert-manager', '1.13.0', there, see);
}

function prometheusOperator(see: See): Prerequisite {
  const there = crdsOf(see, crds['prometheus-operator'], listOf(kinds.Prometheus));
  return judged('prometheus-operator', 'Prometheus Operator', '0.60.0', there, see);
}

/** ingress-nginx is known by its IngressClass; what runs it may be anywhere. */
function ingressNginx(see: See): Prerequisite {
  const classes = see(listOf(kinds.IngressClass));
  const run = workloadsOf(see, 'ingress-nginx');
  const ours = classes.ok ? classes.value.filter(isNginxClass) : [];
  const there: Presence =
    ours.length > 0 || run.length > 0
      ? { is: 'there', because: '' }
      : classes.ok
        ? { is: 'missing', because: 'no IngressClass of the controller k8s.io/ingress-nginx' }
        : { is: 'unseen', because: classes.detail };
  const found = judged('ingress-nginx', 'ingress-nginx', '1.9.0', there, see);
  const number = found.found === null ? null : coerce(found.found);
  // CVE-2025-1974: fixed in 1.11.5 and 1.12.1 (kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974).
  const isOpen = number !== null && (lt(number, '1.11.5') || satisfies(number, '1.12.0'));
  const isThere = there.is === 'there';
  const all: Prerequisite = isThere ? { ...found, notices: [retired] } : found;
  if (found.state !== 'fine' || !isOpen) return all;
  return {
    ...all,
    state: 'insecure',
    because: `${found.because} is open to CVE-2025-1974 (whoever reaches its admission webhook can run code in it): 1.11.5 or 1.12.1 close it`,
    commands: commandsFor('ingress-nginx', helmReleaseOf(see, 'ingress-nginx')),
  };
}

/** kubernetes.io/blog/2025/11/11/ingress-nginx-retirement. */
const retired: Notice = {
  id: 'ingress-nginx-retired',
  text: 'ingress-nginx is retired: it gets no fixes since March 2026. What is here goes on working; plan what comes after it.',
};

/** The controller's name in an IngressClass is what ties the two together (--controller-class). */
export const isNginxClass = (one: KubernetesObject): boolean =>
  /^k8s\.io\/.*(ingress-)?nginx/.test(String((one['spec'] as { controller?: unknown } | undefined)?.controller ?? ''));

function metricsApi(see: See): Prerequisite {
  const answer = see(listOf(nodeMetrics));
  const base = {
    id: 'metrics-api',
    title: 'Metrics API',
    found: null,
    minimum: null,
    needed: false,
    owner: 'platform',
    commands: [],
  } as const;
  if (answer.ok) return { ...base, state: 'fine', because: 'answers' };
  if (answer.why === 'not-found') {
    return {
      ...base,
      state: 'missing',
      because: 'not there: the autoscaler stays at its minimum',
      commands: installCommands['metrics-api'],
    };
  }
  if (answer.why === 'forbidden' || answer.why === 'not-looked')
    return { ...base, state: 'cannot-look', because: answer.detail };
  return {
    ...base,
    state: 'broken',
    because: `registered, but does not answer: ${answer.detail}`,
    commands: installCommands['metrics-api'],
  };
}

function judged(id: Component, title: string, minimum: string, there: Presence, see: See): Prerequisite {
  const [seen] = versionsOf(see, id);
  const version = seen?.version ?? null;
  const base = { id, title, minimum, found: version, needed: true, owner: 'platform' } as const;
  const commands = commandsFor(id, helmReleaseOf(see, id));
  if (there.is === 'unseen')
    return { ...base, state: 'cannot-look', because: `could not be looked at: ${there.because}`, commands: [] };
  if (there.is === 'missing')
    return {
      ...base,
      state: 'missing',
      because: `not there: ${there.because}; ${minimum} or newer is needed`,
      commands,
    };
  const number = version === null ? null : coerce(version);
  if (number === null) {
    const why =
      workloadsOf(see, id).length > 0
        ? 'its image does not tell the version'
        : workloads(see).complete
          ? 'its Deployment is not in this cluster'
          : 'its Deployment may not be looked at';
    return { ...base, state: 'unknown-version', because: `there; ${why}; ${minimum} or newer is needed`, commands: [] };
  }
  if (lt(number, minimum))
    return { ...base, state: 'old', because: `${version} is too old; ${minimum} or newer is needed`, commands };
  return { ...base, state: 'fine', because: `${version}`, commands: [] };
}
