import type { Change } from '../../core/change.ts';
import { type AppliedSet, objectsOf } from '../../core/deploy/applied-set.ts';
import type { Memory } from '../../core/deploy/memory.ts';
import { revisionOf } from '../../core/deploy/secret-in-use.ts';
import { ExpectedStop } from '../../core/failure.ts';
import type { Fetched } from '../../core/fetched.ts';
import { toEarlierTemplate } from '../../core/kubernetes/earlier-template.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../../core/kubernetes/object.ts';
import { ownerElsewhere } from '../../core/kubernetes/owner-elsewhere.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import { liveOf } from './live-of.ts';
import type { Cluster, DeployPorts } from './ports.ts';

export type EarlierSet = { readonly set: AppliedSet; readonly objects: readonly KubernetesObject[] };

/** The set to return to: the one named, else the one before the last. Throws where there is none, or where it could not run. */
export async function earlierSet(
  ports: Pick<DeployPorts, 'hash'>,
  cluster: Cluster,
  environment: EnvironmentName,
  memory: Memory | undefined,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<EarlierSet> {
  const sets = memory?.sets ?? [];
  const set = wanted === undefined ? sets.at(-2) : sets.find(({ number }) => number === wanted);
  const known = sets.map(({ number }) => number).join(', ');
  if (set === undefined || memory === undefined)
    throw new ExpectedStop(
      'usage',
      wanted === undefined
        ? `There is nothing to go back to: ${environment} remembers ${sets.length === 1 ? 'one applied set, which stands' : 'no applied set'}.`
        : `There is no applied set ${wanted} of ${environment}; there ${sets.length === 1 ? 'is' : 'are'} ${known || 'none'}.`,
      [`A revision of the Deployment: orion-setup rollback ${environment} --to-revision N`],
    );
  const objects = objectsOf(set, memory.objects, ports.hash);
  if (objects === undefined)
    throw new ExpectedStop(
      'refused',
      `Set ${set.number} is not whole any more: ConfigMap orion-setup in ${namespaces[environment]} was edited, or the set was too large to keep. Nothing was changed.`,
      ['Check out that version of the manifests, and: orion-setup deploy'],
    );
  await insistOnSecrets(cluster, set, signal);
  return { set, objects };
}

/** Values are kept nowhere: without the Secret itself the pods of the set could not start. */
async function insistOnSecrets(cluster: Cluster, set: AppliedSet, signal: AbortSignal): Promise<void> {
  for (const { apiVersion, kind, name, namespace } of set.secrets) {
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    if ((await liveOf(cluster, { apiVersion, kind, metadata }, signal)) !== undefined) continue;
    throw new ExpectedStop(
      'refused',
      `Set ${set.number} needs Secret/${name}, which is not there any more: its pods could not start. Nothing was changed.`,
      ['Write the earlier values into secrets.env (setup secrets ENV), and: orion-setup deploy'],
    );
  }
}

export type EarlierRevision = {
  /** Undefined where the pods are already made from that template. */
  readonly change: Extract<Change, { do: 'patch' }> | undefined;
  readonly deployment: KubernetesObject;
};

/** What brings the pods of a revision back, as `kubectl rollout undo` does. Throws where there is none, or where another must do it. */
export async function earlierRevision(
  { reader }: Pick<Cluster, 'reader'>,
  environment: EnvironmentName,
  wanted: number,
  signal: AbortSignal,
): Promise<EarlierRevision> {
  const namespace = namespaces[environment];
  const [found, sets] = await Promise.all([
    reader.look({ at: 'get', kind: kinds.Deployment, name: 'auth-service', namespace }, signal),
    reader.look({ at: 'list', kind: kinds.ReplicaSet, namespace }, signal),
  ]);
  const deployment = read(found);
  const own = read(sets).filter((set) => isOwnedBy(set, deployment));
  const earlier = own.find((set) => revisionOf(set) === String(wanted));
  const byKubectl = `kubectl -n ${namespace} rollout undo deployment/auth-service --to-revision ${wanted}`;
  if (earlier === undefined) {
    const numbers = own.flatMap((set) => revisionOf(set) ?? []).toSorted((one, other) => Number(one) - Number(other));
    throw new ExpectedStop(
      'usage',
      `Deployment/auth-service has no revision ${wanted}; it has ${numbers.join(', ') || 'none'}.`,
      [`kubectl -n ${namespace} rollout history deployment/auth-service`],
    );
  }
  const { change, differs, unseen } = toEarlierTemplate(deployment, earlier);
  const owner = ownerElsewhere(deployment);
  if (differs && owner !== undefined)
    throw new ExpectedStop(
      'refused',
      `Deployment/auth-service belongs to ${owner}: change it at its source. Nothing was changed.`,
      ['Make the change at its source, which brings it here.'],
    );
  if (unseen)
    throw new ExpectedStop(
      'refused',
      `Revision ${wanted} differs in commands, arguments or variables, which this tool does not read. Nothing was changed.`,
      [`kubectl does it whole: ${byKubectl}`],
    );
  return { change: differs && change.do === 'patch' ? change : undefined, deployment };
}

function read<T>(seen: Fetched<T>): T {
  if (seen.ok) return seen.value;
  throw new ExpectedStop('refused', `The revisions cannot be read, so nothing was changed: ${seen.detail}`);
}
