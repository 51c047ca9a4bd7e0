import { textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { isAccountNewerThan, type Said } from '../ca-answer.ts';
import type { CertView } from '../view.ts';

/** boulder and pebble: deactivated by its owner, revoked by the CA, or not known (any more). */
export const isAccountRefused = ({ problem }: Said): boolean =>
  problem?.type === 'accountDoesNotExist' ||
  (problem?.type === 'unauthorized' && /Account is not valid|has status "/.test(problem.detail));

/** Said of an account that the issuer has replaced meanwhile: by the account's URL where it is named, else by the time. */
export function isOfEarlierAccount(view: CertView, { says }: Said): boolean {
  const issuer = view.issuer();
  const named = /Account "?(https?:\/\/[^\s"]+?)"? not found/.exec(says)?.[1];
  const uri = textAt(issuer, 'status.acme.uri');
  if (named !== undefined && uri !== undefined) return named !== uri;
  return isAccountNewerThan(issuer, timeAt(view.certificate, 'status.lastFailureTime'));
}
