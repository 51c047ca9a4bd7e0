import type { KubernetesObject } from '../kubernetes/object.ts';
import type { EnvironmentName } from '../setup/settings.ts';

/** The ConfigMap that an Ingress names by the annotation custom-headers, where the controller allows each of its headers. */
export const headersName = 'auth-security-headers';
export const headersAnnotation = 'nginx.ingress.kubernetes.io/custom-headers';

/**
 * What a client should be told. HSTS is asked of production only: staging's certificate is untrusted by design, and must stay
 * clickable. The controller's allow-list (global-allowed-response-headers) must hold every name, else it refuses them all.
 */
export function securityHeaders(environment: EnvironmentName): Readonly<Record<string, string>> {
  return {
    ...(environment === 'production' ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  };
}

export function headersConfigMap(environment: EnvironmentName, namespace: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: headersName, namespace },
    data: securityHeaders(environment),
  };
}
