import { groupOf, type Kind, resourceName } from '../core/kubernetes/kinds.ts';

/** Refusals of the practice API: metav1.Status bodies worded as the real API server words them (apimachinery, api/errors). */
export type StatusBody = {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
};

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
};

export type Cause = { readonly reason: string; readonly message: string; readonly field?: string };

/** Thrown where a request is refused; the server sends its body. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  readonly body: StatusBody;

  constructor(body: StatusBody) {
    super(body.message ?? '');
    this.body = body;
  }
}

export function refusal(code: number, reason: string, message: string, details: StatusDetails = {}): ApiRefusal {
  return new ApiRefusal({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    details,
    code,
  });
}

/** `details` name the resource by its plural, except where the server has only the kind at hand. */
const detailsOf = (kind: Kind, name: string): StatusDetails => {
  const group = groupOf(kind);
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: kind.plural };
};

/** `Certificate.cert-manager.io`, as validation names a kind. */
const qualifiedKind = (kind: Kind): string => (groupOf(kind) ? `${kind.kind}.${groupOf(kind)}` : kind.kind);

export const success = (kind: Kind, name: string, uid: string): StatusBody => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...detailsOf(kind, name), uid },
  code: 200,
});

export const notFound = (kind: Kind, name: string): ApiRefusal =>
  refusal(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, detailsOf(kind, name));

export const noSuchPath = (): ApiRefusal =>
  refusal(404, 'NotFound', 'the server could not find the requested resource');

export const alreadyExists = (kind: Kind, name: string): ApiRefusal =>
  refusal(409, 'AlreadyExists', `${resourceName(kind)} "${name}" already exists`, detailsOf(kind, name));

export const modifiedSince = (kind: Kind, name: string): ApiRefusal =>
  refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(kind, name),
  );

/** Preconditions of a deletion name the kind where all else names the plural (apiserver, registry/rest/delete.go). */
export const preconditionFailed = (
  kind: Kind,
  name: string,
  what: 'UID' | 'ResourceVersion',
  wanted: string,
  found: string,
): ApiRefusal => {
  const tail =
    what === 'UID' ? 'The object might have been deleted and then recreated' : 'The object might have been modified';
  const group = groupOf(kind);
  return refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedKind(kind)} "${name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ${tail}`,
    { name, ...(group ? { group } : {}), kind: kind.kind },
  );
};

export const badRequest = (message: string): ApiRefusal => refusal(400, 'BadRequest', message);

export type Invalidity = { readonly field: string; readonly message: string; readonly reason: string };

export const requiredValue = (field: string, detail = ''): Invalidity => ({
  field,
  message: detail ? `Required value: ${detail}` : 'Required value',
  reason: 'FieldValueRequired',
});
export const invalidValue = (field: string, value: unknown, detail: string): Invalidity => ({
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
  reason: 'FieldValueInvalid',
});

export function invalid(kind: Kind, name: string, found: readonly Invalidity[]): ApiRefusal {
  const sentences = found.map(({ field, message }) => `${field}: ${message}`);
  const told = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  const group = groupOf(kind);
  return refusal(422, 'Invalid', `${qualifiedKind(kind)} "${name}" is invalid: ${told}`, {
    name,
    ...(group ? { group } : {}),
    kind: kind.kind,
    causes: found.map(({ field, message, reason }) => ({ reason, message, field })),
  });
}

/** A patch that cannot be applied, a failed test among them: the real server says no more than this (apiserver, handlers/patch.go). */
export const unprocessablePatch = (): ApiRefusal =>
  refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

export const notInPractice = (feature: string): ApiRefusal =>
  refusal(501, 'NotImplemented', `the practice cluster does not have ${feature}`);
