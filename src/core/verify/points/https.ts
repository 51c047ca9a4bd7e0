import { withPort } from '../../addresses.ts';
import { isSameSerial, isStagingIssuer } from '../../certificate.ts';
import { condition, textAt } from '../../kubernetes/field.ts';
import { kinds } from '../../kubernetes/kinds.ts';
import { isOwnedBy } from '../../kubernetes/object.ts';
import { isOwnAddress } from '../../kubernetes/own-address.ts';
import { nameOf } from '../../look.ts';
import type { TlsAnswer } from '../../look-answers.ts';
import { attempt, CouldNotLook } from '../../sight.ts';
import type { Judgement, Point, PointSight } from '../point.ts';
import { covers, factsIn } from './certificate.ts';
import { headersMissing } from './headers.ts';
import { isWay, notReached, type Way, wayTo } from './outside.ts';

/** An ingress controller takes some seconds to load a new Secret. */
const loadMs = 60_000;

/** What a client gets: the certificate, the chain, the versions of TLS, an answer, and on production what it tells a browser. */
export const https: Point = {
  id: 'https',
  title: 'HTTPS answers',
  expects: ({ environment, withoutHeaders }) =>
    `an answer below 400 with the certificate of the Secret, valid and for the host, by TLS 1.2 or newer only${environment === 'production' && !withoutHeaders ? ', with HSTS and the security headers' : ''}`,
  runbook: 'cert-pending',
  detectors: ['ingress-serves-default-cert', 'staging-cert-in-use'],
  judge(sight) {
    const way = wayTo(sight);
    if (!isWay(way)) return way;
    const { host, address } = way;
    const handshake = sight.sight.try({ at: 'tls', host, address, port: 443 });
    if (!handshake.ok) {
      if (handshake.why === 'unreadable' || (handshake.why === 'unreachable' && /refused/.test(handshake.detail)))
        return {
          state: 'failed',
          saw: `no TLS at ${withPort(address, 443)}: ${handshake.detail}`,
          comesWith: 'issuing',
        };
      throw new CouldNotLook(nameOf({ at: 'tls', host, address, port: 443 }), handshake);
    }
    const served = handshake.value;
    const wrong = wrongWith(served, way, sight) ?? oldTls(way, sight);
    if (wrong) return wrong;
    return answerOf(way, served, sight);
  },
};

function wrongWith(served: TlsAnswer, { host, address }: Way, sight: PointSight): Judgement | undefined {
  const fail = (saw: string): Judgement => ({
    state: 'failed',
    saw: `${host} at ${address}: ${saw}`,
    comesWith: 'issuing',
  });
  const { names, notAfter, issuer, chain, distrust, subject } = served;
  if (!names.some((name) => covers(name, host)))
    return fail(`a certificate for ${names.join(', ') || 'no name'} is served (${subject})`);
  if (Date.parse(notAfter) <= sight.sight.now.getTime()) return fail(`the certificate served ended ${notAfter}`);
  if (sight.subject.environment === 'production' && isStagingIssuer(issuer))
    return { ...fail(`the certificate served is of the test CA (${issuer})`), lasting: true };
  if (
    chain?.length === 1 &&
    (distrust === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' || distrust === 'UNABLE_TO_GET_ISSUER_CERT')
  )
    return fail(`the chain is not whole: only the certificate itself is sent, not its issuer (${issuer})`);
  if (distrust === 'DEPTH_ZERO_SELF_SIGNED_CERT')
    return fail(`the certificate served is signed by itself (${subject})`);
  if (!another(served, address, sight)) return undefined;
  const other = fail(`another certificate than the one in the Secret is served (serial ${served.serial})`);
  // Whole, for the host, within its dates: the one before the renewal, which is served until the new one is loaded.
  return isJustIssued(sight) ? { ...other, state: 'waiting' } : other;
}

/** Only what this cluster's own ingress serves must be the Secret's: a content network in front has a certificate of its own. */
function another({ serial }: TlsAnswer, address: string, { sight, namespace, certificate }: PointSight): boolean {
  if (!isOwnAddress(sight.list(kinds.Ingress, namespace), address)) return false;
  const name = textAt(certificate(), 'spec.secretName');
  const secret = name === undefined ? undefined : sight.get(kinds.Secret, name, namespace);
  const stored = secret && factsIn(secret);
  return stored !== undefined && !isSameSerial(stored.serial, serial);
}

/** The request comes to its end as the Secret is written; the Certificate's own condition Ready is not moved by a renewal. */
function isJustIssued({ sight, namespace, certificate }: PointSight): boolean {
  const owner = certificate();
  const requests = attempt(() => sight.list(kinds.CertificateRequest, namespace)) ?? [];
  return requests
    .filter((request) => owner !== undefined && isOwnedBy(request, owner))
    .map((request) => condition(request, 'Ready'))
    .some(
      (ready) => ready?.status === 'True' && sight.now.getTime() - (ready.lastTransitionTime?.getTime() ?? 0) < loadMs,
    );
}

function oldTls({ host, address }: Way, { sight }: PointSight): Judgement | undefined {
  const look = { at: 'tls-version', host, address, port: 443, version: 'TLSv1.1' } as const;
  const answer = sight.try(look);
  // Who shook hands a moment ago and hangs up on this refuses it without the word for it.
  if (!answer.ok && answer.why === 'unreadable' && /closed/.test(answer.detail)) return undefined;
  return sight.must(look).accepted
    ? { state: 'failed', saw: `${host} at ${address} takes TLS 1.1, which nobody should (RFC 8996)`, lasting: true }
    : undefined;
}

function answerOf({ host, address, path }: Way, served: TlsAnswer, { sight, subject }: PointSight): Judgement {
  const url = `https://${host}${path}`;
  const look = { at: 'http', url, address } as const;
  const answer = sight.must(look);
  if (answer.outcome === 'failed') {
    if (answer.why === 'timed-out' || answer.why === 'unreachable') throw notReached(nameOf(look), answer.detail);
    return { state: 'failed', saw: `${url}: ${answer.detail}` };
  }
  if (answer.status >= 400)
    return {
      state: 'failed',
      saw: `${url} answers ${answer.status}`,
      ...(answer.status >= 500 ? { runbook: 'pdb-blocking' } : {}),
      comesWith: 'pods',
    };
  const missing = subject.environment === 'production' && !subject.withoutHeaders ? headersMissing(answer.headers) : [];
  if (missing === undefined)
    throw new CouldNotLook(nameOf(look), { ok: false, why: 'not-looked', detail: 'its headers were not kept' });
  if (missing.length > 0)
    return { state: 'failed', saw: `${url} answers ${answer.status}, but ${missing.join('; ')}`, lasting: true };
  return {
    state: 'passed',
    saw: `${url} answers ${answer.status}, ${served.protocol}, valid until ${served.notAfter.slice(0, 10)}`,
    remarks: remarksOn(served),
  };
}

function remarksOn({ issuer, distrust }: TlsAnswer): readonly string[] {
  if (isStagingIssuer(issuer)) return [`Signed by the test CA (${issuer}): browsers do not trust it, as designed`];
  if (distrust === 'CERT_HAS_EXPIRED' || distrust === 'CERT_NOT_YET_VALID')
    return [`By this machine's clock its chain is out of its dates (${distrust}): ${issuer}`];
  return distrust ? [`This machine does not know the root of its chain (${distrust}): ${issuer}`] : [];
}
