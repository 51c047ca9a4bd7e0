import type { ObjectRef } from '../kubernetes/object.ts';
import { type EnvironmentName, issuerNames } from '../setup/settings.ts';

/** Where the operator's tree says what an object of the service is: what is changed live and not there is undone by the next deploy. */
const files: Readonly<Record<string, string>> = {
  'Certificate/auth-tls-cert': 'overlays/ENV/certificate-patch.yaml',
  'Ingress/auth-ingress': 'overlays/ENV/ingress-patch.yaml',
  'HorizontalPodAutoscaler/auth-service-hpa': 'overlays/ENV/hpa-patch.yaml',
  'NetworkPolicy/auth-service-networkpolicy': 'overlays/ENV/networkpolicy-patch.yaml',
  'Service/auth-service': 'overlays/ENV/service-patch.yaml',
  'Deployment/auth-service': 'base/auth-deployment.yaml',
  'PodDisruptionBudget/auth-service-pdb': 'base/auth-pdb.yaml',
  'ServiceMonitor/auth-service-monitor': 'base/auth-servicemonitor.yaml',
  'PrometheusRule/auth-service-alerts': 'overlays/ENV/alerts-patch.yaml',
  'ConfigMap/auth-service-dashboard': 'base/auth-dashboard.yaml',
  'PodMonitor/cert-manager-metrics': 'base/cert-manager-podmonitor.yaml',
  ...Object.fromEntries(Object.values(issuerNames).map((name) => [`ClusterIssuer/${name}`, 'base/issuer.yaml'])),
};

/** The file of the tree that this object comes from, relative to it; undefined for an object that is not of the tree. */
export function sourceFileOf(
  { kind, name }: Pick<ObjectRef, 'kind' | 'name'>,
  environment: EnvironmentName,
): string | undefined {
  return files[`${kind}/${name}`]?.replace('ENV', environment);
}
