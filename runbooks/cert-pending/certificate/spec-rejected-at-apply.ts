import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';
import { certificateTried, refusedCertificate } from './refused-certificate.ts';

type Fault = { readonly path: string; readonly wanted: string; readonly because: string };

/**
 * What cert-manager's webhook refuses leaves no trace in the cluster: the object stays as it was. Seen there is only what got in while
 * nobody checked, and of that only what stops cert-manager (seen): the rest of the rules it issues in spite of. What would be refused is
 * seen where the operator's own manifests are known: they are tried.
 */
export const specRejectedAtApply: Cause<CertView> = {
  code: 'spec-rejected-at-apply',
  title: 'The Certificate is one that cert-manager does not take',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate } = view;
    const [first, ...others] = certificate && view.unfinished ? faultsOf(certificate) : [];
    if (!certificate || !first) return ofTheManifests(view);
    const faults = [first, ...others];
    const { name, namespace } = certificate.metadata;
    return found({
      object: refTo(certificate),
      because: `${first.because} cert-manager's webhook refuses that; here it was not asked, and the controller does nothing with it and says so in its log only.`,
      confidence: 'confirmed',
      evidence: faults.map(({ path, wanted }) => saw(certificate, path, wanted)),
      remedies: [
        byHand({
          id: 'correct-the-spec',
          title: `Correct ${faults.map(({ path }) => path).join(' and ')} in your overlay, try it on the server, and apply it`,
          commands: ['orion-setup diff staging', `kubectl -n ${namespace} edit certificate ${name}`],
        }),
      ],
    });
  },
};

function ofTheManifests(view: CertView): Verdict {
  const tried = certificateTried(view);
  if (tried?.refused) return refusedCertificate(view, tried.refused);
  return clear(tried && 'the API server takes the Certificate as the manifests here have it');
}

/** The rules of cert-manager (internal/apis/certmanager/validation/certificate.go) that its controllers cannot do without. */
function faultsOf(certificate: KubernetesObject): readonly Fault[] {
  const names = ['dnsNames', 'ipAddresses', 'uris', 'emailAddresses', 'otherNames'];
  const isNamed =
    names.some((field) => listAt(certificate, `spec.${field}`).length > 0) ||
    ['commonName', 'literalSubject'].some((field) => (textAt(certificate, `spec.${field}`) ?? '') !== '');
  const secret = secretNameOf(certificate);
  return [
    ...(isNamed
      ? []
      : [
          {
            path: 'spec.dnsNames',
            wanted: 'at least one name',
            because: `${certificate.metadata.name} is for no name at all.`,
          },
        ]),
    ...(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(secret)
      ? []
      : [
          {
            path: 'spec.secretName',
            wanted: 'a name of small letters, digits, - and .',
            because: `"${secret}" cannot be the name of a Secret.`,
          },
        ]),
    ...keyFaults(certificate),
  ];
}

function keyFaults(certificate: KubernetesObject): readonly Fault[] {
  const size = numberAt(certificate, 'spec.privateKey.size') ?? 0;
  if (size === 0 || at(certificate, 'spec.privateKey') === undefined) return [];
  const algorithm = textAt(certificate, 'spec.privateKey.algorithm') || 'RSA';
  const wanted =
    algorithm === 'RSA' && (size < 2048 || size > 8192)
      ? '2048 to 8192'
      : algorithm === 'ECDSA' && ![256, 384, 521].includes(size)
        ? '256, 384 or 521'
        : undefined;
  return wanted
    ? [
        {
          path: 'spec.privateKey.size',
          wanted,
          because: `There is no ${algorithm} key of ${size} bits for ${certificate.metadata.name}.`,
        },
      ]
    : [];
}
