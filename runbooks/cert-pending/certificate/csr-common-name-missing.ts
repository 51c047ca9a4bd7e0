import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { at, condition, textAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { spending } from '../budget.ts';
import { hostsOf } from '../chain.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';

/** Told by Ready=False; other versions tell it by InvalidRequest=True. */
const told = /requests a commonName that is not present/;

export const csrCommonNameMissing: Cause<CertView> = {
  code: 'csr-common-name-missing',
  title: 'The common name is not among the DNS names',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const name = textAt(certificate, 'spec.commonName') ?? '';
    const allowed = [...hostsOf(certificate), ...textsAt(certificate, 'spec.ipAddresses')];
    if (name === '' || allowed.includes(name)) return clear();
    const request = view.request();
    const refused = ['Ready', 'InvalidRequest']
      .flatMap((type) => (request && condition(request, type)) ?? [])
      .find(({ message }) => told.test(message));
    // The rule is ACME's (RFC 8555, 7.4); other issuers take any common name.
    const isCaseOnly = allowed.some((item) => item.toLowerCase() === name.toLowerCase());
    if (!refused && (isCaseOnly || at(view.issuer(), 'spec.acme') === undefined)) return clear();
    return found({
      object: refTo(certificate),
      because: `Certificate ${certificate.metadata.name} asks for the common name "${name}", which is none of its DNS names; ACME takes no such request.`,
      confidence: 'confirmed',
      evidence: [
        saw(certificate, 'spec.commonName', 'absent, or one of spec.dnsNames'),
        saw(certificate, 'spec.dnsNames'),
        ...(request && refused ? [sawCondition(request, { ...refused, message: quote(refused.message) })] : []),
      ],
      remedies: remediesFor(view, certificate, name),
    });
  },
};

function remediesFor(view: CertView, certificate: KubernetesObject, commonName: string): readonly Remedy[] {
  const { namespace, name } = certificate.metadata;
  const ingress = certificate.metadata.ownerReferences?.find(({ kind }) => kind === 'Ingress');
  return [
    spending(view, {
      id: 'remove-common-name',
      title: `Take the common name "${commonName}" away; browsers look at the DNS names only`,
      risk: 'low',
      automatic: 'yes',
      commands: [
        ingress
          ? `kubectl -n ${namespace} annotate ingress ${ingress.name} cert-manager.io/common-name-`
          : `kubectl -n ${namespace} patch certificate ${name} --type json -p '[{"op":"remove","path":"/spec/commonName"}]'`,
      ],
      changes: [patchOf(certificate, [{ path: ['spec', 'commonName'], to: undefined }])],
      undo: 'Puts the common name back.',
      reversible: true,
      blockedBy: ingress ? `the Certificate is made from Ingress ${ingress.name}, which would write it back` : null,
      healsWithin: 180,
    }),
    byHand({
      id: 'add-it-to-the-names',
      title: 'Or make it one of the DNS names, where it is a host of yours; it is then validated as they are',
      risk: 'low',
      commands: [
        `kubectl -n ${namespace} patch certificate ${name} --type json -p '[{"op":"add","path":"/spec/dnsNames/-","value":"${commonName}"}]'`,
      ],
    }),
  ];
}
