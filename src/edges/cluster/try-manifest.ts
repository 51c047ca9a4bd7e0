import type { Fetched } from '../../core/fetched.ts';
import { kindOf, pathOf, resourceName } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { ManifestAnswer } from '../../core/look-answers.ts';
import { rightMissing, statusOf } from './api-status.ts';
import { unread } from './refused-read.ts';
import type { Transport } from './transport.ts';

/** So long a refusal is kept whole. */
const mostCharacters = 160;

/**
 * Offers an object to the API server as a dry run, its spec in the place of the one that is there now: whether it would be taken as it
 * stands. Nothing is kept of it, and nothing that others set is mixed in: only the manifest itself is judged.
 */
export async function tryManifest(
  transport: Transport,
  object: KubernetesObject,
  live: KubernetesObject | undefined,
  signal: AbortSignal,
): Promise<Fetched<ManifestAnswer>> {
  const { name, namespace } = object.metadata;
  const kind = kindOf(object);
  if (kind === undefined) return unread('not-found', `${object.kind} is not known here.`);
  const reply = await transport.send(
    live
      ? {
          method: 'PATCH',
          path: `${pathOf(kind, namespace, name)}?dryRun=All&fieldValidation=Strict`,
          body: [{ op: 'replace', path: '/spec', value: object['spec'] }],
          contentType: 'application/json-patch+json',
          repeatable: true,
        }
      : {
          method: 'POST',
          path: `${pathOf(kind, namespace)}?dryRun=All&fieldValidation=Strict`,
          body: object,
          repeatable: true,
        },
    signal,
  );
  if (!reply.ok) return unread(reply.why, reply.detail);
  const { code, message, causes } = statusOf(reply);
  if (code === 403 && rightMissing(message) !== undefined)
    return {
      ...unread('forbidden', message),
      needs: `${live ? 'patch' : 'create'} ${resourceName(kind)} in ${namespace}`,
    };
  if (code === 429 || code >= 500)
    return unread('timed-out', `The API server does not answer it now (${code}): ${message}`);
  const owner = ownersWebhook.exec(message)?.[1];
  if (owner !== undefined) return { ok: true, value: { refused: deniedFields(owner) } };
  return { ok: true, value: { refused: code === 400 || code === 422 ? refusedFields(message, causes) : [] } };
}

type Refused = ManifestAnswer['refused'][number];

/** The webhook of those whose kind it is checks what a schema cannot; it names its fields in the text alone. */
const ownersWebhook = /^admission webhook "webhook\.cert-manager\.io" denied the request: ([\s\S]+)$/;

/** `spec.duration: Invalid value: …`, or several of these in brackets (apimachinery, util/validation/field and util/errors). */
function deniedFields(text: string): readonly Refused[] {
  const kinds = 'Invalid value|Required value|Forbidden|Unsupported value|Duplicate value|Too long|Too many';
  const one = `(spec[\\w.[\\]-]*): ((?:${kinds})[\\s\\S]*?)`;
  const all = [
    ...text.replace(/^\[([\s\S]*)\]$/, '$1').matchAll(new RegExp(`${one}(?=, spec[\\w.[\\]-]*: (?:${kinds})|$)`, 'g')),
  ];
  const fields = all.map(([, field = '', says = '']): Refused => ({ field, message: shortened(field, says) }));
  return fields.length > 0 ? fields : [{ field: 'spec', message: shortened('spec', text) }];
}

/**
 * The fields that are not taken. What is refused without naming one, by a policy or for a conflict, says nothing of the manifest. A value may
 * be a whole object, and what stands in a variable is nobody's business: such a value is left out.
 */
function refusedFields(message: string, causes: readonly { readonly field: string; readonly message: string }[]) {
  const unknown = [...message.matchAll(/(unknown|duplicate) field \\?"([^"\\]+)\\?"/g)].map(
    ([, what = '', field = '']): Refused => ({ field, message: `${what} field` }),
  );
  if (unknown.length > 0) return unknown;
  return causes
    .filter(({ field }) => field !== '')
    .map(({ field, message: says }): Refused => ({ field, message: shortened(field, says) }));
}

function shortened(field: string, says: string): string {
  // What is supported is the longest part of a refusal, and no secret.
  if (/^Unsupported value: [^{]{0,80}: supported values: /.test(says) && !/\benv\b/.test(field))
    return says.slice(0, mostCharacters);
  const reason = /^(\w+ value): [\s\S]*: (.+)$/.exec(says);
  if (reason && (says.length > mostCharacters || /\benv\b/.test(field))) return `${reason[1]}: …: ${reason[2]}`;
  return says.slice(0, mostCharacters);
}
