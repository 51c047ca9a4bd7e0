import { type KubernetesObject, type ObjectRef, refTo } from '../../core/kubernetes/object.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import type { ApplyFacts, GateFacts, VerifyFacts } from '../../core/setup/effect.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import { gateOf } from '../../core/verify/gate.ts';
import type { Verification } from '../../core/verify/verification.ts';
import { type ChangeSet, changeSet, type Step } from './change-set.ts';
import type { Cluster, DeployPorts, Tell } from './ports.ts';
import { waitReady } from './ready.ts';
import { remember, revisionNow } from './remember.ts';
import { lookSecretInUse } from './secret-check.ts';
import { verifySettled } from './verify-settled.ts';

/** What is brought into an environment, and where. */
export type Aim = {
  readonly environment: EnvironmentName;
  readonly context: string;
  readonly host: string;
  readonly identity: ClusterIdentity;
  /** For the journal: `Deploy staging`. */
  readonly title: string;
  /** The set that stands afterwards; undefined where only the pods go back, and the set stays the last one. */
  readonly set: AimedSet | undefined;
};

export type AimedSet = {
  readonly objects: readonly KubernetesObject[];
  /** Secrets that an earlier set refers to and that are still there. */
  readonly keptSecrets: readonly ObjectRef[];
  readonly image: string;
  readonly gateDigest: string;
  readonly from?: number;
  readonly overridden?: string | undefined;
  /** Earlier objects that stay. */
  readonly leftovers: readonly ObjectRef[];
};

export type CarriedOut = {
  readonly outcome: 'healthy' | 'waiting' | 'problem' | 'incomplete';
  readonly because: string;
  readonly rootCauses: readonly string[];
  readonly sent: ApplyFacts;
  readonly checks: VerifyFacts['checks'];
  readonly gate: GateFacts | null;
  /** What verifying looked at; null where it did not come to that. */
  readonly coverage: Verification['coverage'] | null;
  /** What `undo` and `history` call it; null where nothing was sent. */
  readonly id: string | null;
};

/** Sends, waits, verifies, remembers. What an interruption leaves open is in the journal, and the next run goes on from what stands. */
export async function carryOut(
  ports: DeployPorts,
  cluster: Cluster,
  aim: Aim,
  steps: readonly Step[],
  timeoutMs: number,
  tell: Tell,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const { environment, identity, title } = aim;
  const changes = changeSet(ports, cluster, { identity, namespace: namespaces[environment], title }, tell, signal);
  const sent = await changes.send(steps);
  const ended = (outcome: CarriedOut['outcome'], because: string, rest: Partial<CarriedOut> = {}): CarriedOut => ({
    outcome,
    because,
    rootCauses: [],
    checks: [],
    gate: null,
    coverage: null,
    ...rest,
    sent,
    id: changes.id() ?? null,
  });
  if (sent.outcome === 'stopped') return ended('problem', stoppedText(sent));
  const work = { title, namespace: namespaces[environment] };
  await ports.journals.settle(identity, work, cluster.clock.now(), changes.id());
  await keep(ports, cluster, aim, changes, undefined, null, signal);

  const { context, host } = aim;
  const waited = await waitReady(
    ports,
    cluster,
    { part: environment, environments: [environment], context, timeoutMs },
    tell,
    signal,
  );
  if (waited.outcome !== 'ready') {
    await changes.verified(false, waited.because);
    return ended(waited.outcome, waited.because, { rootCauses: waited.rootCauses });
  }
  tell({ event: 'verifying' });
  const { passed, checks, coverage } = await verified(ports, cluster, aim, timeoutMs, tell, signal);
  const gate = await keep(
    ports,
    cluster,
    aim,
    changes,
    { passed, checks },
    await revisionNow(cluster, environment, signal),
    signal,
  );
  const open = checks.filter(({ state }) => state === 'failed');
  const unseen = checks.filter(({ state }) => state === 'not-looked');
  const because = passed
    ? `${environment} is as it should be (https://${host}).`
    : (open.length > 0 ? open : unseen).map((one) => `${one.title}: ${one.detail}`).join(' ');
  await changes.verified(passed, because);
  return ended(passed ? 'healthy' : open.length > 0 ? 'problem' : 'incomplete', because, { checks, gate, coverage });
}

const stoppedText = ({ because, applied, notApplied }: ApplyFacts): string =>
  `Stopped: ${because ?? 'refused'} Done: ${listed(applied)}. Not done: ${listed(notApplied)}.`;

const listed = (items: readonly string[]): string => (items.length === 0 ? 'nothing' : items.join(', '));

async function verified(
  ports: DeployPorts,
  cluster: Cluster,
  { environment, host, context, set }: Aim,
  timeoutMs: number,
  tell: Tell,
  signal: AbortSignal,
): Promise<VerifyFacts & Pick<Verification, 'coverage'>> {
  const namespace = namespaces[environment];
  // What the platform must allow first (HSTS and headers) is for verify to say: no deploy mends it.
  const subject = { namespace, environment, withoutHeaders: true, ...(host === '' ? {} : { host }) } as const;
  const settling = { context, environment, subject, timeoutMs };
  const verification = await verifySettled(ports, cluster, settling, tell, signal);
  const facts = { ...gateOf(verification), coverage: verification.coverage };
  const secret = secretOf(set)?.name;
  if (secret === undefined) return facts;
  const inUse = await lookSecretInUse(cluster, namespace, secret, signal);
  return { ...facts, passed: facts.passed && inUse.state === 'passed', checks: [...facts.checks, inUse] };
}

/** The Secret with the values of secrets.env. */
const secretOf = (set: AimedSet | undefined): ObjectRef | undefined =>
  [...(set?.objects ?? []).filter(({ kind }) => kind === 'Secret').map(refTo), ...(set?.keptSecrets ?? [])].find(
    ({ name }) => name.startsWith('auth-service-secrets'),
  );

async function keep(
  ports: DeployPorts,
  cluster: Cluster,
  { environment, set }: Aim,
  changes: ChangeSet,
  facts: VerifyFacts | undefined,
  revision: string | null,
  signal: AbortSignal,
): Promise<GateFacts | null> {
  if (set === undefined) return null;
  return await remember(ports, cluster, changes, { ...set, environment, verified: facts, revision }, signal);
}
