import { textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';
import { isLeftBehind } from './left-behind.ts';
import { conflictOver } from './nginx-admission-conflict.ts';
import { webhookFailureOver } from './nginx-admission-unavailable.ts';
import { pathTypeOver } from './nginx-pathtype-exact-rejected.ts';
import { isOutlived } from './outlived.ts';
import { everRefusedIn } from './presenting.ts';

/** A Challenge that cert-manager has yet to look at anew. `longest`: how long that may take, as an ISO 8601 duration. */
export type Overtaken = { readonly challenge: KubernetesObject; readonly awaits: string; readonly longest: string };

/** The first Challenge whose words the objects have overtaken: nothing is wrong there any more, and cert-manager does not know it yet. */
export function overtakenIn(view: CertView): Overtaken | undefined {
  const replaced = view.httpChallenges().find((challenge) => isOutlived(view, challenge) && !isStuck(view, challenge));
  if (replaced) {
    const why = replaced.metadata.deletionTimestamp ? 'which is being deleted' : 'whose solver the issuer has no more';
    const awaits = `cert-manager to replace Challenge ${replaced.metadata.name}, ${why}`;
    return { challenge: replaced, awaits, longest: 'PT1M' };
  }
  for (const refused of everRefusedIn(view)) {
    const over = conflictOver(view, refused) ?? webhookFailureOver(view, refused) ?? pathTypeOver(view, refused);
    if (!over || isLeftBehind(view, refused.challenge)) continue;
    const { challenge } = refused;
    const awaits = `cert-manager's next try to present the challenge of ${textAt(challenge, 'spec.dnsName')}, which was refused before: ${over} (it tries every half an hour at the least, and at once when the Challenge is touched)`;
    return { challenge, awaits, longest: 'PT30M' };
  }
  return undefined;
}

/** Its deletion takes seconds; one that lasts is no wait any more. */
function isStuck({ sight }: CertView, challenge: KubernetesObject): boolean {
  const since = timeAt(challenge, 'metadata.deletionTimestamp');
  return since !== undefined && sight.now.getTime() - since.getTime() > 60_000;
}
