import { type Change, targetOf } from '../../core/change.ts';
import { inverseOf } from '../../core/inverse.ts';
import type { Inverse } from '../../core/journal.ts';
import { intentOf } from '../../core/journal-intent.ts';
import { type KubernetesObject, refTo } from '../../core/kubernetes/object.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import type { ApplyFacts } from '../../core/setup/effect.ts';
import { nameOf } from './live-of.ts';
import type { ChangeJournal, Cluster, DeployPorts, Planned, Tell } from './ports.ts';

/** Why these changes are made, for the journal. */
export type Occasion = { readonly identity: ClusterIdentity; readonly namespace: string; readonly title: string };

/** A change with what takes it back, and how it is called where it is told. */
export type Step = {
  readonly name: string;
  readonly change: Change;
  readonly inverse: Inverse;
  readonly force: boolean;
};

/** One change set: a journal that begins with its first change. */
export type ChangeSet = {
  /** Undefined while nothing was sent. */
  readonly id: () => string | undefined;
  /** Sends the changes in their order, each noted before. Stops at the first refusal and says what was done. */
  readonly send: (steps: readonly Step[]) => Promise<ApplyFacts>;
  readonly verified: (ok: boolean, because: string) => Promise<void>;
  readonly close: (because: string) => Promise<void>;
};

export function changeSet(
  ports: DeployPorts,
  cluster: Cluster,
  occasion: Occasion,
  tell: Tell,
  signal: AbortSignal,
): ChangeSet {
  let journal: ChangeJournal | undefined;
  let n = 0;
  const at = () => cluster.clock.now().toISOString();

  const sendOne = async (open: ChangeJournal, { name, change, inverse, force }: Step): Promise<Sent> => {
    n += 1;
    const place = n;
    await open.append(intentOf(place, cluster.clock.now(), { change, inverse }, open.fingerprint));
    const sent = await cluster.writer.send(change, { dryRun: false, force }, signal);
    await open.append({ record: 'sent', n: place, at: at(), ...resultOf(sent) });
    const done = change.do === 'apply' || change.do === 'delete' ? change.do : 'patch';
    tell({ event: 'change-sent', do: done, object: name, ok: sent.ok, detail: sent.ok ? '' : sent.detail });
    return sent;
  };

  return {
    id: () => journal?.id,
    send: async (steps) => {
      if (steps.length === 0) return { outcome: 'applied', applied: [], notApplied: [], because: null };
      await using _ = await ports.journals.lock();
      journal ??= await begin(ports, occasion, at(), await cluster.reader.whoAmI(signal));
      const applied: string[] = [];
      for (const [place, step] of steps.entries()) {
        signal.throwIfAborted();
        const sent = await sendOne(journal, step);
        if (!sent.ok) {
          await journal.append({ record: 'closed', at: at(), because: `stopped at ${step.name}` });
          const notApplied = steps.slice(place).map(({ name }) => name);
          return { outcome: 'stopped', applied, notApplied, because: `${step.name}: ${sent.detail}` };
        }
        applied.push(step.name);
      }
      return { outcome: 'applied', applied, notApplied: [], because: null };
    },
    verified: async (ok, because) => journal?.append({ record: 'verified', at: at(), ok, because }),
    close: async (because) => journal?.append({ record: 'closed', at: at(), because }),
  };
}

const begin = (
  ports: DeployPorts,
  { identity, namespace, title }: Occasion,
  at: string,
  kubernetesUser: string | null,
): Promise<ChangeJournal> =>
  ports.journals.begin({
    at,
    by: { localUser: ports.localUser, ...(kubernetesUser === null ? {} : { kubernetesUser }) },
    cluster: {
      context: identity.context,
      server: identity.server,
      uid: identity.uid,
      caFingerprint: identity.caFingerprint,
    },
    namespace,
    command: ports.command,
    title,
  });

/** What is applied, as it was planned. */
export const applying = ({ object, live, force }: Planned): Step => ({
  name: nameOf(object),
  change: { do: 'apply', object },
  inverse: inverseOfApplying(object, live),
  force,
});

export function deleting(live: KubernetesObject): Step {
  const change: Change = { do: 'delete', ref: refTo(live), uid: live.metadata.uid ?? '' };
  return { name: nameOf(live), change, inverse: inverseOf(change), force: false };
}

export const patching = (change: Extract<Change, { do: 'patch' }>): Step => {
  const { kind, name, namespace } = targetOf(change);
  return { name: `${kind}/${namespace}/${name}`, change, inverse: inverseOf(change), force: false };
};

/** What was created can be deleted again; a namespace would take with it what others put there. */
function inverseOfApplying(object: KubernetesObject, live: KubernetesObject | undefined): Inverse {
  if (live !== undefined)
    return {
      cannot: `${nameOf(object)} was applied over what stood there; orion-setup rollback applies an earlier set`,
    };
  if (object.kind === 'Namespace') return { cannot: 'a namespace is not deleted, with all that others put there' };
  return { can: { do: 'delete', ref: refTo(object), uid: '' } };
}

function resultOf(sent: Sent) {
  if (!sent.ok) return { ok: false as const, why: sent.why, detail: sent.detail };
  const { uid, resourceVersion } = sent.object?.metadata ?? {};
  return {
    ok: true as const,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}
