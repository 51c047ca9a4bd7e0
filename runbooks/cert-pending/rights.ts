import { type Kind, kinds } from '../../src/core/kubernetes/kinds.ts';
import type { ClusterLook } from '../../src/core/look.ts';
import type { Places } from '../../src/core/rights/places.ts';
import { anyName } from '../../src/core/rights/right.ts';
import type { Write } from '../../src/core/rights/write.ts';
import { issuerNames } from '../../src/core/setup/settings.ts';
import { policyName } from './challenge/let-ingress-in.ts';
import { controllerSettings } from './challenge/nginx-pathtype-exact-rejected.ts';
import { certificateDefinition, controllerNamespace, webhookName } from './controller/installation.ts';
import { leaseName, usualLeaseNamespace } from './controller/leadership.ts';
import { ingressNamespace } from './view.ts';

const certificate = 'auth-tls-cert';
const secret = 'auth-tls-secret';
const ingress = 'auth-ingress';
const canary = `${certificate}-canary`;

/** Every look of the later rounds, whatever leads to it. */
export function mayAsk({ namespace }: Places): readonly ClusterLook[] {
  return [
    one(kinds.Secret, secret, namespace),
    one(kinds.Namespace, ingressNamespace),
    one(kinds.Namespace, namespace),
    // Who else uses the issuer, and how many Challenges are under way.
    all(kinds.Certificate),
    all(kinds.Challenge),
    all(kinds.ResourceQuota, namespace),
    all(kinds.LimitRange, namespace),
    // Whose path stands in the way may be anybody's.
    one(kinds.Ingress, anyName),
    one(kinds.ConfigMap, controllerSettings, ingressNamespace),
    all(kinds.Deployment, ingressNamespace),
    all(kinds.EndpointSlice, ingressNamespace),
    all(kinds.Pod, ingressNamespace),
    all(kinds.Deployment, controllerNamespace),
    all(kinds.NetworkPolicy, controllerNamespace),
    all(kinds.NetworkPolicy, ingressNamespace),
    all(kinds.EndpointSlice, controllerNamespace),
    // Who leads its controllers; some installations keep that beside them.
    one(kinds.Lease, leaseName, usualLeaseNamespace),
    one(kinds.Lease, leaseName, controllerNamespace),
    one(kinds.ValidatingWebhookConfiguration, webhookName),
    all(kinds.ValidatingWebhookConfiguration),
    one(kinds.CustomResourceDefinition, certificateDefinition),
  ];
}

/** Every change of its remedies. Names that cert-manager makes up are not known beforehand. */
export function mayChange({ namespace }: Places): readonly Write[] {
  return [
    { do: 'patch', kind: kinds.Certificate, namespace, name: certificate },
    { do: 'status', kind: kinds.Certificate, namespace, name: certificate },
    { do: 'patch', kind: kinds.Ingress, namespace, name: ingress },
    ...Object.values(issuerNames).map((name): Write => ({ do: 'patch', kind: kinds.ClusterIssuer, name })),
    { do: 'delete', kind: kinds.Ingress, namespace },
    { do: 'delete', kind: kinds.Order, namespace },
    // ingress-shim names its Certificate after the Secret.
    { do: 'patch', kind: kinds.Certificate, namespace, name: secret },
    { do: 'delete', kind: kinds.Certificate, namespace, name: secret },
    { do: 'patch', kind: kinds.Challenge, namespace },
    { do: 'create', kind: kinds.NetworkPolicy, namespace, name: policyName },
    { do: 'create', kind: kinds.Certificate, namespace, name: canary },
    { do: 'create', kind: kinds.Secret, namespace, name: canary },
  ];
}

const all = (kind: Kind, namespace?: string): ClusterLook =>
  namespace === undefined ? { at: 'list', kind } : { at: 'list', kind, namespace };
const one = (kind: Kind, name: string, namespace?: string): ClusterLook =>
  namespace === undefined ? { at: 'get', kind, name } : { at: 'get', kind, name, namespace };
