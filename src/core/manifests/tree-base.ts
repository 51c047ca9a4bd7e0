import type { KubernetesObject } from '../kubernetes/object.ts';
import type { TreeFile } from './tree-file.ts';
import { yamlFile } from './tree-yaml.ts';

/** Which file of `base/` holds what, and what to know about it. In the order of the kustomization. */
const places: readonly { readonly file: string; readonly holds: string; readonly about: string }[] = [
  {
    file: 'namespace.yaml',
    holds: 'Namespace',
    about: 'Pod Security "restricted": a pod that asks for more is refused by the API server.',
  },
  {
    file: 'issuer.yaml',
    holds: 'ClusterIssuer',
    about:
      'Both belong to the cluster: every overlay carries them unchanged, so change them here. E-mail and ACME server are yours.',
  },
  {
    file: 'auth-networkpolicy.yaml',
    holds: 'NetworkPolicy/auth-service-networkpolicy',
    about: "Who may reach the service. What it may reach is in each overlay's networkpolicy-patch.yaml.",
  },
  {
    file: 'acme-solver-networkpolicy.yaml',
    holds: 'NetworkPolicy/allow-acme-http01-solver',
    about:
      'Lets the ingress controller reach the pods that answer the HTTP-01 challenge, past a policy that denies by default.',
  },
  {
    file: 'auth-service.yaml',
    holds: 'Service',
    about: 'Its labels environment, platform and cluster go onto every metric.',
  },
  {
    file: 'auth-deployment.yaml',
    holds: 'Deployment',
    about: 'No replicas here: the HorizontalPodAutoscaler owns the number. preStop needs Kubernetes 1.30.',
  },
  {
    file: 'auth-hpa.yaml',
    holds: 'HorizontalPodAutoscaler',
    about: 'The only owner of the number of pods. It needs the metrics API.',
  },
  { file: 'auth-pdb.yaml', holds: 'PodDisruptionBudget', about: 'A drain may take all pods but one.' },
  {
    file: 'certificate.yaml',
    holds: 'Certificate',
    about: 'The only owner of auth-tls-secret: put no cert-manager annotation on the Ingress.',
  },
  {
    file: 'auth-ingress.yaml',
    holds: 'Ingress',
    about: 'Limits are per client address: the controller must see the real one.',
  },
  {
    file: 'auth-servicemonitor.yaml',
    holds: 'ServiceMonitor',
    about: 'Its labels are what Prometheus selects by (serviceMonitorSelector).',
  },
  {
    file: 'auth-alerts.yaml',
    holds: 'PrometheusRule',
    about:
      "Its labels are what Prometheus selects by (ruleSelector). Each overlay's alerts-patch.yaml has the rules for its namespace.",
  },
  {
    file: 'auth-dashboard.yaml',
    holds: 'ConfigMap/auth-service-dashboard',
    about: "Found by Grafana's sidecar by its label. The environment is chosen in the dashboard.",
  },
  {
    file: 'cert-manager-podmonitor.yaml',
    holds: 'PodMonitor',
    about: "One for the cluster, in cert-manager's namespace: every overlay carries it unchanged.",
  },
];

/** `base/` of the operator's tree. An object that no file is for would be lost, so that is a fault. */
export function baseFiles(objects: readonly KubernetesObject[]): readonly TreeFile[] {
  const isIn = (holds: string, { kind, metadata }: KubernetesObject): boolean =>
    holds === kind || holds === `${kind}/${metadata.name}`;
  const homeless = objects.find((object) => !places.some(({ holds }) => isIn(holds, object)));
  if (homeless !== undefined)
    throw new TypeError(`No file of the tree holds ${homeless.kind}/${homeless.metadata.name}.`);
  const files = places.flatMap(({ file, holds, about }) => {
    const held = objects.filter((object) => isIn(holds, object));
    return held.length === 0 ? [] : [{ path: `base/${file}`, text: yamlFile(about, ...held), mode: 0o644 }];
  });
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ path }) => path.slice('base/'.length)),
  };
  const about = 'What every environment has in common. The overlays are what you apply; of this, issuer.yaml alone.';
  return [{ path: 'base/kustomization.yaml', text: yamlFile(about, kustomization), mode: 0o644 }, ...files];
}
