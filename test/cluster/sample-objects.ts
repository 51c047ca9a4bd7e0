/** Small objects that a cluster accepts under Pod Security `restricted`, for tests of the bed itself. */
const image = 'registry.example.com/app:1';

export const podSpec = (securityContext: object = {}) => ({
  securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'app',
      image,
      ports: [{ name: 'http', containerPort: 3001 }],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, ...securityContext },
    },
  ],
});

export const deployment = (
  namespace: string,
  name: string,
  replicas = 3,
  annotations: Readonly<Record<string, string>> = {},
) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, annotations }, spec: podSpec() },
  },
});

export const service = (namespace: string, name: string, targetPort: number | string = 'http') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 3001, targetPort }] },
});

type Ingress = {
  readonly host: string;
  readonly service: string;
  readonly path?: string;
  readonly secretName?: string;
};

export const ingress = (
  namespace: string,
  name: string,
  { host, service: backend, path = '/', secretName }: Ingress,
) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace },
  spec: {
    ingressClassName: 'nginx',
    ...(secretName === undefined ? {} : { tls: [{ hosts: [host], secretName }] }),
    rules: [
      {
        host,
        http: {
          paths: [{ path, pathType: 'Prefix', backend: { service: { name: backend, port: { name: 'http' } } } }],
        },
      },
    ],
  },
});

export const issuer = (name: string, server: string, caBundle?: string) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name },
  spec: {
    acme: {
      server,
      ...(caBundle === undefined ? {} : { caBundle: btoa(caBundle) }),
      email: 'platform@orion.example',
      privateKeySecretRef: { name: `${name}-account` },
      solvers: [{ http01: { ingress: { ingressClassName: 'nginx' } } }],
    },
  },
});

export const certificate = (namespace: string, host: string, issuerName: string) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'served', namespace },
  spec: { secretName: 'served-tls', dnsNames: [host], issuerRef: { name: issuerName, kind: 'ClusterIssuer' } },
});
