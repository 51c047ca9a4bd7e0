import { at, textMapAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { environmentNames, issuerNames, letsEncrypt, type Settings } from '../setup/settings.ts';
import { base64 } from './base64.ts';
import { patched } from './merge.ts';
import { certManagerNamespaceOf, isBroughtAlong } from './monitoring.ts';
import { ingressRules, solverPolicy } from './network-rules.ts';

/**
 * The base with the answers that hold for every environment: issuers, ingress class, callers, CORS, pull secrets, monitor labels.
 * What the tree's `base/` says, and what the gate remembers. `base` is as shipped (shipped-base.ts).
 */
export function sharedBase(base: readonly KubernetesObject[], settings: Settings): readonly KubernetesObject[] {
  const objects = base
    .filter((object) => isBroughtAlong(object, settings))
    .map((object) => withAnswers(object, settings));
  const namespace = base.find(({ kind }) => kind === 'Namespace')?.metadata.name ?? 'orion';
  return settings.deniesByDefault === true ? [...objects, solverPolicy(settings, namespace)] : objects;
}

function withAnswers(object: KubernetesObject, settings: Settings): KubernetesObject {
  switch (object.kind) {
    case 'ClusterIssuer':
      return issuer(object, settings);
    case 'Deployment':
      return settings.imagePullSecrets.length === 0
        ? object
        : patched(object, {
            spec: { template: { spec: { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) } } },
          });
    case 'NetworkPolicy':
      return patched(object, { spec: { ingress: ingressRules(settings) } });
    case 'Ingress':
      return patched(object, {
        metadata: { annotations: cors(settings.corsOrigins) },
        spec: { ingressClassName: settings.ingress.className },
      });
    case 'ServiceMonitor':
      return withLabels(object, settings.monitorLabels);
    case 'PrometheusRule':
      return withLabels(object, settings.ruleLabels ?? settings.monitorLabels);
    case 'PodMonitor':
      return patched(withLabels(object, settings.podMonitorLabels ?? settings.monitorLabels), {
        metadata: { namespace: certManagerNamespaceOf(settings) },
      });
    default:
      return object;
  }
}

/** Both issuers carry both environments' answers, so that two environments in one cluster say the same about them. */
function issuer(object: KubernetesObject, settings: Settings): KubernetesObject {
  const environment = environmentNames.find((name) => issuerNames[name] === object.metadata.name);
  if (environment === undefined) return object;
  const acme = settings.environments[environment]?.acme ??
    settings.acme?.[environment] ?? { server: letsEncrypt[environment] };
  return patched(object, {
    spec: {
      acme: {
        server: acme.server,
        email: settings.email ?? null,
        caBundle: acme.caBundle === undefined ? null : base64(acme.caBundle),
        solvers: [{ http01: { ingress: { ingressClassName: settings.ingress.className } } }],
      },
    },
  });
}

/** None named, none emitted; never `*`. Names of annotations: ingress-nginx, user guide, annotations, enable CORS. */
function cors(origins: readonly string[]): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  return {
    'nginx.ingress.kubernetes.io/enable-cors': 'true',
    'nginx.ingress.kubernetes.io/cors-allow-origin': origins.join(', '),
  };
}

/** The labels that this cluster's Prometheus selects by, in place of the shipped ones. */
function withLabels(object: KubernetesObject, labels: Readonly<Record<string, string>>): KubernetesObject {
  const { app } = textMapAt(object, 'metadata.labels');
  return { ...object, metadata: { ...object.metadata, labels: { ...(app === undefined ? {} : { app }), ...labels } } };
}

/** The image of the base's one container. */
export function imageOf(base: readonly KubernetesObject[]): string {
  const deployment = base.find(({ kind }) => kind === 'Deployment');
  const image = at(deployment, 'spec.template.spec.containers.0.image');
  if (typeof image !== 'string') throw new TypeError('The base has no Deployment with an image.');
  return image;
}
