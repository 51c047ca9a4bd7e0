import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { type Condition, condition, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { issuerRefOf } from '../chain.ts';
import type { CertView } from '../view.ts';

/** cert-manager issues anew by itself, from the very moment that it sees the change. */
const minute = 60_000;

export const issuerChanged: Cause<CertView> = {
  code: 'issuer-changed',
  title: 'The issuer was changed, and the certificate is still of the old one',
  severity: 'warning',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate, sight } = view;
    const changed = certificate && changedOf(certificate);
    if (!certificate || !changed) return clear();
    const since = changed.lastTransitionTime ?? timeAt(certificate, 'metadata.creationTimestamp') ?? sight.now;
    const isYoung = sight.now.getTime() - since.getTime() < minute;
    // Once Issuing follows, what holds it up is told by the links below.
    if (!isYoung && isUnderWay(certificate)) return clear('cert-manager is issuing anew, as it should');
    const { kind, name } = issuerRefOf(certificate);
    return found({
      object: refTo(certificate),
      because: isYoung
        ? `${certificate.metadata.name} now names ${kind} ${name}; cert-manager issues it anew by itself.`
        : `${certificate.metadata.name} names ${kind} ${name}, its Secret is of another issuer, and cert-manager has not begun to issue anew.`,
      confidence: 'confirmed',
      evidence: [saw(certificate, 'spec.issuerRef'), sawCondition(certificate, changed)],
      ...(isYoung
        ? {
            waiting: {
              for: 'cert-manager to issue it anew',
              since,
              normallyUpTo: 'PT1M',
              nextTryAt: new Date(since.getTime() + minute),
            },
          }
        : {}),
      remedies: [
        byHand({
          id: 'renew-by-hand',
          title: 'Ask for it by hand; this asks the new issuer for one certificate',
          risk: 'medium',
          commands: [`cmctl renew -n ${certificate.metadata.namespace} ${certificate.metadata.name}`],
        }),
      ],
    });
  },
};

function changedOf(certificate: KubernetesObject): Condition | undefined {
  return ['Issuing', 'Ready']
    .map((type) => condition(certificate, type))
    .find((item) => item?.reason === 'IncorrectIssuer');
}

const isUnderWay = (certificate: KubernetesObject): boolean =>
  condition(certificate, 'Issuing') !== undefined || timeAt(certificate, 'status.lastFailureTime') !== undefined;
