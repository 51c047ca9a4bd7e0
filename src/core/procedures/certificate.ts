import { withPort } from '../addresses.ts';
import { type ChainLink, chainLinks, isCertificateFor, isSameSerial, isStagingIssuer } from '../certificate.ts';
import { utc } from '../durations.ts';
import { condition, textAt, textMapAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { isOwnAddress } from '../kubernetes/own-address.ts';
import type { TlsAnswer } from '../look-answers.ts';
import type { TestReport } from '../report/test-report.ts';
import { attempt, CouldNotLook, type Sight } from '../sight.ts';
import { ownNames } from '../verify/names.ts';
import type { Subject } from '../verify/point.ts';
import { covers } from '../verify/points/certificate.ts';
import { byRunbook } from './by-runbook.ts';
import { type Check, checkOf, failed, type Judged, noted, passed } from './check.ts';
import { addressesOf, dnsLooks, hostLooks, hostOf, type Procedure, sightIn } from './procedure.ts';
import { nameCheck } from './reachable.ts';

const secretName = (sight: Sight, site: Subject): string =>
  textAt(attempt(sightIn(sight, site).certificate), 'spec.secretName') ?? 'auth-tls-secret';

/** The certificate's text, dates, chain and key match: as it is served, and as it lies in its Secret. */
export const certificateProcedure = (site: Subject): Procedure => ({
  rounds: [
    () => hostLooks(site),
    (sight) => [
      ...dnsLooks(sight, site),
      { at: 'get', kind: kinds.Secret, namespace: site.namespace, name: secretName(sight, site) },
    ],
    (sight) => {
      const host = hostOf(sight, site);
      return host === undefined
        ? []
        : addressesOf(sight, host).map((address) => ({ at: 'tls', host, address, port: 443 }) as const);
    },
  ],
  judge: (sight, diagnosis) => {
    const host = hostOf(sight, site);
    const addresses = host === undefined ? [] : addressesOf(sight, host);
    const served = addresses.flatMap((address) => {
      const answer = sight.try({ at: 'tls', host: host ?? '', address, port: 443 });
      return answer.ok ? [{ address, answer: answer.value }] : [];
    });
    const [first] = served;
    return {
      checks: [
        ...byRunbook(diagnosis, 'not-stuck', 'Nothing is stuck', 'cert-pending'),
        ready(sight, site),
        nameCheck(sight, site),
        ...addresses.flatMap((address) => servedChecks(sight, site, host ?? '', address)),
        ...secretChecks(sight, site, host),
      ],
      certificates: [
        ...served.map(({ address, answer }) => ofServed(address, answer, sight.now)),
        ...ofSecret(sight, site),
      ],
      ...(first?.answer.seenFrom === undefined ? {} : { seenFrom: first.answer.seenFrom }),
    };
  },
});

function ready(sight: Sight, site: Subject): Check {
  return checkOf({ id: 'issued', title: 'Certificate issued', expected: 'Ready True' }, () => {
    const certificate = sightIn(sight, site).certificate();
    const object = `Certificate/${ownNames.certificate}`;
    const runbook = 'cert-pending';
    if (!certificate) return failed('there is no such Certificate', { object, runbook });
    const said = condition(certificate, 'Ready');
    const renewal = textAt(certificate, 'status.renewalTime');
    const where = { object, path: 'status.conditions[Ready]' };
    return said?.status === 'True'
      ? passed(`Ready${renewal ? `, to be renewed ${renewal}` : ''}`, where)
      : failed(said ? `${said.reason}: ${said.message}` : 'not looked at by cert-manager yet', { ...where, runbook });
  });
}

/** Dates, name and chain of a certificate, wherever it lies. */
function dates(leaf: ChainLink, now: Date): Judged {
  const days = daysLeft(leaf, now);
  const span = `valid ${leaf.notBefore.slice(0, 10)} to ${leaf.notAfter.slice(0, 10)}`;
  if (new Date(leaf.notAfter) <= now) return failed(`${span}: ended`, { runbook: 'cert-pending' });
  if (new Date(leaf.notBefore) > now) return failed(`${span}: not valid yet, it is ${utc(now)} here`);
  return passed(`${span}, ${days} ${days === 1 ? 'day' : 'days'} left`);
}

function chain(links: readonly ChainLink[]): Judged {
  const broken = links.find(({ signedByNext }) => signedByNext === false);
  const order = links.map(({ subject }) => subject).join(' <- ');
  return broken ? failed(`${broken.subject} is not signed by the one after it: ${order}`) : passed(order);
}

const daysLeft = ({ notAfter }: Pick<ChainLink, 'notAfter'>, now: Date): number =>
  Math.floor((Date.parse(notAfter) - now.getTime()) / 86_400_000);

function servedChecks(sight: Sight, site: Subject, host: string, address: string): readonly Check[] {
  const of = (
    id: string,
    title: string,
    expected: string,
    judge: (answer: TlsAnswer, links: readonly ChainLink[]) => Judged,
  ) =>
    checkOf({ id: `served-${id} ${address}`, title: `As served at ${address}: ${title}`, expected }, () => {
      const answer = sight.tls(host, address);
      return judge(answer, answer.chain ?? []);
    });
  return [
    of('dates', 'dates', 'valid now', ({ chain: links = [], notAfter }) => {
      const [leaf] = links;
      return leaf ? dates(leaf, sight.now) : noLinks(`ends ${notAfter}`);
    }),
    of('name', 'name', `for ${host}`, ({ names }) =>
      names.some((name) => covers(name, host))
        ? passed(names.join(', '))
        : failed(`for ${names.join(', ') || 'no name'}`, { runbook: 'cert-pending' }),
    ),
    of('chain', 'chain', 'each signed by the next', (_, links) =>
      links.length > 0 ? chain(links) : noLinks('not kept'),
    ),
    of('trust', 'trust', 'trusted by clients, in production', (answer, links) => trust(site, answer, links, sight.now)),
    of('same', 'the one in the Secret', 'the same serial', ({ serial }) => {
      const secret = sight.get(kinds.Secret, secretName(sight, site), site.namespace);
      const [own] = linksIn(secret);
      const object = `Secret/${secretName(sight, site)}`;
      if (!own) return failed('the Secret holds no certificate', { object, runbook: 'cert-pending' });
      if (!isOwnAddress(sight.list(kinds.Ingress, site.namespace), address))
        return noted(`serial ${serial}; what answers there is not this cluster's ingress`);
      return isSameSerial(own.serial, serial)
        ? passed(`serial ${serial}`, { object })
        : failed(`serial ${serial}; the Secret holds ${own.serial}`, { object, runbook: 'cert-pending' });
    }),
    of('key', 'key', 'belongs to the certificate', () => passed('the handshake was made with it')),
  ];
}

function noLinks(detail: string): never {
  throw new CouldNotLook('the chain', { ok: false, why: 'not-looked', detail: `the chain was not told: ${detail}` });
}

/** Staging's certificate comes from a test authority: no browser trusts it, and that is the design. */
function trust(
  { environment }: Subject,
  { issuer, distrust }: TlsAnswer,
  links: readonly ChainLink[],
  now: Date,
): Judged {
  if (isByOtherDates(distrust, links, now))
    throw new CouldNotLook('trust', {
      ok: false,
      why: 'not-looked',
      detail: `this machine says ${distrust}, and all that was sent is valid at ${utc(now)} by the API server's clock: set this machine's clock right, or bring its authorities up to date`,
    });
  if (distrust === undefined) return noLinks('nor whether it is trusted');
  if (distrust === '') return passed(`trusted by this machine, issued by ${issuer}`);
  const says = `not trusted by this machine (${distrust}), issued by ${issuer}`;
  if (environment === 'production') return failed(says, { runbook: 'cert-pending' });
  return isStagingIssuer(issuer)
    ? noted(`${says}: not trusted by browsers, as designed for staging`)
    : noted(`${says}: browsers would warn, unless they know that authority`);
}

/** Whether this machine objects to dates that are right: what is trusted is judged by TLS itself, which has no clock but this machine's. */
const isByOtherDates = (distrust: string | undefined, links: readonly ChainLink[], now: Date): boolean =>
  (distrust === 'CERT_HAS_EXPIRED' || distrust === 'CERT_NOT_YET_VALID') &&
  links.length > 0 &&
  links.every(({ notBefore, notAfter }) => new Date(notBefore) <= now && now < new Date(notAfter));

function pemIn(secret: KubernetesObject | undefined): string {
  const encoded = secret && textMapAt(secret, 'data')['tls.crt'];
  try {
    return atob(encoded ?? '');
  } catch {
    return '';
  }
}

function linksIn(secret: KubernetesObject | undefined): readonly ChainLink[] {
  const links = chainLinks(pemIn(secret));
  return links.ok ? links.value : [];
}

function secretChecks(sight: Sight, site: Subject, host: string | undefined): readonly Check[] {
  const name = secretName(sight, site);
  const object = `Secret/${name}`;
  const of = (
    id: string,
    title: string,
    expected: string,
    judge: (secret: KubernetesObject, leaf: ChainLink) => Judged,
  ) =>
    checkOf({ id: `secret-${id}`, title: `In the Secret: ${title}`, expected }, () => {
      const secret = sight.get(kinds.Secret, name, site.namespace);
      if (!secret) return failed('there is no such Secret', { object, runbook: 'cert-pending' });
      const [leaf] = linksIn(secret);
      if (!leaf)
        return failed('tls.crt holds no certificate', { object, path: 'data.tls.crt', runbook: 'cert-pending' });
      return { object, ...judge(secret, leaf) };
    });
  return [
    of('dates', 'dates', 'valid now', (_, leaf) => dates(leaf, sight.now)),
    of('name', 'name', host === undefined ? 'for the host' : `for ${host}`, (secret, leaf) => {
      if (host === undefined) return noted(`for ${leaf.names.join(', ')}; the host is not known`);
      return isCertificateFor(pemIn(secret), host)
        ? passed(leaf.names.join(', '))
        : failed(`for ${leaf.names.join(', ') || 'no name'}`, { runbook: 'cert-pending' });
    }),
    of('chain', 'chain', 'each signed by the next', (secret) => chain(linksIn(secret))),
    of('key', 'key', 'belongs to the certificate', (secret) => {
      const fits = secret['keyFits'];
      const path = 'data.tls.key';
      if (fits === true) return passed('belongs to the certificate', { path });
      return failed(fits === false ? 'belongs to another certificate' : 'there is no private key that can be read', {
        path,
        runbook: 'cert-pending',
      });
    }),
  ];
}

type Shown = NonNullable<TestReport['certificates']>[number];

const shownLinks = (links: readonly ChainLink[]): Shown['chain'] =>
  links.map(({ names, ...link }) => ({ ...link, names: [...names] }));

const ofServed = (address: string, { chain: links = [], notAfter, distrust }: TlsAnswer, now: Date): Shown => ({
  where: withPort(address, 443),
  daysLeft: daysLeft({ notAfter }, now),
  keyFits: true,
  distrust: distrust ?? null,
  chain: shownLinks(links),
});

function ofSecret(sight: Sight, site: Subject): readonly Shown[] {
  const name = secretName(sight, site);
  const secret = sight.tryGet(kinds.Secret, name, site.namespace);
  const links = linksIn(secret.ok ? secret.value : undefined);
  const [leaf] = links;
  if (!leaf || !secret.ok) return [];
  const fits = secret.value['keyFits'];
  return [
    {
      where: `Secret ${name}`,
      daysLeft: daysLeft(leaf, sight.now),
      keyFits: typeof fits === 'boolean' ? fits : null,
      distrust: null,
      chain: shownLinks(links),
    },
  ];
}
