import { at, listAt, textAt } from '../../core/kubernetes/field.ts';
import { redactText } from '../../core/redact.ts';
import type { Answer } from './exchange.ts';

/** A refusal of the API server (kind Status, meta/v1). Texts are stripped and redacted. */
export type ApiStatus = {
  readonly code: number;
  /** `Forbidden`, `Conflict` …; empty where the answer is no Status, so comes from something in front of the API server. */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
  /** Name of the object that is meant; empty where it is about the resource itself. */
  readonly name: string;
};

export function statusOf(answer: Pick<Answer, 'status' | 'text'>): ApiStatus {
  const body = parseJson(answer.text);
  const isStatus = at(body, 'kind') === 'Status';
  const plain = answer.text.trimStart().startsWith('<')
    ? 'a web page'
    : answer.text.trim().split('\n')[0]?.slice(0, 300);
  const text = (path: string) => redactText(textAt(body, path) ?? '');
  return {
    code: answer.status,
    reason: isStatus ? text('reason') : '',
    message: isStatus ? text('message') : redactText(plain || 'nothing'),
    causes: isStatus
      ? listAt(body, 'details.causes').map((cause) => ({
          reason: redactText(textAt(cause, 'reason') ?? ''),
          message: redactText(textAt(cause, 'message') ?? ''),
          field: redactText(textAt(cause, 'field') ?? ''),
        }))
      : [],
    name: isStatus ? text('details.name') : '',
  };
}

/** The JSON value, or undefined where it is none. Parser errors quote the text, so they are not passed on. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The right that a refusal by RBAC names, as `list challenges.acme.cert-manager.io in orion-staging`; undefined where the refusal
 * comes from elsewhere (admission, quota, Pod security), which no Role mends.
 * k8s.io/apiserver, endpoints/handlers/responsewriters, forbiddenMessage.
 */
export function rightMissing(message: string): string | undefined {
  const found =
    / is forbidden: User ".*?" cannot (?<verb>\S+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)"| (?<cluster>at the cluster scope))?/.exec(
      message,
    )?.groups;
  if (found === undefined) return undefined;
  const { verb, resource = '', group, namespace } = found;
  const [plural, ...subresource] = resource.split('/');
  const full = [group ? `${plural}.${group}` : plural, ...subresource].join('/');
  return `${verb} ${full}${namespace ? ` in ${namespace}` : ''}`;
}

/** Whether the API server itself answers, and not who stands behind its proxy. */
export function ownRefusal(reply: Pick<Answer, 'status' | 'text'>): boolean {
  const body = parseJson(reply.text);
  return reply.status >= 400 && at(body, 'kind') === 'Status' && at(body, 'apiVersion') === 'v1';
}
