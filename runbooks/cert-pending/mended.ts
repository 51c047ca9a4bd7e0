import { canonical, familyOf } from '../../src/core/addresses.ts';
import { textAt } from '../../src/core/kubernetes/field.ts';
import { challengeOf, identityOf, type Refusal, refusalsOf, type Said } from './ca-answer.ts';
import { isAccountRefused, isOfEarlierAccount } from './issuer/account-refused.ts';
import { isStillAsked, profileRefused } from './order/acme-profile-unsupported.ts';
import { isForgotten } from './order/forgotten.ts';
import { recordsFor } from './outside/caa.ts';
import { isOfRedirect } from './outside/redirects.ts';
import type { CertView } from './view.ts';

/**
 * Whether the looks of this runbook would find again what a CA refused, had it stayed: only then do clean looks mean that it is over.
 * A refusal by some of the CA's own machines, or for DNS that only some resolvers find broken, looks the same from here before and after.
 */
export function isRefusalSeenFromHere(view: CertView, says: string): boolean {
  const refusal = refusalsOf(view).find((item) => item.says === says);
  if (!refusal || refusal.secondary) return false;
  const { problem } = refusal;
  if (problem.type === 'caa') return isCaaSeen(view, refusal);
  if (isOfRedirect(problem.detail)) return challengeOf(view, refusal) !== undefined;
  if (isOfGoneAddress(view, refusal)) return true;
  if (problem.type === 'dns') return /NXDOMAIN|no valid A records/.test(problem.detail);
  return problem.type === 'connection' && /timeout|refused/i.test(problem.detail);
}

/** What a CA is called in the records is known of a few; no records at all forbid nobody. */
function isCaaSeen(view: CertView, { host }: Refusal): boolean {
  const records = recordsFor(view.sight, host);
  return records === 'none' || (records !== 'unclear' && identityOf(view.issuer()) !== undefined);
}

const isOfGoneAddress = (view: CertView, { host, address }: Refusal): boolean =>
  address !== undefined &&
  familyOf(address) === 6 &&
  !view.dns(host).aaaa.some((item) => canonical(item) === canonical(address));

/** The same of what it said to an Order: to an account, a profile or an Order that is another by now. */
export function isAnswerOver(view: CertView, said: Said): boolean {
  if (isForgotten(said.says)) return true;
  if (isAccountRefused(said)) return isOfEarlierAccount(view, said);
  return profileRefused.test(said.says) && !isStillAsked(said.says, textAt(view.issuer(), 'spec.acme.profile'));
}
