import type { Change } from '../../core/change.ts';
import { ExpectedStop } from '../../core/failure.ts';
import type { Inverse } from '../../core/journal.ts';
import { intentOf } from '../../core/journal-intent.ts';
import { refTo } from '../../core/kubernetes/object.ts';
import type { ClusterIdentity } from '../../core/outside/cluster-reader.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import type { ApplyFacts } from '../../core/setup/effect.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import { nameOf } from './plan.ts';
import type { ChangeJournal, Cluster, Emit, Planned, SetupPorts } from './ports.ts';

/** Why these changes are made, for the journal. */
export type Occasion = { readonly identity: ClusterIdentity; readonly namespace: string; readonly title: string };

/** Nothing is written on a cluster that is not the pinned one, and nothing of production on one that cannot be told for sure. */
export async function guardPin(
  ports: SetupPorts,
  profile: string | undefined,
  environment: EnvironmentName,
  identity: ClusterIdentity,
): Promise<void> {
  const strange = await ports.profile.strangeness(profile, environment, identity);
  if (strange.length > 0) {
    throw new ExpectedStop(
      'refused',
      `The context ${identity.context} leads to another cluster than the one ${environment} is pinned to: ${strange.join('; ')}. Nothing was changed.`,
      [
        'Look where the context leads: kubectl config view --minify',
        'If the cluster was replaced on purpose: orion-setup profile create, and set up anew.',
      ],
    );
  }
  if (environment === 'production' && identity.uid === null) {
    throw new ExpectedStop(
      'refused',
      'The namespace kube-system may not be read, so this cluster cannot be told for sure; production is not written to.',
      ['The right that is missing: get namespaces kube-system'],
    );
  }
}

/** Sends the changes in their order, each noted before. Stops at the first refusal and says what was done. */
export async function sendAll(
  ports: SetupPorts,
  cluster: Cluster,
  occasion: Occasion,
  changes: readonly Planned[],
  emit: Emit,
  signal: AbortSignal,
): Promise<ApplyFacts> {
  if (changes.length === 0) return { outcome: 'applied', applied: [], notApplied: [], because: null };
  await using _ = await ports.journals.lock();
  const journal = await begin(ports, occasion);
  const applied: string[] = [];
  for (const [place, planned] of changes.entries()) {
    signal.throwIfAborted();
    const object = nameOf(planned.object);
    const change: Change = { do: 'apply', object: planned.object };
    const n = place + 1;
    await journal.append(intentOf(n, ports.clock.now(), { change, inverse: inverseOf(planned) }, journal.fingerprint));
    const sent = await cluster.writer.send(change, { dryRun: false, force: planned.force }, signal);
    await journal.append({ record: 'sent', n, at: ports.clock.now().toISOString(), ...resultOf(sent) });
    emit({ event: 'change-sent', object, ok: sent.ok, detail: sent.ok ? '' : sent.detail });
    if (!sent.ok) {
      await close(ports, journal, `stopped at ${object}`);
      const notApplied = changes.slice(place).map(({ object: one }) => nameOf(one));
      return { outcome: 'stopped', applied, notApplied, because: `${object}: ${sent.detail}` };
    }
    applied.push(object);
  }
  await close(ports, journal, 'applied');
  return { outcome: 'applied', applied, notApplied: [], because: null };
}

const begin = (ports: SetupPorts, { identity, namespace, title }: Occasion): Promise<ChangeJournal> =>
  ports.journals.begin({
    at: ports.clock.now().toISOString(),
    by: { localUser: ports.localUser },
    cluster: {
      context: identity.context,
      server: identity.server,
      uid: identity.uid,
      caFingerprint: identity.caFingerprint,
    },
    namespace,
    command: 'setup',
    title,
  });

const close = (ports: SetupPorts, journal: ChangeJournal, because: string): Promise<void> =>
  journal.append({ record: 'closed', at: ports.clock.now().toISOString(), because });

/** What was created can be deleted again; a namespace would take with it what others put there. */
function inverseOf({ object, live }: Planned): Inverse {
  if (live !== undefined) return { cannot: 'it is applied as a whole; an earlier version is applied over it' };
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
