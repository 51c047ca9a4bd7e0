/** The service's own names: what the tree writes and the runbooks look for where no other object is named. */
export const ownNames = {
  deployment: 'auth-service',
  certificate: 'auth-tls-cert',
  serviceMonitor: 'auth-service-monitor',
} as const;

/** The service's port, as the manifests have it: what a NetworkPolicy is to open for its callers only. */
export const servicePort = 3001;
