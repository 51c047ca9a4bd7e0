import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { at, condition, textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import { spending } from '../budget.ts';
import { secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';

export const keyRotationNeverMismatch: Cause<CertView> = {
  code: 'key-rotation-never-mismatch',
  title: 'The stored key does not fit the Certificate, and may not be replaced',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate } = view;
    const issuing = certificate && condition(certificate, 'Issuing');
    if (!certificate || issuing?.status !== 'True' || issuing.reason !== 'SecretMismatch') return clear();
    // The event CannotRegenerateKey is gone after an hour; the condition stays.
    const fields = /Existing private key is not up to date for spec: \[(.*)\]/.exec(issuing.message)?.[1];
    const policy = textAt(certificate, 'spec.privateKey.rotationPolicy');
    if (fields === undefined || policy === 'Always' || view.request()) return clear();
    // Unset means Always since 1.18, which puts it right within seconds; a minute later it is an older version, where it means Never.
    const since = issuing.lastTransitionTime?.getTime() ?? view.sight.now.getTime();
    if (policy !== 'Never' && view.sight.now.getTime() - since < 60_000) return clear();
    const { namespace, name } = certificate.metadata;
    return found({
      object: refTo(certificate),
      because: `${fields} was changed, the key in Secret ${secretNameOf(certificate)} does not fit it, and rotationPolicy ${policy ?? '(unset)'} forbids a new one.`,
      confidence: 'confirmed',
      evidence: [
        sawCondition(certificate, issuing),
        saw(certificate, 'spec.privateKey.rotationPolicy', 'Always, or the key size and algorithm as before'),
      ],
      remedies: [
        spending(view, {
          id: 'rotate-key',
          title: 'Let cert-manager make a new key (rotationPolicy Always)',
          risk: 'low',
          automatic: 'yes',
          commands: [
            `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"privateKey":{"rotationPolicy":"Always"}}}'`,
          ],
          changes: [
            patchOf(
              certificate,
              at(certificate, 'spec.privateKey') === undefined
                ? [{ path: ['spec', 'privateKey'], to: { rotationPolicy: 'Always' } }]
                : [{ path: ['spec', 'privateKey', 'rotationPolicy'], to: 'Always' }],
            ),
          ],
          undo: 'Puts the rotation policy back; a key that was made in between stays.',
          reversible: true,
          blockedBy: null,
          healsWithin: 180,
        }),
        byHand({
          id: 'change-the-key-back',
          title: 'Or change the key size and algorithm back, where the key is pinned somewhere',
          commands: [`kubectl -n ${namespace} edit certificate ${name}`],
        }),
      ],
    });
  },
};
