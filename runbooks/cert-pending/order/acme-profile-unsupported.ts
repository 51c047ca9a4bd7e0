import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { patchIssuer } from '../issuer/patch-issuer.ts';
import type { CertView } from '../view.ts';

/** cert-manager's own words, from the CA's directory (third_party/forked/acme). */
export const profileRefused = /certificate authority does not (?:support profiles|advertise a profile)/;

export const acmeProfileUnsupported: Cause<CertView> = {
  code: 'acme-profile-unsupported',
  title: 'The CA does not know the profile that the issuer asks for',
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    if (!view.certificate || !view.unfinished) return clear();
    const said = answerToOrder(view);
    if (!said || !profileRefused.test(said.says)) return clear();
    const issuer = view.issuer();
    const profile = textAt(issuer, 'spec.acme.profile');
    if (!issuer || !isStillAsked(said.says, profile)) return clear('the issuer asks for that profile no longer');
    return found({
      object: refTo(issuer),
      because: `${issuer.kind} ${issuer.metadata.name} asks for the profile "${profile}", and the CA ${/support profiles/.test(said.says) ? 'has no profiles' : 'has none of that name'}.`,
      confidence: 'confirmed',
      evidence: [saw(issuer, 'spec.acme.profile', 'absent, or a profile of the CA'), heard(said)],
      remedies: [
        byHand({
          id: 'drop-the-profile',
          title: 'Take the profile away, or name one that the CA has',
          risk: 'medium',
          commands: [
            `curl -sS ${textAt(issuer, 'spec.acme.server') ?? 'DIRECTORY'} | grep -A8 profiles`,
            patchIssuer(issuer, { profile: null }),
          ],
        }),
      ],
    });
  },
};

/** The words of the last try outlive the correction. */
export function isStillAsked(says: string, profile: string | undefined): boolean {
  const named = /profile with name "?([^"\s]+)"?/.exec(says)?.[1];
  return profile !== undefined && profile !== '' && (named === undefined || named === profile);
}
