import { groupOf, type Kind } from '../core/kubernetes/kinds.ts';
import { nameOf } from '../core/look.ts';
import type { Scenario } from '../core/scenario.ts';
import { type Attempt, forbidden, type User } from './access.ts';
import { type ApiRefusal, noSuchPath, refusal } from './api-status.ts';
import type { Route } from './route.ts';

/** A scenario may refuse reads, to everybody: they are named as its looks are. */
export function checkRefused(
  refused: Scenario['refused'],
  { kind, namespace, name, subresource }: Route,
  verb: string,
  user: User,
): void {
  const isEviction = subresource === 'eviction';
  if (verb !== 'list' && verb !== 'get' && !isEviction) return;
  const where = namespace === undefined ? {} : { namespace };
  const look = isEviction
    ? nameOf({ at: 'evict', namespace: namespace ?? '', name, uid: '' })
    : nameOf(verb === 'list' ? { at: 'list', kind, ...where } : { at: 'get', kind, name, ...where });
  const found = refused.find((item) => look === item.look || look.startsWith(`${item.look} `));
  if (found)
    throw refusedAs(found, user, kind, {
      verb,
      group: groupOf(kind),
      resource: isEviction ? 'pods/eviction' : kind.plural,
      namespace,
      name,
    });
}

function refusedAs({ why, detail }: Scenario['refused'][number], user: User, kind: Kind, attempt: Attempt): ApiRefusal {
  if (why === 'forbidden') return forbidden(user, kind, attempt);
  if (why === 'not-found') return noSuchPath();
  if (why === 'timed-out')
    return refusal(
      504,
      'Timeout',
      detail ?? 'Timeout: request did not complete within the requested timeout - context deadline exceeded',
    );
  return refusal(503, 'ServiceUnavailable', detail ?? 'the server is currently unable to handle the request');
}
