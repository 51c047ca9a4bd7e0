import { familyOf } from '../addresses.ts';
import type { Look, TlsVersion } from '../look.ts';
import { tlsVersions } from '../look.ts';
import type { HttpAnswer } from '../look-answers.ts';
import { securityHeaders } from '../manifests/security-headers.ts';
import type { TestReport } from '../report/test-report.ts';
import type { Sight } from '../sight.ts';
import { CouldNotLook } from '../sight.ts';
import type { Subject } from '../verify/point.ts';
import { headersMissing, maxAgeOf } from '../verify/points/headers.ts';
import { type Check, checkOf, failed, type Judged, need, noted, passed } from './check.ts';
import { addressesOf, dnsLooks, hostLooks, hostOf, type Procedure } from './procedure.ts';
import { nameCheck } from './reachable.ts';

const path = '/health';
const hstsSeconds = 31_536_000;

const httpLook = (scheme: 'http' | 'https', host: string, address: string) =>
  ({ at: 'http', url: `${scheme}://${host}${path}`, address, follow: false }) as const;
const versionLook = (host: string, address: string, version: TlsVersion) =>
  ({ at: 'tls-version', host, address, port: 443, version }) as const;
const tlsLook = (host: string, address: string) => ({ at: 'tls', host, address, port: 443 }) as const;

/** Redirect, HTTPS, headers and versions of TLS, as a client sees them at every address of the host. */
export const ingressProcedure = (site: Subject): Procedure => ({
  rounds: [
    () => hostLooks(site),
    (sight) => dnsLooks(sight, site),
    (sight) => {
      const host = hostOf(sight, site);
      return host === undefined ? [] : addressesOf(sight, host).flatMap((address) => looksAt(host, address));
    },
  ],
  judge: (sight) => {
    const host = hostOf(sight, site);
    const addresses = host === undefined ? [] : addressesOf(sight, host);
    const from = addresses.flatMap((address) => {
      const answer = sight.try(tlsLook(host ?? '', address));
      return (answer.ok && answer.value.seenFrom) || [];
    });
    const [seenFrom] = from;
    return {
      checks: [nameCheck(sight, site), ...addresses.flatMap((address) => checksAt(sight, site, host ?? '', address))],
      addresses: addresses.map((address) => shown(sight, host ?? '', address)),
      ...(seenFrom === undefined ? {} : { seenFrom }),
    };
  },
});

const looksAt = (host: string, address: string): readonly Look[] => [
  httpLook('http', host, address),
  httpLook('https', host, address),
  tlsLook(host, address),
  ...tlsVersions.map((version) => versionLook(host, address, version)),
];

function checksAt(sight: Sight, site: Subject, host: string, address: string): readonly Check[] {
  const of = (id: string, title: string, expected: string, judge: () => Judged): Check =>
    checkOf({ id: `${id} ${address}`, title: `${title}, at ${address}`, expected }, judge);
  return [
    of('redirect', 'HTTP redirects to HTTPS', `a redirect to https://${host}`, () =>
      redirect(sight.must(httpLook('http', host, address)), host),
    ),
    of('https', 'HTTPS answers', `https://${host}${path} answers 200`, () => {
      const answer = reached(sight.must(httpLook('https', host, address)), 'HTTPS');
      return answer.status >= 200 && answer.status < 300
        ? passed(`answers ${answer.status}`)
        : failed(`answers ${answer.status}`);
    }),
    of(
      'hsts',
      'HSTS',
      site.environment === 'staging' ? 'not asked of staging' : `max-age of ${hstsSeconds} or more`,
      () => hsts(headersOf(sight, host, address)['strict-transport-security'], site),
    ),
    of('headers', 'Security headers', 'the usual ones', () => headers(headersOf(sight, host, address), site)),
    of('tls', 'TLS versions', '1.2 or newer only', () => floor(sight, host, address)),
  ];
}

/** What was reached but did not answer is no failing of this machine; what was not reached may be. */
function reached(answer: HttpAnswer, what: string): Extract<HttpAnswer, { outcome: 'answered' }> {
  if (answer.outcome === 'answered') return answer;
  throw new CouldNotLook(what, {
    ok: false,
    why: answer.why === 'timed-out' ? 'timed-out' : 'unreachable',
    detail: `not reached from here: ${answer.detail || answer.why}`,
  });
}

