import { keyFits } from '../certificate.ts';
import { textMapAt } from './field.ts';
import type { KubernetesObject, Metadata } from './object.ts';

/**
 * What of an object may be kept once it has been read. Secrets hold by an allow-list; of other kinds, what carries secrets is
 * taken out. A cut object is for looking at, never for writing back: changes are patches or whole rendered objects.
 */

type Json = Readonly<Record<string, unknown>>;

/** Annotations in which a tool keeps a copy of the whole object as it was applied, values and all: kubectl, kapp, Rancher, Banzai. */
const copies: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'objectset.rio.cattle.io/applied',
  'banzaicloud.com/last-applied',
]);

/**
 * ConfigMaps whose values stay, in any namespace: our own, of which a change must be seen, and the settings of ingress-nginx (also as Helm
 * names it).
 */
const ownConfigMaps: readonly string[] = ['orion-setup', 'auth-security-headers', 'auth-service-dashboard'];

function isKept(object: KubernetesObject, kept: readonly string[]): boolean {
  const { name, labels } = object.metadata;
  return (
    ownConfigMaps.includes(name) ||
    kept.includes(name) ||
    name.endsWith('ingress-nginx-controller') ||
    labels?.['app.kubernetes.io/name'] === 'ingress-nginx'
  );
}

/**
 * `object` without what must not enter a snapshot. Secrets and ConfigMaps gain `dataKeys`, the sorted names of all their keys.
 * `keptConfigMaps`: names of further ConfigMaps whose values stay.
 */
export function cutToAllowed(object: KubernetesObject, keptConfigMaps: readonly string[] = []): KubernetesObject {
  const plain = { ...object, metadata: withoutAnnotations(object.metadata, (key) => copies.has(key)) };
  switch (object.kind) {
    case 'Secret':
      return cutSecret(object);
    case 'ConfigMap':
      return isKept(object, keptConfigMaps) ? { ...plain, dataKeys: dataKeys(object) } : cutConfigMap(plain);
    case 'Pod':
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Prometheus':
      return cutContainers(plain) as KubernetesObject;
    default:
      return (dropped[object.kind] ?? []).reduce<unknown>(
        (now, path) => without(now, path.split('.')),
        plain,
      ) as KubernetesObject;
  }
}

/** Paths that go, by kind; `*` is every item of a list. */
const dropped: Readonly<Record<string, readonly string[]>> = {
  // spec.token is public (it stands in the URL); spec.key is the key authorization.
  Challenge: ['spec.key', 'spec.solver.dns01.webhook.config'],
  CertificateRequest: ['status.certificate', 'status.ca'],
  Order: ['status.certificate'],
  // The settings of a foreign solver are free-form, and people do write API keys into them.
  Issuer: ['spec.acme.solvers.*.dns01.webhook.config'],
  ClusterIssuer: ['spec.acme.solvers.*.dns01.webhook.config'],
  // No secrets, but megabytes that nothing looks at.
  CustomResourceDefinition: ['spec.versions.*.schema'],
  Node: ['status.images'],
};

function cutSecret(object: KubernetesObject): KubernetesObject {
  const data = textMapAt(object, 'data');
  const kept = Object.fromEntries(
    ['ca.crt', 'tls.crt'].flatMap((key) => (data[key] === undefined ? [] : [[key, certificatesOf(data[key])]])),
  );
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: withoutAnnotations(object.metadata, (key) => !key.startsWith('cert-manager.io/')),
    ...(object['type'] === undefined ? {} : { type: object['type'] }),
    data: kept,
    dataKeys: dataKeys(object),
    ...fitOf(object, data),
  };
}

/** Whether the key belongs to the certificate: the one thing about a key that is told. What was cut before says it itself. */
function fitOf(object: KubernetesObject, data: Readonly<Record<string, string>>): { readonly keyFits?: boolean } {
  const { 'tls.crt': certificate, 'tls.key': key } = data;
  const said = object['keyFits'];
  const fits = !certificate || !key ? said : keyFits(decoded(certificate), decoded(key));
  return typeof fits === 'boolean' ? { keyFits: fits } : {};
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

/** The certificates in base64 of PEM, as base64 of PEM: a key pasted into tls.crt by mistake is left behind. */
function certificatesOf(base64: string): string {
  const blocks =
    decoded(base64).match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----\n?/g) ?? [];
  return btoa(blocks.join(''));
}

function cutConfigMap(object: KubernetesObject): KubernetesObject {
  const { data: _, binaryData: __, ...rest } = object;
  return { ...rest, dataKeys: dataKeys(object) } as unknown as KubernetesObject;
}

function dataKeys(object: KubernetesObject): readonly string[] {
  const keys = (of: unknown) => (of !== null && typeof of === 'object' ? Object.keys(of) : []);
  return [...new Set([...keys(object['data']), ...keys(object['binaryData'])])].sort();
}

/** What prometheus-operator and cert-manager were told to look after, and where to keep their lead: names of namespaces, and their own. */
const harmless =
  /^--(?:(?:prometheus-instance-|deny-)?namespaces|controller-id|namespace|leader-elect|leader-election-namespace)=[\w.,$()-]*$/;

/** Of `env` the values, of commands and probes what they are called with, of HTTP probes the header values. Names and valueFrom stay. */
function cutContainers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cutContainers);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (!Array.isArray(item)) return [[key, cutContainers(item)]];
      if (key === 'command') return [];
      if (key === 'args') {
        const kept = item.filter((word) => typeof word === 'string' && harmless.test(word));
        return kept.length > 0 ? [[key, kept]] : [];
      }
      if (key === 'env' || key === 'httpHeaders') return [[key, item.map((entry) => without(entry, ['value']))]];
      return [[key, cutContainers(item)]];
    }),
  );
}

/** `value` without the field at `steps`. */
function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === '*') return Array.isArray(value) ? value.map((item) => without(item, rest)) : value;
  if (step === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { [step]: inner, ...others } = value as Json;
  if (inner === undefined) return value;
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) };
}

function withoutAnnotations(metadata: Metadata, goes: (key: string) => boolean): Metadata {
  if (metadata.annotations === undefined) return metadata;
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => !goes(key));
  return (kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) }) as Metadata;
}
