/**
 * Every address of the bed. They all lie on the loopback device of its own network namespace: what listens is reached,
 * what does not refuses, and nothing can leave.
 */
export const addresses = {
  apiServer: '127.77.0.1',
  dns: '127.77.0.2',
  acmeStaging: '127.77.0.3',
  acmeProduction: '127.77.0.4',
  bareApiServer: '127.77.0.11',
  operations: '127.77.0.20',
  /** The ingress stand-in: a documentation address, so that nothing takes it for a private one. */
  loadBalancer: '203.0.113.9',
  /** The same for clients that speak IPv6; no Ingress says so, a name leads to it where a test sets one. */
  loadBalancer6: '2001:db8::5',
  /** Nothing listens here: connections are refused. */
  wrongTargets: ['203.0.113.10', '198.51.100.7', '2001:db8::9'],
  /** Nobody answers here: connections time out, as behind a firewall. */
  silent: '198.51.100.200',
  /** The kernel knows that no way leads here: no route to host. */
  unroutable: '198.51.100.9',
} as const;

export const ports = {
  apiServer: 6443,
  etcd: 2379,
  dns: 8053,
  acme: 14000,
  operations: 7070,
  kubelet: 10247,
  certManagerWebhook: 10260,
} as const;

/** Pods, nodes and services. A prefix on the loopback device makes every address in it answer. */
export const networks = { pods: '10.244.0.1/16', nodes: '192.168.77.1/24', services: '10.96.0.0/16' } as const;

export const resolverOption = `${addresses.dns}:${ports.dns}`;
