import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { certificateNameAnnotation, secretNameOf } from '../chain.ts';
import type { CertView } from '../view.ts';
import { disputeOf, isShim } from './secret-owner.ts';

/** What makes cert-manager's ingress-shim act on an Ingress. */
const shimAnnotations = ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer', 'kubernetes.io/tls-acme'];

export const ingressShimDuplicate: Cause<CertView> = {
  code: 'ingress-shim-duplicate',
  title: 'An Ingress annotation makes a second Certificate for the same Secret',
  severity: 'error',
  owner: 'operator',
  explains: [
    'challenge-not-scheduled',
    'two-certificates-one-secret',
    'acme-rate-limited-exact-set',
    'issuance-backoff',
  ],
  look(view) {
    const { certificate } = view;
    const dispute = certificate && disputeOf(view);
    if (!certificate || !dispute) return clear();
    const all = [dispute.owner, ...dispute.others];
    const shim = all.find(isShim);
    const explicit = all.find((item) => !isShim(item));
    if (!shim || !explicit) return clear();

    const ingress = ingressOf(view, shim);
    const annotations = ingress ? annotationsOf(ingress) : [];
    const ready = condition(dispute.owner === shim ? explicit : shim, 'Ready');
    return found({
      object: refTo(ingress ?? shim),
      because: `Certificate ${shim.metadata.name} is made from an annotation of Ingress ${ingressName(shim)} and writes Secret ${secretNameOf(shim)}, as ${explicit.metadata.name} does.`,
      confidence: 'confirmed',
      evidence: [
        saw(shim, 'spec.secretName'),
        saw(explicit, 'spec.secretName'),
        ...(ingress
          ? annotations.map(([name, value]) => ({
              from: nameOfObject(ingress),
              path: `metadata.annotations[${name}]`,
              saw: value,
              wanted: 'absent',
            }))
          : []),
        ...(ready ? [sawCondition(dispute.owner === shim ? explicit : shim, ready)] : []),
      ],
      remedies: [removeShim(view, { shim, explicit, ingress, annotations })],
    });
  },
};

const ingressName = (shim: KubernetesObject): string =>
  shim.metadata.ownerReferences?.find(({ kind }) => kind === 'Ingress')?.name ?? '';

function ingressOf(view: CertView, shim: KubernetesObject): KubernetesObject | undefined {
  const ingresses = view.sight.tryList(kinds.Ingress, view.namespace);
  return ingresses.ok ? ingresses.value.find(({ metadata }) => metadata.name === ingressName(shim)) : undefined;
}

const annotationsOf = (ingress: KubernetesObject): readonly (readonly [string, string])[] =>
  Object.entries(textMapAt(ingress, 'metadata.annotations')).filter(([name]) => shimAnnotations.includes(name));

type Parts = {
  readonly shim: KubernetesObject;
  readonly explicit: KubernetesObject;
  readonly ingress: KubernetesObject | undefined;
  readonly annotations: readonly (readonly [string, string])[];
};

/**
 * First the annotation, else the Certificate comes back; removing the annotation alone does not delete it (seen). Then its owner:
 * cert-manager hears of Ingresses and of Certificates by two watches, and a deletion that it hears of before the annotation is gone sends
 * it to the Ingress as it was, which makes the Certificate anew for good; of one that nobody owns it takes no notice
 * (pkg/controller/certificate-shim/ingresses). Safe only where the Secret already belongs to the explicit Certificate and would not be
 * collected with the other.
 */
function removeShim(view: CertView, { shim, explicit, ingress, annotations }: Parts): Remedy {
  const { namespace } = shim.metadata;
  const others = ownersButIngress(shim);
  return {
    id: 'remove-shim-certificate',
    title: `Take the annotation from Ingress ${ingressName(shim)} and delete Certificate ${shim.metadata.name}`,
    risk: 'medium',
    automatic: 'yes',
    commands: [
      ...(annotations.length > 0
        ? [
            `kubectl -n ${namespace} annotate ingress ${ingressName(shim)} ${annotations.map(([name]) => `${name}-`).join(' ')}`,
          ]
        : []),
      `kubectl -n ${namespace} patch certificate ${shim.metadata.name} --type json -p '${JSON.stringify([others ? { op: 'replace', path: '/metadata/ownerReferences', value: others } : { op: 'remove', path: '/metadata/ownerReferences' }])}'`,
      `kubectl -n ${namespace} delete certificate ${shim.metadata.name}`,
    ],
    changes: [
      ...(ingress && annotations.length > 0
        ? [
            patchOf(
              ingress,
              annotations.map(([name]) => ({ path: ['metadata', 'annotations', name], to: undefined })),
            ),
          ]
        : []),
      patchOf(shim, [{ path: ['metadata', 'ownerReferences'], to: others }]),
      { do: 'delete', ref: refTo(shim), uid: shim.metadata.uid ?? '' },
    ],
    undo: `Puts the annotation back; cert-manager then makes ${shim.metadata.name} anew, as the Ingress's own. The deleted object itself cannot be taken back.`,
    reversible: false,
    blockedBy: ingress
      ? unsafe(view, shim, explicit)
      : `could not see Ingress ${ingressName(shim)}, whose annotation would make it anew`,
    // The other Certificate is looked at again every three minutes (seen: 2 min 57 s).
    healsWithin: 210,
  };
}

const ownersButIngress = (shim: KubernetesObject) => {
  const others = shim.metadata.ownerReferences?.filter(({ kind }) => kind !== 'Ingress') ?? [];
  return others.length > 0 ? others : undefined;
};

function unsafe(view: CertView, shim: KubernetesObject, explicit: KubernetesObject): string | null {
  const secret = view.sight.tryGet(kinds.Secret, secretNameOf(shim), view.namespace);
  if (!secret.ok && secret.why === 'not-found') return null;
  if (!secret.ok)
    return `could not see whom Secret ${secretNameOf(shim)} belongs to (${secret.needs ?? secret.detail})`;
  if (secret.value.metadata.ownerReferences?.some(({ uid }) => uid === shim.metadata.uid)) {
    return `Secret ${secretNameOf(shim)} would be deleted with ${shim.metadata.name} (--enable-certificate-owner-ref)`;
  }
  const named = textMapAt(secret.value, 'metadata.annotations')[certificateNameAnnotation];
  return named === explicit.metadata.name
    ? null
    : `Secret ${secretNameOf(shim)} was issued for ${named ?? 'nobody'}: ${explicit.metadata.name} would be issued anew, which spends one of five a week`;
}