function redirect(answer: HttpAnswer, host: string): Judged {
  if (answer.outcome === 'failed' && answer.why === 'refused')
    return failed('port 80 refuses connections: who types the bare name gets nothing, and HTTP-01 cannot renew');
  const { status, location } = reached(answer, 'HTTP');
  const to = URL.parse(location, `http://${host}`);
  const leads = to?.protocol === 'https:' && to.hostname.toLowerCase() === host.toLowerCase();
  if (status >= 300 && status < 400 && leads) return passed(`${status} to ${location}`);
  return failed(location === '' ? `answers ${status} without TLS` : `answers ${status} to ${location}`);
}

function headersOf(sight: Sight, host: string, address: string): Readonly<Record<string, string>> {
  const answer = reached(sight.must(httpLook('https', host, address)), 'HTTPS');
  return need('headers', answer.headers ? { ok: true, value: answer.headers } : notKept);
}
const notKept = { ok: false, why: 'not-looked', detail: 'the headers of the answer were not kept' } as const;

/** Asked of production only: staging's certificate is untrusted by design, and must stay clickable. */
function hsts(value: string | undefined, { environment }: Subject): Judged {
  const seconds = maxAgeOf(value ?? '') ?? -1;
  if (environment === 'staging')
    return value === undefined || seconds === 0
      ? passed('not sent')
      : noted(
          `"${value}" is sent: a browser that once trusted this host will not let anybody click past its certificate`,
        );
  const judged = value === undefined ? 'not sent' : `"${value}"`;
  if (seconds >= hstsSeconds) return passed(judged);
  return environment === 'production' ? failed(judged) : noted(judged);
}

function headers(sent: Readonly<Record<string, string>>, { environment }: Subject): Judged {
  const wanted = Object.keys(securityHeaders('staging')).map((name) => name.toLowerCase());
  const missing = wanted.filter((name) => sent[name] === undefined);
  const sniffing = sent['x-content-type-options'];
  const wrong =
    sniffing !== undefined && sniffing.toLowerCase() !== 'nosniff' ? [`x-content-type-options: ${sniffing}`] : [];
  if (missing.length === 0 && wrong.length === 0)
    return passed(wanted.map((name) => `${name}: ${sent[name]}`).join('; '));
  const says = [missing.length > 0 ? `not sent: ${missing.join(', ')}` : '', ...wrong].filter(Boolean).join('; ');
  const isAsked = environment === 'production' && (headersMissing(sent) ?? []).some((one) => !one.startsWith('HSTS'));
  return isAsked || wrong.length > 0 ? failed(says) : noted(says);
}

type Version = 'accepted' | 'refused' | 'not-looked';

/** A version that breaks the connection off while another is taken is refused, in a rude way. */
function versions(sight: Sight, host: string, address: string): Readonly<Record<TlsVersion, Version>> {
  const answers = tlsVersions.map((version) => [version, sight.try(versionLook(host, address, version))] as const);
  const isTaken = answers.some(([, answer]) => answer.ok && answer.value.accepted);
  return Object.fromEntries(
    answers.map(([version, answer]): [TlsVersion, Version] => {
      if (answer.ok) return [version, answer.value.accepted ? 'accepted' : 'refused'];
      return [version, isTaken && answer.why === 'unreadable' ? 'refused' : 'not-looked'];
    }),
  ) as Record<TlsVersion, Version>;
}

function floor(sight: Sight, host: string, address: string): Judged {
  const found = versions(sight, host, address);
  const all = tlsVersions.map((version) => `${version} ${found[version]}`).join(', ');
  if (found.TLSv1 === 'accepted' || found['TLSv1.1'] === 'accepted') return failed(all);
  for (const version of tlsVersions)
    if (found[version] === 'not-looked') sight.must(versionLook(host, address, version));
  return found['TLSv1.2'] === 'accepted' || found['TLSv1.3'] === 'accepted' ? passed(all) : failed(all);
}

function shown(sight: Sight, host: string, address: string): NonNullable<TestReport['addresses']>[number] {
  const answerTo = (scheme: 'http' | 'https') => {
    const answer = sight.try(httpLook(scheme, host, address));
    if (!answer.ok) return { status: null, location: null, detail: answer.detail, headers: {} };
    if (answer.value.outcome === 'failed')
      return { status: null, location: null, detail: answer.value.detail || answer.value.why, headers: {} };
    const { status, location, headers: sent = {} } = answer.value;
    return { status, location: location || null, detail: '', headers: sent };
  };
  const [http, https] = [answerTo('http'), answerTo('https')];
  return {
    address,
    family: familyOf(address) === 6 ? 'IPv6' : 'IPv4',
    http: { status: http.status, location: http.location, detail: http.detail },
    https: { status: https.status, detail: https.detail },
    headers: { ...https.headers },
    versions: versions(sight, host, address),
  };
}
