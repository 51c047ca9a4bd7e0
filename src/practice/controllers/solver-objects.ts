import { at, textAt, textMapAt } from '../../core/kubernetes/field.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { challengePath, solverLabel } from '../../core/world.ts';
import { adler32 } from '../checksums.ts';
import { isMap } from '../json.ts';
import { ownerOf } from './status.ts';
import type { View } from './turn.ts';

/** The pod, Service and Ingress that answer a challenge, as cert-manager makes them (pkg/issuer/acme/http). */

const prefix = 'cm-acme-http-solver-';
const port = 8089;

function metadataOf(
  view: View,
  challenge: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject['metadata'] {
  return {
    name: `${prefix}${view.names.suffix()}`,
    generateName: prefix,
    namespace: challenge.metadata.namespace ?? '',
    labels: solverLabels(challenge),
    annotations,
    ownerReferences: [ownerOf(challenge)],
  };
}

const solverLabels = (challenge: KubernetesObject): Readonly<Record<string, string>> => ({
  'acme.cert-manager.io/http-domain': String(adler32(textAt(challenge, 'spec.dnsName') ?? '')),
  'acme.cert-manager.io/http-token': String(adler32(textAt(challenge, 'spec.token') ?? '')),
  [solverLabel]: 'true',
});

export function solverPod(view: View, challenge: KubernetesObject): KubernetesObject {
  const template = at(challenge, 'spec.solver.http01.ingress.podTemplate.spec');
  const spec = {
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'acmesolver',
        image: 'quay.io/jetstack/cert-manager-acmesolver:v1.21.2',
        args: [
          `--listen-port=${port}`,
          `--domain=${textAt(challenge, 'spec.dnsName')}`,
          `--token=${textAt(challenge, 'spec.token')}`,
          `--key=${textAt(challenge, 'spec.key')}`,
        ],
        ports: [{ containerPort: port, name: 'http' }],
        resources: {
          limits: { cpu: '100m', memory: '64Mi' },
          requests: { cpu: '10m', memory: '64Mi' },
          ...(at(template, 'resources') as object | undefined),
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    enableServiceLinks: false,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    restartPolicy: 'OnFailure',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  };
  const { resources: _, ...extra } = isMap(template) ? template : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(view, challenge, {
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true',
      'sidecar.istio.io/inject': 'false',
    }),
    spec: { ...spec, ...extra },
  };
}

export function solverService(view: View, challenge: KubernetesObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(view, challenge, { 'auth.istio.io/8089': 'NONE' }),
    spec: {
      type: textAt(challenge, 'spec.solver.http01.ingress.serviceType') ?? 'NodePort',
      ports: [{ name: 'http', port, targetPort: port }],
      selector: solverLabels(challenge),
    },
  };
}

export function solverIngress(
  view: View,
  challenge: KubernetesObject,
  service: string,
  { field, annotation }: { readonly field: string | undefined; readonly annotation: string | undefined },
): KubernetesObject {
  const annotations = {
    'nginx.ingress.kubernetes.io/whitelist-source-range': '0.0.0.0/0,::/0',
    ...(annotation === undefined ? {} : { 'kubernetes.io/ingress.class': annotation }),
    ...textMapAt(challenge, 'spec.solver.http01.ingress.ingressTemplate.metadata.annotations'),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(view, challenge, annotations),
    spec: {
      ...(field === undefined ? {} : { ingressClassName: field }),
      rules: [{ host: textAt(challenge, 'spec.dnsName'), http: { paths: [pathTo(challenge, service)] } }],
    },
  };
}

export const pathTo = (challenge: KubernetesObject, service: string) => ({
  path: `${challengePath}${textAt(challenge, 'spec.token') ?? ''}`,
  pathType: 'Exact',
  backend: { service: { name: service, port: { number: port } } },
});
