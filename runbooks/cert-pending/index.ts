import type { Runbook } from '../../src/core/diagnosis.ts';
import { ingressShimDuplicate } from './certificate/ingress-shim-duplicate.ts';
import { issuanceBackoff } from './certificate/issuance-backoff.ts';
import { keyRotationNeverMismatch } from './certificate/key-rotation-never-mismatch.ts';
import { stagingCertInUse } from './certificate/staging-cert-in-use.ts';
import { twoCertificatesOneSecret } from './certificate/two-certificates-one-secret.ts';
import { http01Intercepted } from './challenge/http01-intercepted.ts';
import { networkpolicyBlocksSolver } from './challenge/networkpolicy-blocks-solver.ts';
import { solverIngressClassMismatch } from './challenge/solver-ingress-class-mismatch.ts';
import { concernsOf } from './concerns.ts';
import { acmeContactInvalid } from './issuer/acme-contact-invalid.ts';
import { acmeServerWrong } from './issuer/acme-server-wrong.ts';
import { acmeUnreachable } from './issuer/acme-unreachable.ts';
import { issuerNotFound } from './issuer/issuer-not-found.ts';
import { issuerNotReady } from './issuer/issuer-not-ready.ts';
import { addressLooks, chainLooks, nameLooks } from './looks.ts';
import { acmeRateLimitedExactSet } from './order/acme-rate-limited-exact-set.ts';
import { acmeRateLimitedFailedAuthz } from './order/acme-rate-limited-failed-authz.ts';
import { dnsNoRecord } from './outside/dns-no-record.ts';
import { dnsWrongTarget } from './outside/dns-wrong-target.ts';
import { port80Blocked } from './outside/port80-blocked.ts';
import { impactOf, stateOf } from './state.ts';
import { type CertView, certViewOf } from './view.ts';

export const certPending: Runbook<CertView> = {
  name: 'cert-pending',
  title: 'Certificate stuck',
  symptom: 'A certificate is not issued, not renewed, or not trusted',
  target: { kind: 'Certificate', name: 'auth-tls-cert' },
  rounds: [chainLooks, nameLooks, addressLooks],
  view: certViewOf,
  causes: [
    issuerNotFound,
    acmeUnreachable,
    acmeContactInvalid,
    acmeServerWrong,
    issuerNotReady,
    dnsNoRecord,
    dnsWrongTarget,
    port80Blocked,
    solverIngressClassMismatch,
    networkpolicyBlocksSolver,
    http01Intercepted,
    ingressShimDuplicate,
    twoCertificatesOneSecret,
    keyRotationNeverMismatch,
    acmeRateLimitedFailedAuthz,
    acmeRateLimitedExactSet,
    issuanceBackoff,
    stagingCertInUse,
  ],
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};
