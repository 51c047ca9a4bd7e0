import type { LookAlikes } from '../../src/core/diagnosis.ts';

/** What looks the same and is not. */
export const lookAlikes: readonly LookAlikes[] = [
  {
    symptom: 'the self-check gets a 404',
    codes: [
      'solver-ingress-class-mismatch',
      'dns-wrong-target',
      'http01-intercepted',
      'nginx-admission-conflict',
      'selfcheck-hairpin',
    ],
  },
  {
    symptom: 'the self-check runs into a timeout, a refusal or an end of file',
    codes: [
      'port80-blocked',
      'selfcheck-hairpin',
      'networkpolicy-blocks-solver',
      'dns-no-record',
      'dns-wrong-target',
      'stale-aaaa',
    ],
  },
  {
    symptom: 'the self-check gets a 502, 503 or 504',
    codes: [
      'networkpolicy-blocks-solver',
      'solver-pod-not-ready',
      'http01-intercepted',
      'solver-ingress-class-mismatch',
    ],
  },
  { symptom: 'the self-check is redirected', codes: ['redirect-bad', 'tls-handshake-selfcheck', 'http01-intercepted'] },
  {
    symptom: 'the Challenge cannot be presented',
    codes: [
      'solver-pod-quota',
      'solver-pod-policy-denied',
      'nginx-pathtype-exact-rejected',
      'nginx-admission-conflict',
      'nginx-admission-unavailable',
    ],
  },
  {
    symptom: 'no solver serves the Challenge',
    codes: ['solver-pod-not-ready', 'solver-pod-quota', 'solver-pod-policy-denied'],
  },
  {
    symptom: 'nobody begins with the Challenge',
    codes: ['challenge-not-scheduled', 'challenge-finalizer-stuck', 'cert-manager-controller-down'],
  },
  {
    symptom: 'the Certificate is not Ready, and there is neither a request nor an event',
    codes: [
      'two-certificates-one-secret',
      'cert-manager-controller-down',
      'cert-manager-blinded',
      'key-rotation-never-mismatch',
      'issuance-backoff',
      'spec-rejected-at-apply',
    ],
  },
  { symptom: 'one Secret is written for two', codes: ['two-certificates-one-secret', 'ingress-shim-duplicate'] },
  {
    symptom: 'the CertificateRequest stays pending',
    codes: ['issuer-not-found', 'issuer-not-ready', 'request-not-approved', 'cert-manager-controller-down'],
  },
  { symptom: 'the CertificateRequest is not signed', codes: ['request-not-approved', 'request-denied'] },
  { symptom: 'the Order has no Challenge', codes: ['no-matching-solver', 'cert-manager-controller-down'] },
  {
    symptom: 'the Order is refused',
    codes: ['acme-server-error', 'acme-profile-unsupported', 'identifier-rejected', 'acme-account-deactivated'],
  },
  {
    symptom: 'the issuer is not Ready',
    codes: [
      'acme-unreachable',
      'acme-contact-invalid',
      'acme-account-key-invalid',
      'acme-server-wrong',
      'acme-rate-limited-registrations',
      'cert-manager-controller-down',
    ],
  },
  {
    symptom: 'the CA answers 429',
    codes: [
      'acme-rate-limited-failed-authz',
      'acme-rate-limited-exact-set',
      'acme-rate-limited-domain',
      'acme-rate-limited-orders',
      'acme-rate-limited-registrations',
      'acme-identifier-paused',
    ],
  },
  {
    symptom: 'the CA calls the authorization unauthorized',
    codes: [
      'http01-intercepted',
      'stale-aaaa',
      'redirect-bad',
      'secondary-validation-blocked',
      'acme-account-deactivated',
    ],
  },
  {
    symptom: 'the CA has trouble with DNS',
    codes: ['dns-no-record', 'caa-or-dns-servfail', 'identifier-rejected', 'caa-forbids'],
  },
  {
    symptom: 'the issuance failed once and is not tried again',
    codes: ['issuance-backoff', 'order-stale', 'acme-rate-limited-failed-authz', 'issuer-changed'],
  },
  {
    symptom: 'the key is not one that the CA takes',
    codes: ['csr-common-name-missing', 'acme-account-secret-shared', 'key-rotation-never-mismatch'],
  },
  { symptom: 'an apply is refused', codes: ['spec-rejected-at-apply', 'cert-manager-webhook-unavailable'] },
  {
    symptom: 'the Certificate is Ready, and users complain',
    codes: [
      'staging-cert-in-use',
      'ingress-serves-default-cert',
      'renewal-overdue',
      'secret-overwritten-externally',
      'node-clock-skew',
    ],
  },
  {
    symptom: 'the renewal does not come',
    codes: [
      'renewal-overdue',
      'issuance-backoff',
      'key-rotation-never-mismatch',
      'two-certificates-one-secret',
      'cert-manager-controller-down',
    ],
  },
];
