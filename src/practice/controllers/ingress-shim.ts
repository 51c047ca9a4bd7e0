import { at, listAt, textAt, textMapAt, textsAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { isMap, same } from '../json.ts';
import { ownerOf } from './status.ts';
import { type Controller, idle, joined, type Turn, type View, type Write } from './turn.ts';

const by = 'cert-manager-ingress-shim';

/**
 * Makes a Certificate, named after the TLS Secret, for each Ingress that asks for one by annotation (pkg/controller/certificate-shim).
 * Taking the annotation away leaves the Certificate: nothing is synced then.
 */
export const ingressShim: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Ingress).map((ingress) => shimOne(view, ingress))),
};

function shimOne(view: View, ingress: KubernetesObject): Turn {
  const { namespace, uid } = ingress.metadata;
  const isOwn = (item: KubernetesObject): boolean =>
    item.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
  if (!view.isStirred(ingress) && !view.stirred(kinds.Certificate, isOwn)) return idle;
  if (ingress.metadata.deletionTimestamp !== undefined) return idle;
  const annotations = textMapAt(ingress, 'metadata.annotations');
  const [cluster, local] = [annotations['cert-manager.io/cluster-issuer'], annotations['cert-manager.io/issuer']];
  if (cluster === undefined && local === undefined) return idle;
  if (cluster !== undefined && local !== undefined) {
    return badConfig(view, ingress, [
      'Could not determine issuer for ingress due to bad annotations: both "cert-manager.io/issuer" and "cert-manager.io/cluster-issuer" may not be set',
    ]);
  }
  const entries = listAt(ingress, 'spec.tls');
  const wrong = entries.flatMap((entry, place) => wrongIn(entry, place, entries));
  const issuerRef = {
    name: cluster ?? local ?? '',
    kind: cluster === undefined ? 'Issuer' : 'ClusterIssuer',
    group: annotations['cert-manager.io/issuer-group'] ?? 'cert-manager.io',
  };
  const writes = entries
    .filter((entry, place) => wrongIn(entry, place, entries).length === 0)
    .flatMap((entry) =>
      certificateFor(
        view,
        ingress,
        textAt(entry, 'secretName') ?? '',
        textsAt(entry, 'hosts'),
        issuerRef,
        namespace ?? '',
      ),
    );
  return { writes: [...badConfig(view, ingress, wrong).writes, ...writes] };
}

function wrongIn(entry: unknown, place: number, entries: readonly unknown[]): readonly string[] {
  const name = textAt(entry, 'secretName');
  if (textsAt(entry, 'hosts').length === 0) return [`Skipped a TLS block: spec.tls[${place}].hosts: Required value`];
  if (!name) return [`Skipped a TLS block: spec.tls[${place}].secretName: Required value`];
  const other = entries.findIndex((item, where) => where > place && textAt(item, 'secretName') === name);
  return other < 0
    ? []
    : [
        `spec.tls[${place}].secretName: Invalid value: "${name}": this secret name must only appear in a single TLS entry but is also used in spec.tls[${other}].secretName`,
      ];
}

function badConfig(view: View, ingress: KubernetesObject, messages: readonly string[]): Turn {
  const about = `bad-config ${ingress.metadata.uid}`;
  const state = `${ingress.metadata.generation} ${messages.join(' ')}`;
  if (messages.length === 0 || view.recall(about) === state) return idle;
  const events = messages.map(
    (message): Write => ({ do: 'event', about: ingress, type: 'Warning', reason: 'BadConfig', message, by }),
  );
  return { writes: [...events, { do: 'remember', about, value: state }] };
}

function certificateFor(
  view: View,
  ingress: KubernetesObject,
  name: string,
  dnsNames: readonly string[],
  issuerRef: object,
  namespace: string,
): readonly Write[] {
  const held = view.get(kinds.Certificate, namespace, name);
  const wanted = { dnsNames, issuerRef, secretName: name, usages: ['digital signature', 'key encipherment'] };
  if (!held) {
    const certificate: KubernetesObject = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name, namespace, labels: textMapAt(ingress, 'metadata.labels'), ownerReferences: [ownerOf(ingress)] },
      spec: wanted,
    };
    return [
      { do: 'create', object: certificate, by },
      eventOn(ingress, 'CreateCertificate', `Successfully created Certificate "${name}"`),
    ];
  }
  // A Certificate that the Ingress does not own is left alone, without a word.
  if (!held.metadata.ownerReferences?.some(({ uid }) => uid === ingress.metadata.uid)) return [];
  const spec = isMap(held['spec']) ? held['spec'] : {};
  if (Object.entries(wanted).every(([field, value]) => same(at(held, `spec.${field}`), value))) return [];
  return [
    { do: 'update', object: { ...held, spec: { ...spec, ...wanted } }, by },
    eventOn(ingress, 'UpdateCertificate', `Successfully updated Certificate "${name}"`),
  ];
}

const eventOn = (about: KubernetesObject, reason: string, message: string): Write => ({
  do: 'event',
  about,
  type: 'Normal',
  reason,
  message,
  by,
});
