import { kinds, pathOf } from '../../src/core/kubernetes/kinds.ts';
import { currentBed, until } from './bed/bed.ts';
import type { Applied, Fault, Place, Step } from './both-clusters.ts';

/** Faults, and what is no fault, of issuers and certificates. */
const bed = currentBed();

/** Let's Encrypt leads to an authority of each cluster's own. */
const acme = (
  { issuer }: Place,
  server = 'https://acme-staging-v02.api.letsencrypt.org/directory',
  solver: object = { http01: { ingress: { ingressClassName: 'nginx' } } },
): Applied & { readonly spec: object } => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name: issuer },
  spec: {
    acme: {
      server,
      email: 'platform@orion.example',
      privateKeySecretRef: { name: `${issuer}-account` },
      solvers: [solver],
    },
  },
});

/** The only one of the rows that asks it. */
const production = 'https://acme-v02.api.letsencrypt.org/directory';

const own = ({ namespace }: Place): Applied & { readonly spec: object } => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Issuer',
  metadata: { name: 'own', namespace },
  spec: { selfSigned: {} },
});
const byOwn = { group: 'cert-manager.io', kind: 'Issuer', name: 'own' };

const certificate = ({ namespace, host, issuer }: Place, spec: object = {}, name = 'served'): Applied =>
  ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name, namespace },
    spec: {
      secretName: 'served-tls',
      dnsNames: [host],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer },
      ...spec,
    },
  }) as Applied;

const issuedByOwn = (spec: object = {}): Step => ({
  apply: (place) => [own(place), certificate(place, { issuerRef: byOwn, ...spec })],
  comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=1'],
});

