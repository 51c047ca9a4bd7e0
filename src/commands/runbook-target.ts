import type { Runbook, Through } from '../core/diagnosis.ts';
import { ExpectedStop } from '../core/failure.ts';
import { type Kind, type KindName, kinds, ref } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject, ObjectRef } from '../core/kubernetes/object.ts';
import type { Looker } from '../core/look.ts';

type Where = { readonly namespace: string; readonly look: Looker; readonly signal: AbortSignal };

/** What a runbook looks at. OBJECT is `name` or `kind/name`; without it the service's own. */
export async function runbookTarget(runbook: Runbook, object: string | undefined, where: Where): Promise<ObjectRef> {
  const kind = kinds[runbook.target.kind as KindName];
  const { through } = runbook;
  if (object === undefined) return ref(kind, runbook.target.name, where.namespace);
  const [before = '', name = ''] = object.includes('/') ? object.split('/', 2) : [kind.plural, object];
  if (name !== '' && isCalled(kind, before)) return ref(kind, name, where.namespace);
  if (name !== '' && through && (before === through.short || isCalled(through.kind, before)))
    return await ledTo(kind, through, name, where);
  throw new ExpectedStop(
    'usage',
    `${runbook.name} looks at a ${kind.kind}, not at "${object}".`,
    [kind, ...(through ? [through.kind] : [])].map(
      (item) => `orion-setup runbook ${runbook.name} ${item.kind.toLowerCase()}/NAME`,
    ),
  );
}

const isCalled = ({ kind, plural }: Kind, word: string): boolean =>
  [kind.toLowerCase(), plural].includes(word.toLowerCase().split('.')[0] ?? '');

/** The one that an object of another kind leads to; of several none is taken for granted. */
async function ledTo(kind: Kind, { kind: other, leadsTo }: Through, name: string, where: Where): Promise<ObjectRef> {
  const { namespace } = where;
  const [others, all] = await Promise.all([listed(other, where), listed(kind, where)]);
  const object = others.find(({ metadata }) => metadata.name === name);
  if (!object)
    throw new ExpectedStop(
      'usage',
      `There is no ${other.kind} "${name}" in ${namespace}.${others.length > 0 ? ' There are:' : ` There is no ${other.kind} at all.`}`,
      others.map(({ metadata }) => metadata.name),
    );
  const led = leadsTo(object, all).map(({ metadata }) => metadata.name);
  const [only] = led;
  if (only !== undefined && led.length === 1) return ref(kind, only, namespace);
  const names = led.length > 1 ? led : all.map(({ metadata }) => metadata.name);
  throw new ExpectedStop(
    'usage',
    led.length > 1
      ? `${other.kind} ${name} selects the pods of ${led.length} ${kind.kind}s. Name the one that is meant:`
      : `${other.kind} ${name} selects the pods of no ${kind.kind} in ${namespace}.${names.length > 0 ? ` Name the ${kind.kind} that it is meant for, one of:` : ''}`,
    names.map((one) => `${kind.kind.toLowerCase()}/${one}`),
  );
}

async function listed(kind: Kind, { namespace, look, signal }: Where): Promise<readonly KubernetesObject[]> {
  const seen = await look({ at: 'list', kind, namespace }, signal);
  if (seen.ok) return seen.value;
  const isClosed = seen.why === 'forbidden';
  throw new ExpectedStop(
    isClosed ? 'usage' : 'no-connection',
    `The ${kind.plural} of ${namespace} could not be listed: ${seen.detail}.`,
    isClosed
      ? [
          'Name the object itself instead: kind/NAME',
          ...(seen.needs ? [`The right that is missing: ${seen.needs}`] : []),
        ]
      : [],
  );
}
