import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { inHours, isGoDuration } from '../../../src/core/kubernetes/go-duration.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { CertView } from '../view.ts';
import { silenceOf } from './silence.ts';

export type Blinding = { readonly certificate: KubernetesObject; readonly field: string; readonly value: string };

/**
 * Certificates that cert-manager cannot read: one of them, anywhere, and its list of all fails (`time: unknown unit "d" in duration
 * "90d"`, seen). Only the webhook refuses them. Throws where not all may be seen.
 */
export function blindingIn({ sight }: Pick<CertView, 'sight'>): readonly Blinding[] {
  return sight.list(kinds.Certificate).flatMap((certificate) =>
    ['duration', 'renewBefore'].flatMap((field) => {
      const value = textAt(certificate, `spec.${field}`);
      return value === undefined || isGoDuration(value) ? [] : [{ certificate, field, value }];
    }),
  );
}

export const certManagerBlinded: Cause<CertView> = {
  code: 'cert-manager-blinded',
  title: 'One unreadable Certificate stops cert-manager for all of them',
  severity: 'error',
  owner: 'platform',
  explains: ['renewal-overdue', 'request-not-approved', 'issuer-changed'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !silenceOf(view)) return clear();
    const blinding = blindingIn(view);
    const [first] = blinding;
    if (!first) return clear('the durations of all Certificates can be read');
    const { name, namespace } = first.certificate.metadata;
    return found({
      object: refTo(first.certificate),
      because: `spec.${first.field} of Certificate ${namespace}/${name} is "${first.value}", which is no duration to cert-manager. It cannot list any Certificate of the cluster before that is corrected, so nothing happens to ${certificate.metadata.name}.`,
      confidence: 'confirmed',
      evidence: blinding.slice(0, 5).map((item) => saw(item.certificate, `spec.${item.field}`, 'hours, as 2160h')),
      remedies: [...new Set(blinding.map((item) => item.certificate))].flatMap((item) => remediesOf(item, blinding)),
    });
  },
};

function remediesOf(certificate: KubernetesObject, blinding: readonly Blinding[]): readonly Remedy[] {
  const { name, namespace } = certificate.metadata;
  const spec = Object.fromEntries(
    blinding
      .filter((item) => item.certificate === certificate)
      .map(({ field, value }) => [field, inHours(value) ?? 'HOURSh']),
  );
  return [
    byHand({
      id: 'write-hours',
      title: `Write the ${Object.keys(spec).join(' and ')} of ${namespace}/${name} in hours`,
      risk: 'medium',
      commands: [`kubectl -n ${namespace} patch certificate ${name} --type merge -p '${JSON.stringify({ spec })}'`],
    }),
    byHand({
      id: 'delete-the-unreadable',
      title: `Or delete ${namespace}/${name}, where nobody needs it; its Secret stays`,
      risk: 'medium',
      commands: [`kubectl -n ${namespace} delete certificate ${name}`],
    }),
  ];
}
