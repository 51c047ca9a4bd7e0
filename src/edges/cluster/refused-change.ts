import type { Change } from '../../core/change.ts';
import { type Kind, resourceName } from '../../core/kubernetes/kinds.ts';
import type { ObjectRef } from '../../core/kubernetes/object.ts';
import type { Sent } from '../../core/outside/cluster-writer.ts';
import { type ApiStatus, rightMissing, statusOf } from './api-status.ts';
import type { Answer } from './exchange.ts';

export type Refused = Extract<Sent, { ok: false }>;

/** Turns the API server's refusal of a change into one of the reasons that the engine tells apart. */
export function refusedChange(answer: Answer, change: Change, kind: Kind, target: ObjectRef): Refused {
  const status = statusOf(answer);
  const refused = (why: Refused['why'], detail = status.message): Refused => ({ ok: false, why, detail });
  switch (answer.status) {
    case 403:
      return forbidden(status, change, kind, target);
    case 404:
      return refused('not-found');
    case 409:
      return conflict(status);
    case 429:
      return refused(
        status.causes.some(({ reason }) => reason === 'DisruptionBudget') ? 'disruption-budget' : 'too-many-requests',
        budgetDetail(status),
      );
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      // An admission webhook may choose any code; its sentence always begins so.
      return refused(isFromWebhook(status) ? 'denied' : 'invalid');
    case 503:
      return refused('unreachable');
    case 504:
      return refused('timed-out');
    default:
      // A field that a built-in kind does not have comes back from a server-side apply as 500.
      if (status.message.startsWith('failed to create typed patch object')) return refused('invalid');
      return refused('denied', `The API server answers ${status.code}: ${status.message}`);
  }
}

/**
 * Whether this may be the failure of one of the patch's tests: kube-apiserver answers those with 422 and one general sentence, the
 * same as for a path that is not there (endpoints/handlers/patch.go, applyJSPatch).
 */
export function patchDidNotFit(answer: Answer, change: Change): boolean {
  return (
    (change.do === 'patch' || change.do === 'status') && answer.status === 422 && statusOf(answer).causes.length === 0
  );
}

function forbidden(status: ApiStatus, change: Change, kind: Kind, target: ObjectRef): Refused {
  const right = rightMissing(status.message);
  if (right !== undefined) return { ok: false, why: 'forbidden', detail: status.message, needs: right };
  // A quota, Pod security, a webhook, a namespace that is going: no Role mends those.
  if (status.reason !== '') return { ok: false, why: 'denied', detail: status.message };
  const { verb, subresource } = rightFor[change.do];
  const where = kind.namespaced ? ` in ${target.namespace}` : '';
  return {
    ok: false,
    why: 'forbidden',
    detail: status.message,
    needs: `${verb} ${resourceName(kind)}${subresource}${where}`,
  };
}

const rightFor: Readonly<Record<Change['do'], { readonly verb: string; readonly subresource: string }>> = {
  apply: { verb: 'patch', subresource: '' },
  create: { verb: 'create', subresource: '' },
  patch: { verb: 'patch', subresource: '' },
  status: { verb: 'patch', subresource: '/status' },
  delete: { verb: 'delete', subresource: '' },
  evict: { verb: 'create', subresource: '/eviction' },
  alert: { verb: 'create', subresource: '/proxy' },
};

function conflict(status: ApiStatus): Refused {
  const detail = status.message;
  if (status.reason === 'AlreadyExists') return { ok: false, why: 'already-exists', detail };
  const conflicts = status.causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message, field }) => ({ manager: /"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message, field }));
  if (conflicts.length > 0) return { ok: false, why: 'conflict', detail, conflicts };
  // Someone else wrote in between ("the object has been modified"), or the uid is another's by now ("Precondition failed: UID").
  return { ok: false, why: 'changed-since', detail };
}

function budgetDetail(status: ApiStatus): string {
  const cause = status.causes.find(({ reason }) => reason === 'DisruptionBudget')?.message;
  return cause ? `${status.message} ${cause}` : status.message;
}

function isFromWebhook(status: ApiStatus): boolean {
  return (
    /^admission webhook ".*" denied the request/.test(status.message) ||
    /^ValidatingAdmissionPolicy /.test(status.message)
  );
}
