import { at, condition, textAt, textMapAt, textsAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { without } from '../json.ts';
import { issuerRefOf, requestsOf, revisionOf } from './certificate-policy.ts';
import { statusOf, withCondition, withoutCondition } from './status.ts';
import { idle, type Turn, type View, type Write } from './turn.ts';

/** What a request that has ended does to its Certificate and Secret (cert-manager, pkg/controller/certificates/issuing). */

const issuing = 'cert-manager-certificates-issuing';

export function succeed(
  view: View,
  certificate: KubernetesObject,
  request: KubernetesObject,
  keySecret: KubernetesObject | undefined,
  revision: number,
): Turn {
  const chain = textAt(request, 'status.certificate');
  const key = keySecret && textMapAt(keySecret, 'data')['tls.key'];
  if (chain === undefined) return idle;
  // A planted request may come without its key: then the whole is done again.
  if (!keySecret || key === undefined) return { writes: [{ do: 'delete', object: request }] };
  const {
    lastFailureTime: _,
    failedIssuanceAttempts: _attempts,
    nextPrivateKeySecretName: _next,
    ...rest
  } = statusOf(certificate);
  return {
    writes: [
      storeSecret(view, certificate, request, chain, key),
      { do: 'status', object: certificate, status: { ...withoutCondition(rest, 'Issuing'), revision }, by: issuing },
      {
        do: 'event',
        about: certificate,
        type: 'Normal',
        reason: 'Issuing',
        message: 'The certificate has been successfully issued',
        by: issuing,
      },
      { do: 'delete', object: keySecret },
      // revisionHistoryLimit is 1 since 1.18.
      ...requestsOf(view, certificate)
        .filter((item) => revisionOf(item) < revision)
        .map((object): Write => ({ do: 'delete', object })),
    ],
  };
}

function storeSecret(
  view: View,
  certificate: KubernetesObject,
  request: KubernetesObject,
  chain: string,
  key: string,
): Write {
  const { namespace = '', name } = certificate.metadata;
  const issuer = issuerRefOf(certificate);
  const secretName = textAt(certificate, 'spec.secretName') ?? '';
  const held = view.get(kinds.Secret, namespace, secretName);
  const template = (part: string) => textMapAt(certificate, `spec.secretTemplate.${part}`);
  const ca = textAt(request, 'status.ca');
  const annotations = {
    ...held?.metadata.annotations,
    ...template('annotations'),
    'cert-manager.io/alt-names': textsAt(certificate, 'spec.dnsNames').join(','),
    'cert-manager.io/certificate-name': name,
    'cert-manager.io/common-name': textAt(certificate, 'spec.commonName') ?? '',
    'cert-manager.io/ip-sans': '',
    'cert-manager.io/issuer-group': issuer.group,
    'cert-manager.io/issuer-kind': issuer.kind,
    'cert-manager.io/issuer-name': issuer.name,
    'cert-manager.io/uri-sans': '',
  };
  const secret: KubernetesObject = {
    ...(held ?? { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' }),
    metadata: {
      ...held?.metadata,
      name: secretName,
      namespace,
      annotations,
      labels: { ...held?.metadata.labels, ...template('labels'), 'controller.cert-manager.io/fao': 'true' },
    },
    data: {
      ...(held?.['data'] as object | undefined),
      'tls.crt': chain,
      'tls.key': key,
      ...(ca === undefined ? {} : { 'ca.crt': ca }),
    },
  };
  return { do: held ? 'update' : 'create', object: secret, by: issuing };
}

export function fail(
  view: View,
  certificate: KubernetesObject,
  request: KubernetesObject,
  why: string,
  keySecret: KubernetesObject | undefined,
): Turn {
  const denied = condition(request, 'Denied');
  const reason = denied?.status === 'True' ? denied.reason : 'Failed';
  const message = `The certificate request has failed to complete and will be retried: ${denied?.status === 'True' ? denied.message : why}`;
  const attempts = Number(at(certificate, 'status.failedIssuanceAttempts') ?? 0) + 1;
  const status = withCondition(
    {
      ...without(statusOf(certificate), 'nextPrivateKeySecretName'),
      failedIssuanceAttempts: attempts,
      lastFailureTime: timeText(view.now),
    },
    { type: 'Issuing', status: 'False', reason, message, observedGeneration: certificate.metadata.generation },
    view.now,
  );
  return {
    writes: [
      { do: 'status', object: certificate, status, by: issuing },
      { do: 'event', about: certificate, type: 'Warning', reason, message, by: issuing },
      ...(keySecret ? [{ do: 'delete', object: keySecret } as const] : []),
    ],
  };
}
