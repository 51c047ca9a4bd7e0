import { type Readiness, readinessOf } from '../../core/deploy/readiness.ts';
import type { Fetched } from '../../core/fetched.ts';
import { textAt } from '../../core/kubernetes/field.ts';
import { type Kind, kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { Part, WaitFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, issuerNames, namespaces } from '../../core/setup/settings.ts';
import type { Cluster, DeployPorts, Judgement, Tell } from './ports.ts';

type Awaited = { readonly kind: Kind; readonly name: string; readonly namespace?: string };

/** What a part must come to: what certificates and pods depend on, and those themselves. */
function awaited(part: Part, environments: readonly EnvironmentName[]): readonly Awaited[] {
  const issuer = (environment: EnvironmentName): Awaited => ({
    kind: kinds.ClusterIssuer,
    name: issuerNames[environment],
  });
  if (part === 'issuers') return environments.map(issuer);
  const namespace = namespaces[part];
  return [
    issuer(part),
    { kind: kinds.Certificate, name: 'auth-tls-cert', namespace },
    { kind: kinds.Deployment, name: 'auth-service', namespace },
  ];
}

const lookEveryMs = 2000;
/** A runbook is asked every so many looks; it must name the same cause twice before it is believed to be stuck. */
const diagnoseEvery = 5;
/** An issuer tries again by itself; one that still fails after so long is not going to mend. */
const issuerGraceMs = 60_000;

export type Wait = {
  readonly part: Part;
  readonly environments: readonly EnvironmentName[];
  readonly context: string;
  readonly timeoutMs: number;
};

/** Looks until all is ready, the time is up, or a cause is known that waiting will not mend. Each new reason is told once. */
export async function waitReady(
  ports: DeployPorts,
  cluster: Cluster,
  wait: Wait,
  tell: Tell,
  signal: AbortSignal,
): Promise<WaitFacts> {
  const wanted = awaited(wait.part, wait.environments);
  const since = cluster.clock.now().getTime();
  let told = '';
  let blamed = '';
  for (let looks = 1; ; looks++) {
    // Read before the looks: what is late must have been looked at once more after the time was up.
    const waited = cluster.clock.now().getTime() - since;
    const isLate = waited >= wait.timeoutMs;
    const states = await Promise.all(wanted.map((one) => stateOf(cluster, one, signal)));
    const open = states.filter(({ ready }) => !ready);
    if (open.length === 0)
      return { outcome: 'ready', because: states.map(({ reason }) => reason).join('; '), rootCauses: [] };
    const challenges = wait.part === 'issuers' ? [] : await challengesIn(cluster, namespaces[wait.part], signal);
    const reasons = [...open.map(({ reason }) => reason), ...challenges];
    if (reasons.join('\n') !== told) tell({ event: 'waiting-changed', part: wait.part, reasons });
    told = reasons.join('\n');

    if (wait.part === 'issuers') {
      if (open.some(({ failing }) => failing) && waited >= issuerGraceMs)
        return { outcome: 'problem', because: `${reasons.join('; ')}.`, rootCauses: [] };
    } else if (isLate || looks % diagnoseEvery === 0) {
      const judged = await ports.diagnose(wait.context, wait.part, signal);
      const causes = judged.rootCauses.join(', ');
      if (judged.outcome === 'problem' && (isLate || (causes !== '' && causes === blamed))) return stuck(judged);
      blamed = judged.outcome === 'problem' ? causes : '';
    }
    if (isLate)
      return {
        outcome: 'waiting',
        because: `Not ready after ${Math.round(wait.timeoutMs / 60_000)} min: ${reasons.join('; ')}.`,
        rootCauses: [],
      };
    await cluster.clock.sleep(lookEveryMs, signal);
  }
}

/** How far the CA's challenges are: what a certificate under way says itself does not change until it is there. */
async function challengesIn({ reader }: Cluster, namespace: string, signal: AbortSignal): Promise<readonly string[]> {
  const found = await reader.look({ at: 'list', kind: kinds.Challenge, namespace }, signal);
  if (!found.ok) return [];
  return found.value
    .filter((challenge) => textAt(challenge, 'status.state') !== 'valid')
    .map((challenge) => {
      const says = textAt(challenge, 'status.reason') || textAt(challenge, 'status.state') || 'just made';
      return `Challenge for ${textAt(challenge, 'spec.dnsName') ?? challenge.metadata.name}: ${says}`;
    });
}

const stuck = ({ because, rootCauses }: Judgement): WaitFacts => ({ outcome: 'problem', because, rootCauses });

const scalersIn = (namespace: string) => ({ at: 'list', kind: kinds.HorizontalPodAutoscaler, namespace }) as const;

async function stateOf(
  { reader }: Cluster,
  { kind, name, namespace }: Awaited,
  signal: AbortSignal,
): Promise<Readiness> {
  const answer: Fetched<KubernetesObject> = await reader.look(
    { at: 'get', kind, name, ...(namespace === undefined ? {} : { namespace }) },
    signal,
  );
  if (answer.ok && kind === kinds.Deployment && namespace !== undefined)
    return readinessOf(answer.value, await reader.look(scalersIn(namespace), signal));
  if (answer.ok) return readinessOf(answer.value);
  const object = `${kind.kind}/${name}`;
  return { object, ready: false, failing: false, reason: `${object}: ${answer.detail}` };
}
