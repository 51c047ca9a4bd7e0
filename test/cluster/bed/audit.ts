import { readFileSync, statSync } from 'node:fs';
import type { Json } from './api-client.ts';
import { until } from './waiting.ts';

/** One request that changes something, or would: `dryRun` tells which. */
export type AuditEntry = {
  readonly at: string;
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dryRun: boolean;
  /** The HTTP status of the answer. */
  readonly code: number;
};

/** Where the log ended at some moment. */
export type AuditMark = number;

export const auditMark = (file: string): AuditMark => statSync(file).size;

function entryOf(event: Json): AuditEntry {
  const { resource = '', subresource, namespace, name, apiGroup = '' } = event.objectRef ?? {};
  return {
    at: event.requestReceivedTimestamp,
    user: event.user.username,
    verb: event.verb,
    uri: event.requestURI,
    group: apiGroup,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    dryRun: new URL(event.requestURI, 'https://bed').searchParams.has('dryRun'),
    code: event.responseStatus?.code ?? 0,
  };
}

function eventsSince(file: string, mark: AuditMark): readonly Json[] {
  const log = readFileSync(file);
  // A long line may be seen half-written: one that was when the mark was set began before it, and one that still is has no end yet.
  const endBefore = mark === 0 ? -1 : log.indexOf('\n', mark - 1);
  if (mark > 0 && endBefore === -1) return [];
  return log
    .subarray(endBefore + 1)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/**
 * Every changing request that was answered since the mark. The API server writes RequestReceived before it answers and
 * ResponseComplete shortly after: this waits until each request that had begun is complete, so none can be missed.
 */
export async function readAudit(file: string, mark: AuditMark): Promise<readonly AuditEntry[]> {
  const begun = eventsSince(file, mark).map((event) => event.auditID);
  return until('the audit log to be complete', () => {
    const finished = eventsSince(file, mark).filter(
      (event) => event.stage === 'ResponseComplete' || event.stage === 'Panic',
    );
    const ids = new Set(finished.map((event) => event.auditID));
    return begun.every((id) => ids.has(id)) ? finished.map(entryOf) : undefined;
  });
}

/** What anybody but the cluster's own controllers changed since the mark; an access review keeps nothing. */
export const writesSince = async (file: string, mark: AuditMark): Promise<readonly AuditEntry[]> =>
  (await readAudit(file, mark)).filter(
    ({ user, dryRun, resource }) => !user.startsWith('system:') && !dryRun && !resource.endsWith('reviews'),
  );