export const certificateFaults: Readonly<Record<string, Fault>> = {
  'a sound issuance by ACME': {
    steps: [
      {
        apply: (place) => [acme(place), certificate(place)],
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=1'],
      },
    ],
  },
  'a first issuance that comes twice, since the trigger does not see its Secret': {
    steps: [
      issuedByOwn(),
      {
        // Here it is truly gone.
        onBed: async ({ namespace }) => {
          const path = pathOf(kinds.Certificate, namespace, 'served');
          const revision = async () => (await bed.api.get(path)).status.revision;
          const before = await revision();
          await bed.api.request('DELETE', pathOf(kinds.Secret, namespace, 'served-tls'));
          await until('the second issuance', async () => (await revision()) > before || undefined, 45);
        },
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=1'],
      },
      {
        apply: (place) => [certificate(place, { issuerRef: byOwn, commonName: place.host })],
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=2'],
      },
    ],
  },
  'an issuance by the namespace itself': { steps: [issuedByOwn()] },
  'an issuer that is not there': {
    steps: [
      {
        apply: (place) => [certificate(place)],
        comesTo: ['CertificateRequest/served-1 Ready=False Pending'],
      },
    ],
  },
  'an issuer that comes later': {
    steps: [
      { apply: (place) => [certificate(place)], comesTo: ['CertificateRequest/served-1 Ready=False Pending'] },
      {
        apply: (place) => [acme(place)],
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=1'],
      },
    ],
  },
  'an issuer of a group that nobody signs for': {
    steps: [
      {
        apply: (place) => [
          certificate(place, { issuerRef: { group: 'pki.example.com', kind: 'Signer', name: 'signer' } }),
        ],
        comesTo: ['Certificate/served Issuing=True DoesNotExist', 'Certificate/served Ready=False DoesNotExist'],
      },
    ],
  },
  "an authority of the namespace's own without its Secret": {
    steps: [
      {
        apply: (place) => [
          { ...own(place), spec: { ca: { secretName: 'not-there' } } },
          certificate(place, { issuerRef: byOwn }),
        ],
        comesTo: ['Issuer/own Ready=False ErrGetKeyPair', 'CertificateRequest/served-1 Ready=False Pending'],
      },
      {
        // Its authority is issued by the namespace itself, into that Secret.
        apply: (place) => [
          { ...own(place), metadata: { name: 'root', namespace: place.namespace } },
          certificate(
            { ...place, host: 'authority' },
            { secretName: 'not-there', isCA: true, commonName: 'authority', issuerRef: { ...byOwn, name: 'root' } },
            'authority',
          ),
        ],
        comesTo: ['Issuer/own Ready=True KeyPairVerified', 'Certificate/served Ready=True Ready'],
      },
    ],
  },
  'a wildcard, and a solver by HTTP-01 alone': {
    steps: [
      {
        apply: (place) => [acme(place), certificate({ ...place, host: `*.${place.host}` })],
        comesTo: ['CertificateRequest/served-1 Ready=False Pending'],
      },
    ],
  },
  'a solver that is for other names': {
    steps: [
      {
        apply: (place) => [
          acme(place, undefined, {
            selector: { dnsZones: ['other.example'] },
            http01: { ingress: { ingressClassName: 'nginx' } },
          }),
          certificate(place),
        ],
        comesTo: ['CertificateRequest/served-1 Ready=False Pending'],
      },
    ],
  },
  'a solver of an ingress class that nobody serves': {
    steps: [
      {
        apply: (place) => [
          acme(place, undefined, { http01: { ingress: { ingressClassName: 'nobody' } } }),
          certificate(place),
        ],
        comesTo: ['Challenge/HTTP-01 presented=true', 'CertificateRequest/served-1 Ready=False Pending'],
      },
    ],
  },
  "an ACME server of the protocol's first version": {
    steps: [
      {
        apply: (place) => [acme(place, 'https://acme-staging.api.letsencrypt.org/directory'), certificate(place)],
        comesTo: [
          'ClusterIssuer/of the place Ready=False InvalidConfig',
          'CertificateRequest/served-1 Ready=False Pending',
        ],
      },
    ],
  },
  'a common name that is none of the names': {
    steps: [
      {
        apply: (place) => [acme(place), certificate(place, { commonName: 'other.orion.example' })],
        comesTo: ['Certificate/served Issuing=False Failed', 'Certificate/served failedIssuanceAttempts=1'],
      },
    ],
  },
  'a name without a DNS record': {
    hasDns: false,
    steps: [
      {
        apply: (place) => [acme(place), certificate(place)],
        comesTo: ['Challenge/HTTP-01 presented=true', 'CertificateRequest/served-1 Ready=False Pending'],
      },
    ],
  },
  'a refusal by the CA at its validation, and the next try after the mend': {
    steps: [
      {
        forbids: true,
        apply: (place) => [acme(place, production), certificate(place)],
        comesTo: [
          'Challenge/HTTP-01 state=invalid',
          'Certificate/served Issuing=False Failed',
          'Certificate/served failedIssuanceAttempts=1',
        ],
      },
      {
        // Another spec is tried at once: refused a second time.
        apply: (place) => [certificate(place, { commonName: place.host })],
        comesTo: ['Certificate/served failedIssuanceAttempts=2'],
      },
      {
        forbids: false,
        apply: (place) => [certificate(place, { duration: '2000h' })],
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=1'],
      },
    ],
  },
  'two Certificates for one Secret': {
    steps: [
      issuedByOwn(),
      {
        apply: (place) => [certificate(place, { issuerRef: byOwn }, 'second')],
        comesTo: ['Certificate/second Ready=False IncorrectCertificate'],
      },
    ],
  },
  'another key size where the key is never to change': {
    steps: [
      issuedByOwn({ privateKey: { rotationPolicy: 'Never', size: 2048 } }),
      {
        apply: (place) => [
          certificate(place, { issuerRef: byOwn, privateKey: { rotationPolicy: 'Never', size: 3072 } }),
        ],
        comesTo: ['Certificate/served Issuing=True SecretMismatch'],
      },
    ],
  },
  'another name, asked for later': {
    steps: [
      issuedByOwn(),
      {
        apply: (place) => [certificate({ ...place, host: `www.${place.host}` }, { issuerRef: byOwn })],
        comesTo: ['Certificate/served Ready=True Ready', 'Certificate/served revision=2'],
      },
    ],
  },
};
