import { textAt, textMapAt, textsAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { Turn, View } from './turn.ts';

const issuing = 'cert-manager-certificates-issuing';
const annotation = 'cert-manager.io/issue-temporary-certificate';

/** cert-manager makes one only where there is none to serve (pkg/controller/certificates/issuing, temporary.go). */
export function wantsTemporary(view: View, certificate: KubernetesObject): boolean {
  const { namespace } = certificate.metadata;
  const held = view.get(kinds.Secret, namespace, textAt(certificate, 'spec.secretName') ?? '');
  const has = held !== undefined && (textMapAt(held, 'data')['tls.crt'] ?? '') !== '';
  return !has && textMapAt(certificate, 'metadata.annotations')[annotation] === 'true';
}

export function storeTemporary(view: View, certificate: KubernetesObject, key: string): Turn {
  const hosts = textsAt(certificate, 'spec.dnsNames');
  const commonName = textAt(certificate, 'spec.commonName') ?? '';
  const { chain } = view.signer.sign(
    { issuer: 'cert-manager.local' },
    { commonName, hosts, key, now: view.now, days: 90 },
  );
  const { name, namespace = '' } = certificate.metadata;
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      name: textAt(certificate, 'spec.secretName') ?? '',
      namespace,
      annotations: { 'cert-manager.io/certificate-name': name },
      labels: { 'controller.cert-manager.io/fao': 'true' },
    },
    data: {
      'tls.crt': Buffer.from(chain).toString('base64'),
      'tls.key': Buffer.from(key).toString('base64'),
    },
  };
  const message = 'Issued temporary certificate';
  return {
    writes: [
      { do: 'create', object: secret, by: issuing },
      { do: 'event', about: certificate, type: 'Normal', reason: 'Issuing', message, by: issuing },
    ],
  };
}
