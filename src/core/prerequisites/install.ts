import type { PrerequisiteId } from './prerequisite.ts';

/** How each component is had, in versions that were supported in November 2026. Looked over at each release of this tool. */
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
    'helm upgrade --install ingress-nginx ingress-nginx/ingress-nginx --version 4.14.1 --namespace ingress-nginx --create-namespace',
  ],
  'metrics-api': [
    'helm repo add metrics-server https://kubernetes-sigs.github.io/metrics-server',
    'helm upgrade --install metrics-server metrics-server/metrics-server --version 3.13.0 --namespace kube-system',
  ],
};
