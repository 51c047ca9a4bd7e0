import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import {
  type EnvironmentName,
  type EnvironmentSettings,
  issuerNames,
  namespaces,
  type Settings,
} from '../setup/settings.ts';
import { type ImageReference, imageReference, pinned } from './image-reference.ts';
import type { Patch } from './merge.ts';
import { alertsPatch, objectsElsewhere } from './monitoring.ts';
import { egressRules } from './network-rules.ts';
import { headersAnnotation, headersConfigMap, headersName } from './security-headers.ts';
import { imageOf } from './shared-base.ts';

/** What an environment changes of the base, as a value: rendered in process, and written down as a kustomization. */
export type Overlay = {
  readonly namespace: string;
  /** The image's name in the base, and what it becomes. */
  readonly image: { readonly from: string; readonly to: ImageReference };
  readonly patches: readonly { readonly file: string; readonly about: string; readonly patch: Patch }[];
  /** Objects of the base that stay in a namespace of their own. */
  readonly elsewhere: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
  /** Objects that the base does not have. */
  readonly additions: readonly { readonly file: string; readonly about: string; readonly object: KubernetesObject }[];
};

/** Pods from HPA minimum to maximum, and the limits per client address. */
const sizes: Readonly<
  Record<
    EnvironmentName,
    { readonly min: number; readonly max: number; readonly rps: number; readonly connections: number }
  >
> = {
  staging: { min: 2, max: 4, rps: 100, connections: 10 },
  production: { min: 5, max: 10, rps: 200, connections: 20 },
};

export function overlayOf(
  base: readonly KubernetesObject[],
  settings: Settings,
  environment: EnvironmentName,
): Overlay {
  const own = environmentOf(settings, environment);
  const namespace = namespaces[environment];
  const size = sizes[environment];
  const headers = settings.ingress.allowsCustomHeaders;
  const alerts = alertsPatch(base, settings, environment);
  return {
    namespace,
    image: { from: imageReference(imageOf(base)).name, to: pinned(imageReference(settings.image)) },
    patches: [
      {
        file: 'certificate-patch.yaml',
        about: aboutCertificate,
        patch: certificatePatch(own.host, issuerNames[environment]),
      },
      {
        file: 'ingress-patch.yaml',
        about: `Host, and limits per client address: ${size.rps} requests a second, ${size.connections} connections.`,
        patch: ingressPatch(base, own.host, {
          'nginx.ingress.kubernetes.io/limit-rps': String(size.rps),
          'nginx.ingress.kubernetes.io/limit-connections': String(size.connections),
          ...(headers ? { [headersAnnotation]: `${namespace}/${headersName}` } : {}),
        }),
      },
      {
        file: 'hpa-patch.yaml',
        about: `From ${size.min} pods to ${size.max}.`,
        patch: patchOf('autoscaling/v2', 'HorizontalPodAutoscaler', 'auth-service-hpa', {
          spec: { minReplicas: size.min, maxReplicas: size.max },
        }),
      },
      {
        file: 'service-patch.yaml',
        about: 'Labels that every metric of this environment carries.',
        patch: {
          ...patchOf('v1', 'Service', 'auth-service'),
          metadata: {
            name: 'auth-service',
            labels: { environment, cluster: labelValue(own.clusterName ?? own.context) },
          },
        },
      },
      {
        file: 'networkpolicy-patch.yaml',
        about:
          'What the service may reach: names, its database and its Redis, by the ports of their URLs. A rule without `to` means any address.',
        patch: patchOf('networking.k8s.io/v1', 'NetworkPolicy', 'auth-service-networkpolicy', {
          spec: { egress: egressRules(own) },
        }),
      },
      ...(alerts === undefined
        ? []
        : [
            {
              file: 'alerts-patch.yaml',
              about:
                "The rules of the base's auth-alerts.yaml, for this namespace. Groups are a list, so they stand here whole.",
              patch: alerts,
            },
          ]),
    ],
    elsewhere: objectsElsewhere(settings),
    additions: headers
      ? [
          {
            file: 'security-headers.yaml',
            about: 'Headers that the ingress controller adds to every answer.',
            object: headersConfigMap(environment, namespace),
          },
        ]
      : [],
  };
}

/** The environment's answers. Asking for one that was never answered is a fault of the caller. */
function environmentOf(settings: Settings, environment: EnvironmentName): EnvironmentSettings {
  const own = settings.environments[environment];
  if (own === undefined) throw new TypeError(`The settings say nothing about ${environment}.`);
  return own;
}

const aboutCertificate =
  'Host and issuer. No commonName where the host has more than 64 bytes (RFC 5280, upper bounds).';

function certificatePatch(host: string, issuer: string): Patch {
  const fits = new TextEncoder().encode(host).length <= 64;
  return patchOf('cert-manager.io/v1', 'Certificate', 'auth-tls-cert', {
    spec: { commonName: fits ? host : null, dnsNames: [host], issuerRef: { name: issuer } },
  });
}

/** tls and rules are lists, so they are written whole: the base's, with another host. */
function ingressPatch(
  base: readonly KubernetesObject[],
  host: string,
  annotations: Readonly<Record<string, string>>,
): Patch {
  const ingress = base.find(({ kind }) => kind === 'Ingress');
  return {
    ...patchOf('networking.k8s.io/v1', 'Ingress', 'auth-ingress'),
    metadata: { name: 'auth-ingress', annotations },
    spec: {
      tls: listAt(ingress, 'spec.tls').map((entry) => ({ hosts: [host], secretName: textAt(entry, 'secretName') })),
      rules: listAt(ingress, 'spec.rules').map((rule) => ({ ...(rule as object), host })),
    },
  };
}

function patchOf(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Patch {
  return { apiVersion, kind, metadata: { name }, ...fields };
}

/** A label's value has at most 63 characters, letters and digits at both ends. The end of a context's name tells clusters apart. */
function labelValue(text: string): string {
  const allowed = text.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(-63);
  return allowed.replace(/^[^A-Za-z0-9]+/, '').replace(/[^A-Za-z0-9]+$/, '') || 'unknown';
}
