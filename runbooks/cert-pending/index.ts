import type { Runbook } from '../../src/core/diagnosis.ts';
import type { Look } from '../../src/core/look.ts';
import type { Sight } from '../../src/core/sight.ts';
import { csrCommonNameMissing } from './certificate/csr-common-name-missing.ts';
import { ingressShimDuplicate } from './certificate/ingress-shim-duplicate.ts';
import { issuanceBackoff } from './certificate/issuance-backoff.ts';
import { issuerChanged } from './certificate/issuer-changed.ts';
import { keyRotationNeverMismatch } from './certificate/key-rotation-never-mismatch.ts';
import { renewalOverdue } from './certificate/renewal-overdue.ts';
import { secretOverwrittenExternally } from './certificate/secret-overwritten-externally.ts';
import { specRejectedAtApply } from './certificate/spec-rejected-at-apply.ts';
import { stagingCertInUse } from './certificate/staging-cert-in-use.ts';
import { twoCertificatesOneSecret } from './certificate/two-certificates-one-secret.ts';
import { challengeFinalizerStuck } from './challenge/challenge-finalizer-stuck.ts';
import { challengeNotScheduled } from './challenge/challenge-not-scheduled.ts';
import { http01Intercepted } from './challenge/http01-intercepted.ts';
import { networkpolicyBlocksSolver } from './challenge/networkpolicy-blocks-solver.ts';
import { nginxAdmissionConflict } from './challenge/nginx-admission-conflict.ts';
import { nginxAdmissionUnavailable } from './challenge/nginx-admission-unavailable.ts';
import { nginxPathtypeExactRejected } from './challenge/nginx-pathtype-exact-rejected.ts';
import { selfcheckHairpin } from './challenge/selfcheck-hairpin.ts';
import { solverIngressClassMismatch } from './challenge/solver-ingress-class-mismatch.ts';
import { solverPodNotReady } from './challenge/solver-pod-not-ready.ts';
import { solverPodPolicyDenied } from './challenge/solver-pod-policy-denied.ts';
import { solverPodQuota } from './challenge/solver-pod-quota.ts';
import { tlsHandshakeSelfcheck } from './challenge/tls-handshake-selfcheck.ts';
import { concernsOf } from './concerns.ts';
import { certManagerBlinded } from './controller/cert-manager-blinded.ts';
import { certManagerControllerDown } from './controller/cert-manager-controller-down.ts';
import { certManagerNotInstalledOrSkewed } from './controller/cert-manager-not-installed-or-skewed.ts';
import { certManagerWebhookUnavailable } from './controller/cert-manager-webhook-unavailable.ts';
import { controllerLooks, deeperControllerLooks } from './controller/looks.ts';
import { nodeClockSkew } from './controller/node-clock-skew.ts';
import { ingressServesDefaultCert } from './ingress/ingress-serves-default-cert.ts';
import { acmeAccountDeactivated } from './issuer/acme-account-deactivated.ts';
import { acmeAccountKeyInvalid } from './issuer/acme-account-key-invalid.ts';
import { acmeAccountSecretShared } from './issuer/acme-account-secret-shared.ts';
import { acmeContactInvalid } from './issuer/acme-contact-invalid.ts';
import { acmeRateLimitedRegistrations } from './issuer/acme-rate-limited-registrations.ts';
import { acmeServerWrong } from './issuer/acme-server-wrong.ts';
import { acmeUnreachable } from './issuer/acme-unreachable.ts';
import { issuerNotFound } from './issuer/issuer-not-found.ts';
import { issuerNotReady } from './issuer/issuer-not-ready.ts';
import { lookAlikes } from './look-alikes.ts';
import { addressLooks, chainLooks, nameLooks } from './looks.ts';
import { acmeIdentifierPaused } from './order/acme-identifier-paused.ts';
import { acmeProfileUnsupported } from './order/acme-profile-unsupported.ts';
import { acmeRateLimitedDomain } from './order/acme-rate-limited-domain.ts';
import { acmeRateLimitedExactSet } from './order/acme-rate-limited-exact-set.ts';
import { acmeRateLimitedFailedAuthz } from './order/acme-rate-limited-failed-authz.ts';
import { acmeRateLimitedOrders } from './order/acme-rate-limited-orders.ts';
import { acmeServerError } from './order/acme-server-error.ts';
import { identifierRejected } from './order/identifier-rejected.ts';
import { noMatchingSolver } from './order/no-matching-solver.ts';
import { orderStale } from './order/order-stale.ts';
import { caaForbids } from './outside/caa-forbids.ts';
import { caaOrDnsServfail } from './outside/caa-or-dns-servfail.ts';
import { dnsNoRecord } from './outside/dns-no-record.ts';
import { dnsWrongTarget } from './outside/dns-wrong-target.ts';
import { port80Blocked } from './outside/port80-blocked.ts';
import { redirectBad } from './outside/redirect-bad.ts';
import { secondaryValidationBlocked } from './outside/secondary-validation-blocked.ts';
import { staleAaaa } from './outside/stale-aaaa.ts';
import { requestDenied } from './request/request-denied.ts';
import { requestNotApproved } from './request/request-not-approved.ts';
import { mayAsk, mayChange } from './rights.ts';
import { impactOf, stateOf } from './state.ts';
import { type CertView, certViewOf } from './view.ts';

