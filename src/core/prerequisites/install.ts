import type { Prerequisite, PrerequisiteId } from './prerequisite.ts';
import type { Component, HelmRelease } from './versions.ts';

/**
 * How each component is had. Looked over at each release of this tool; a version stands here only where its release is public:
 * cert-manager v1.21.2 is what the tests run against. kube-prometheus-stack 88.4.0 was released in August 2026 (prometheus-community/
 * helm-charts, release kube-prometheus-stack-88.4.0). ingress-nginx 4.15.1 is the chart of controller v1.15.1, the last one; 4.14.1 lacks
 * what closes CVE-2026-3288. metrics-server 3.13.0 is the chart of v0.8.0.
 */
export const installCommands: Readonly<Record<Exclude<PrerequisiteId, 'access' | 'rights'>, readonly string[]>> = {
  kubectl: ['Get kubectl: https://kubernetes.io/docs/tasks/tools/#kubectl'],
  'cert-manager': [
    'kubectl apply -f https://github.com/cert-manager/cert-manager/releases/download/v1.21.2/cert-manager.yaml',
  ],
  'prometheus-operator': [
    'helm repo add prometheus-community https://prometheus-community.github.io/helm-charts',
    'helm upgrade --install kube-prometheus-stack prometheus-community/kube-prometheus-stack --version 88.4.0 --namespace monitoring --create-namespace',
  ],
  'ingress-nginx': [
    'helm repo add ingress-nginx https://kubernetes.github.io/ingress-nginx',
    'helm upgrade --install ingress-nginx ingress-nginx/ingress-nginx --version 4.15.1 --namespace ingress-nginx --create-namespace',
  ],
  'metrics-api': [
    'helm repo add metrics-server https://kubernetes-sigs.github.io/metrics-server',
    'helm upgrade --install metrics-server metrics-server/metrics-server --version 3.13.0 --namespace kube-system',
  ],
};

const charts: Readonly<
  Record<Component, { readonly add: string | null; readonly chart: string; readonly version: string }>
> = {
  'cert-manager': { add: null, chart: 'oci://quay.io/jetstack/charts/cert-manager', version: 'v1.21.2' },
  'prometheus-operator': {
    add: 'helm repo add prometheus-community https://prometheus-community.github.io/helm-charts',
    chart: 'prometheus-community/kube-prometheus-stack',
    version: '88.4.0',
  },
  'ingress-nginx': {
    add: 'helm repo add ingress-nginx https://kubernetes.github.io/ingress-nginx',
    chart: 'ingress-nginx/ingress-nginx',
    version: '4.15.1',
  },
};

/** Where Helm has it already, that very release is brought up to date, with the values that it has. */
export function commandsFor(id: Component, release: HelmRelease | null): readonly string[] {
  if (release === null) return installCommands[id];
  const { add, chart, version } = charts[id];
  return [
    ...(add === null ? [] : [add]),
    `helm upgrade ${release.name} ${chart} --version ${version} --namespace ${release.namespace} --reset-then-reuse-values`,
  ];
}

const namespaceOf: Readonly<Partial<Record<PrerequisiteId, string>>> = {
  'cert-manager': 'cert-manager',
  'prometheus-operator': 'monitoring',
  'ingress-nginx': 'ingress-nginx',
  'metrics-api': 'kube-system',
};

/** What the commands of a component would do. The namespace is what has to be typed before they are run. */
export type Installation = {
  readonly id: PrerequisiteId;
  readonly title: string;
  readonly namespace: string;
  readonly commands: readonly string[];
};

/** What is missing, broken, too old or insecure, and can be brought by commands. */
export function installationsOf(
  items: readonly (Prerequisite & { readonly helm: HelmRelease | null })[],
): readonly Installation[] {
  return items.flatMap(({ id, title, state, commands, helm }) => {
    const namespace = helm?.namespace ?? namespaceOf[id];
    const isWanting = state === 'missing' || state === 'broken' || state === 'old' || state === 'insecure';
    return isWanting && namespace !== undefined && commands.length > 0 ? [{ id, title, namespace, commands }] : [];
  });
}
