import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { solverLabels } from '../chain.ts';
import { quote } from '../messages.ts';
import { certManagerVersion } from '../versions.ts';
import type { CertView } from '../view.ts';
import { refusedIn } from './presenting.ts';
import { solverCommand } from './solver-of.ts';

const ofPodSecurity = /violates PodSecurity "([\w.:-]+)"/;
const ofWebhook = /admission webhook "([\w.-]+)" denied the request/;
const ofPolicy = /ValidatingAdmissionPolicy '([\w.-]+)'.* denied request/;
/** ingress-nginx's own webhook looks at Ingresses only: other causes. */
const ofIngressNginx = 'validate.nginx.ingress.kubernetes.io';
const podTemplate = 'spec.solver.http01.ingress.podTemplate.spec';

export const isPodSecurityRefusal = (says: string): boolean => ofPodSecurity.test(says);

export const solverPodPolicyDenied: Cause<CertView> = {
  code: 'solver-pod-policy-denied',
  title: 'A policy of the cluster refuses the solver pod',
  severity: 'error',
  owner: 'security',
  explains: ['issuance-backoff'],
  look(view) {
    for (const { challenge, says, evidence } of refusedIn(view)) {
      const policy = policyIn(says);
      if (!policy || !isAboutThePod(view, challenge, says)) continue;
      const level = ofPodSecurity.exec(says)?.[1];
      const [issuer] = at(challenge, podTemplate) === undefined ? [] : [view.issuerIfSeen()];
      return found({
        object: refTo(issuer ?? challenge),
        because: `${policy} refuses the solver pod in ${view.namespace}: ${quote(says.replace(/^.*?(?:violates PodSecurity "[^"]*"|denied (?:the )?request): /s, ''))}.`,
        confidence: 'confirmed',
        evidence: [
          evidence,
          ...(level ? namespaceLabels(view) : []),
          ...(at(challenge, podTemplate) === undefined ? [] : [saw(challenge, podTemplate)]),
        ],
        remedies: [level ? conform(view, challenge) : letThePodIn(view, policy)],
      });
    }
    return clear();
  },
};

function policyIn(says: string): string | undefined {
  const level = ofPodSecurity.exec(says)?.[1];
  if (level) return `Pod Security "${level}"`;
  const webhook = ofWebhook.exec(says)?.[1];
  if (webhook) return webhook === ofIngressNginx ? undefined : `Admission webhook ${webhook}`;
  const policy = ofPolicy.exec(says)?.[1];
  return policy ? `ValidatingAdmissionPolicy ${policy}` : undefined;
}

/** Service and Ingress are made even where the pod is refused (seen), so what is missing is what was refused. */
function isAboutThePod({ sight, namespace }: CertView, challenge: KubernetesObject, says: string): boolean {
  if (/^pods "/.test(says) || ofPodSecurity.test(says)) return true;
  if (/^(?:services|ingresses\.networking\.k8s\.io) "/.test(says)) return false;
  return !sight.list(kinds.Pod, namespace, solverLabels).some((pod) => isOwnedBy(pod, challenge));
}

function namespaceLabels({ sight, namespace }: CertView): readonly Evidence[] {
  const seen = sight.tryGet(kinds.Namespace, namespace);
  if (!seen.ok) return [];
  const name = 'pod-security.kubernetes.io/enforce';
  const level = textMapAt(seen.value, 'metadata.labels')[name];
  return level ? [{ from: nameOfObject(seen.value), path: `metadata.labels[${name}]`, saw: level }] : [];
}

/** cert-manager's own solver pod fits `restricted` (seen), so what does not fit was put there. */
function conform(view: CertView, challenge: KubernetesObject): Remedy {
  const version = certManagerVersion(view.sight);
  if (at(challenge, `${podTemplate}.securityContext`) === undefined) {
    return byHand({
      id: 'bring-cert-manager-up-to-date',
      title: `Have cert-manager${version ? ` (${version})` : ''} upgraded, or started without --acme-http01-solver-run-as-non-root=false: its own solver pod fits the level "restricted"`,
      risk: 'medium',
      commands: [
        `kubectl get namespace ${view.namespace} --show-labels`,
        "kubectl -n cert-manager get deployment cert-manager -o jsonpath='{.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].args}'",
      ],
    });
  }
  return byHand({
    id: 'let-the-solver-pod-conform',
    title:
      "Have the issuer's solver leave the pod's securityContext as cert-manager sets it, or set it whole: what stands there replaces all of it",
    risk: 'medium',
    commands: [
      solverCommand(view, challenge, {
        field: 'http01/ingress/podTemplate/spec/securityContext',
        value: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      }),
    ],
  });
}

const letThePodIn = ({ namespace }: CertView, policy: string): Remedy =>
  byHand({
    id: 'let-the-solver-pod-in',
    title: `Have ${policy} let pods with the label acme.cert-manager.io/http01-solver=true in, or give the solver what it asks for (image registry, labels) by --acme-http01-solver-image or the issuer's podTemplate`,
    risk: 'medium',
    commands: [
      'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,validatingadmissionpolicies',
      `kubectl -n ${namespace} get events --field-selector reason=PresentError`,
    ],
  });