export const certPending: Runbook<CertView> = {
  name: 'cert-pending',
  title: 'Certificate stuck',
  symptom: 'A certificate is not issued, not renewed, or not trusted',
  target: { kind: 'Certificate', name: 'auth-tls-cert' },
  rounds: [chainLooks, both(nameLooks, controllerLooks), both(addressLooks, deeperControllerLooks)],
  mayAsk,
  mayChange,
  view: certViewOf,
  causes: [
    certManagerNotInstalledOrSkewed,
    certManagerBlinded,
    certManagerWebhookUnavailable,
    certManagerControllerDown,
    nodeClockSkew,
    specRejectedAtApply,
    issuerNotFound,
    acmeUnreachable,
    acmeContactInvalid,
    acmeServerWrong,
    acmeAccountKeyInvalid,
    acmeAccountSecretShared,
    acmeRateLimitedRegistrations,
    issuerNotReady,
    requestNotApproved,
    requestDenied,
    acmeAccountDeactivated,
    acmeServerError,
    dnsNoRecord,
    dnsWrongTarget,
    port80Blocked,
    caaForbids,
    caaOrDnsServfail,
    staleAaaa,
    redirectBad,
    secondaryValidationBlocked,
    solverIngressClassMismatch,
    networkpolicyBlocksSolver,
    http01Intercepted,
    solverPodQuota,
    solverPodPolicyDenied,
    solverPodNotReady,
    nginxPathtypeExactRejected,
    nginxAdmissionConflict,
    nginxAdmissionUnavailable,
    selfcheckHairpin,
    tlsHandshakeSelfcheck,
    challengeFinalizerStuck,
    challengeNotScheduled,
    ingressServesDefaultCert,
    ingressShimDuplicate,
    twoCertificatesOneSecret,
    secretOverwrittenExternally,
    issuerChanged,
    keyRotationNeverMismatch,
    acmeRateLimitedFailedAuthz,
    acmeRateLimitedExactSet,
    acmeRateLimitedDomain,
    acmeRateLimitedOrders,
    acmeIdentifierPaused,
    acmeProfileUnsupported,
    identifierRejected,
    noMatchingSolver,
    csrCommonNameMissing,
    orderStale,
    issuanceBackoff,
    renewalOverdue,
    stagingCertInUse,
  ],
  lookAlikes,
  concerns: concernsOf,
  state: stateOf,
  impact: impactOf,
};

type Round = (sight: Sight) => readonly Look[];

function both(one: Round, other: Round): Round {
  return (sight) => [...one(sight), ...other(sight)];
}
