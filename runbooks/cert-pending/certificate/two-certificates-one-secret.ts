import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';
import { disputeOf, isShim } from './secret-owner.ts';

export const twoCertificatesOneSecret: Cause<CertView> = {
  code: 'two-certificates-one-secret',
  title: 'Two Certificates write the same Secret',
  severity: 'error',
  owner: 'operator',
  explains: ['challenge-not-scheduled', 'acme-rate-limited-exact-set', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    const dispute = certificate && disputeOf(view);
    if (!certificate || !dispute)
      return clear(certificate ? `no other Certificate writes ${secretNameOf(certificate)}` : undefined);
    // One made from an Ingress annotation is the other cause: it comes back as long as the annotation stands.
    if ([dispute.owner, ...dispute.others].some(isShim)) return clear();
    const { owner, others } = dispute;
    const secret = secretNameOf(certificate);
    const names = others.map(({ metadata }) => metadata.name).join(', ');
    return found({
      object: refTo(others[0] ?? certificate),
      because: others.some((item) => condition(item, 'Issuing')?.status === 'True')
        ? `${owner.metadata.name} and ${names} are being issued into the same Secret ${secret}; the CA is asked twice, and only one of them can keep it.`
        : `${owner.metadata.name} and ${names} both write Secret ${secret}; only ${owner.metadata.name} may, so ${names} ${others.length > 1 ? 'are' : 'is'} never issued.`,
      confidence: 'confirmed',
      evidence: [owner, ...others].flatMap((item) => {
        const ready = condition(item, 'Ready');
        return [
          saw(item, 'spec.secretName', item === owner ? undefined : 'a Secret of its own'),
          ...(ready ? [sawCondition(item, ready)] : []),
        ];
      }),
      remedies: others.flatMap(({ metadata: { name, namespace } }) => [
        byHand({
          id: 'give-it-its-own-secret',
          title: `Give ${name} a Secret of its own, where it is needed`,
          risk: 'medium',
          commands: [
            `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"secretName":"${name}-tls"}}'`,
          ],
        }),
        byHand({
          id: 'delete-the-spare',
          title: `Or delete ${name}, where it is not; the Secret stays`,
          risk: 'medium',
          commands: [`kubectl -n ${namespace} delete certificate ${name}`],
        }),
      ]),
    });
  },
};
