import { faceOf } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { exitCodeOfPrerequisites, prerequisitesReport, type Ran } from '../core/report/prerequisites-report.ts';
import { type EnvironmentName, environmentNames } from '../core/setup/settings.ts';
import { dismissedNotices, dismissNotices } from '../edges/files/dismissed-notices.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import { lookAtPrerequisites } from '../engine/prerequisites.ts';
import { prerequisitesText } from '../views/plain/prerequisites-text.ts';
import { printDocument } from './document.ts';
import { installMissing } from './install-missing.ts';
import { openCluster } from './open-cluster.ts';
import { foldersFor, placeOf } from './place.ts';

/** `orion-setup prerequisites [--install]`: looks, brings what is missing where that was asked for, looks again, prints. */
export async function lookAndInstall(invocation: Invocation, io: Io): Promise<number> {
  const { options } = invocation;
  const { state } = foldersFor(io);
  if (options.dismiss !== undefined) await dismissNotices(state, options.dismiss);
  const place = await placeOf(invocation, io);
  const environments = environmentsIn(options.env);
  const cluster = await openCluster(invocation, io, place.context);
  try {
    const identity = await cluster.identity();
    const startedAt = cluster.clock.now();
    const look = () =>
      lookAtPrerequisites({ reader: cluster.reader, shell: systemShell }, identity, environments, io.signal);
    let items = await look();
    let ran: readonly Ran[] = [];
    if (options.install) {
      ({ ran, items } = await installMissing(items, { ...cluster, place, identity, invocation, io, look }));
    }
    const report = prerequisitesReport({
      version: io.version,
      target: {
        profile: place.profile?.name ?? null,
        context: identity.context,
        server: identity.server,
        clusterUid: identity.uid,
        namespace: place.namespace ?? identity.namespace,
      },
      startedAt,
      endedAt: cluster.clock.now(),
      apiRequests: cluster.reader.requests(),
      items,
      dismissed: await dismissedNotices(state),
      ran,
    });
    if (faceOf(options, io) === 'document') printDocument(io, options.output, report);
    else io.out(prerequisitesText(report));
    return exitCodeOfPrerequisites(report);
  } finally {
    cluster.close();
  }
}

function environmentsIn(named: string | undefined): readonly EnvironmentName[] {
  if (named === undefined) return environmentNames;
  const found = environmentNames.find((name) => name === named);
  if (found === undefined) throw new ExpectedStop('usage', `--env is staging or production, not "${named}".`);
  return [found];
}
