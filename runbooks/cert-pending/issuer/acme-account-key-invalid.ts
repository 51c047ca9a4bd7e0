import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { accountNamespaceOf, accountSecretOf, withNewAccountKey } from './new-account-key.ts';
import { unreadyIssuer } from './ready.ts';

/** cert-manager, pkg/issuer/acme/setup.go, where ErrVerifyACMEAccount is about the key. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/secrets? "[^"]*" already exists/, 'is there, but not as cert-manager left it'],
  [/ccount private key is invalid|error decoding (?:tls )?private key/, 'holds no private key that can be read'],
  [/ACME private key in "[^"]*" is not of type RSA/, 'holds a key that is not RSA'],
  [
    /disableAccountKeyGeneration' set to true, but the secret was not found/,
    'does not exist, and the issuer forbids to make one',
  ],
];

export const acmeAccountKeyInvalid: Cause<CertView> = {
  code: 'acme-account-key-invalid',
  title: 'The key of the ACME account cannot be used',
  severity: 'error',
  owner: 'platform',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const unready = unreadyIssuer(view);
    if (!unready) return clear();
    const { issuer, ready } = unready;
    const why =
      texts.find(([text]) => text.test(ready.message))?.[1] ??
      // What begins so is of the reading of the Secret, or of the way to the CA.
      (ready.reason === 'ErrVerifyACMEAccount' && !/^Failed to verify ACME account: /.test(ready.message)
        ? 'cannot be used'
        : undefined);
    const secret = accountSecretOf(issuer);
    if (!why || secret === '') return clear();
    return found({
      object: refTo(issuer),
      because: `Secret ${accountNamespaceOf(issuer)}/${secret}, the account key of ${issuer.kind} ${issuer.metadata.name}, ${why}.`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(issuer, { ...ready, message: quote(ready.message) }),
        saw(issuer, 'spec.acme.privateKeySecretRef', 'a Secret with an RSA key, or one that is not there yet'),
      ],
      remedies: [withNewAccountKey(issuer)],
    });
  },
};
