import { userInfo } from 'node:os';
import { join } from 'node:path';
import { inverseOf } from '../core/inverse.ts';
import type { Begun } from '../core/journal.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { ClusterIdentity, ClusterReader } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { type Journals, makeJournals, type OpenJournal } from '../edges/journal/journals.ts';
import type { ChangeLog } from '../engine/mend.ts';
import { foldersFor } from './place.ts';

/** The journals of this machine's user. */
export const journalsOf = (io: Pick<Io, 'env'>): Journals =>
  makeJournals({ folder: join(foldersFor(io).state, 'journal') });

export type Occasion = {
  readonly identity: ClusterIdentity;
  /** Asked as whom it is done: once, when something is about to be changed. */
  readonly reader: Pick<ClusterReader, 'whoAmI'>;
  readonly namespace: string;
  readonly command: string;
  readonly title: string;
  readonly undoes?: string;
  readonly profile?: string | undefined;
};

/** Begins a change set in the journal. The way back of each change is on disk before the change is sent. */
export async function openChangeLog(journals: Journals, clock: Clock, occasion: Occasion): Promise<ChangeLog> {
  return changeLogOver(await beginJournal(journals, clock, occasion), clock);
}

export async function beginJournal(journals: Journals, clock: Clock, occasion: Occasion): Promise<OpenJournal> {
  const { identity, reader, namespace, command, title, undoes, profile } = occasion;
  const kubernetesUser = await reader.whoAmI(new AbortController().signal);
  const begun: Omit<Begun, 'record' | 'id' | 'salt'> = {
    at: clock.now().toISOString(),
    by: { localUser: userInfo().username, ...(kubernetesUser === null ? {} : { kubernetesUser }) },
    cluster: {
      context: identity.context,
      server: identity.server,
      uid: identity.uid,
      caFingerprint: identity.caFingerprint,
    },
    namespace,
    command,
    title,
    ...(undoes === undefined ? {} : { undoes }),
    ...(profile === undefined ? {} : { profile }),
  };
  return await journals.begin(begun);
}

function changeLogOver(journal: OpenJournal, clock: Clock): ChangeLog {
  const at = () => clock.now().toISOString();
  return {
    id: journal.id,
    intend: (place, change, relaxUntil) =>
      journal.append({
        record: 'intent',
        n: place + 1,
        at: at(),
        change,
        inverse: inverseOf(change),
        ...(relaxUntil ? { relaxUntil: relaxUntil.toISOString() } : {}),
      }),
    sent: (place, sent) =>
      journal.append(
        sent.ok
          ? {
              record: 'sent',
              n: place + 1,
              at: at(),
              ok: true,
              uid: sent.object?.metadata.uid,
              resourceVersion: sent.object?.metadata.resourceVersion,
            }
          : { record: 'sent', n: place + 1, at: at(), ok: false, why: sent.why, detail: sent.detail },
      ),
    undone: (place) => journal.append({ record: 'undone', n: place + 1, at: at() }),
    verified: (ok, because) => journal.append({ record: 'verified', at: at(), ok, because }),
  };
}
