/** What staging must show before production may follow. Each check says passed, failed, or that it could not be looked at. */
import { certificateFacts } from '../../certificate.ts';
import { readinessOf } from '../../deploy/readiness.ts';
import type { Fetched, Unread } from '../../fetched.ts';
import { at, listAt, textAt, textMapAt, textsAt } from '../../kubernetes/field.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer, TlsAnswer } from '../../look.ts';
import type { CheckFacts, VerifyFacts } from '../effect.ts';

export type VerifySight = {
  readonly host: string;
  readonly now: Date;
  readonly issuer: Fetched<KubernetesObject>;
  readonly certificate: Fetched<KubernetesObject>;
  readonly secret: Fetched<KubernetesObject>;
  readonly deployment: Fetched<KubernetesObject>;
  readonly ingress: Fetched<KubernetesObject>;
  readonly dns: Fetched<DnsAnswer>;
  /** By address; none where the name has none. */
  readonly tls: Fetched<TlsAnswer> | undefined;
  readonly https: Fetched<HttpAnswer> | undefined;
  readonly runbook: { readonly outcome: 'healthy' | 'waiting' | 'problem' | 'incomplete'; readonly because: string };
};

/** Passed where nothing failed and the cluster itself could be looked at. What only the way from here hides does not fail: it is said. */
export function verify(sight: VerifySight): VerifyFacts {
  const inside = [
    issuer(sight),
    certificate(sight),
    secret(sight),
    deployment(sight),
    resources(sight),
    ingress(sight),
    runbook(sight),
  ];
  const outside = [served(sight), https(sight)];
  const passed = inside.every(({ state }) => state === 'passed') && outside.every(({ state }) => state !== 'failed');
  return { passed, checks: [...inside, ...outside] };
}

type Id = readonly [id: string, title: string];
const pass = ([id, title]: Id, detail: string): CheckFacts => ({ id, title, state: 'passed', detail });
const fail = ([id, title]: Id, detail: string): CheckFacts => ({ id, title, state: 'failed', detail });
const unseen = ([id, title]: Id, detail: string): CheckFacts => ({ id, title, state: 'not-looked', detail });

/** An object that is not there fails; one that may not be read is not looked at. */
function about(
  id: Id,
  fetched: Fetched<KubernetesObject>,
  judge: (object: KubernetesObject) => CheckFacts,
): CheckFacts {
  if (fetched.ok) return judge(fetched.value);
  return isAbsent(fetched)
    ? fail(id, 'is not there.')
    : unseen(id, `${fetched.detail}${fetched.needs ? ` (needs ${fetched.needs})` : ''}`);
}
const isAbsent = (unread: Unread): boolean => unread.why === 'not-found';

function byReadiness(id: Id, object: KubernetesObject): CheckFacts {
  const { ready, reason } = readinessOf(object);
  return ready ? pass(id, reason) : fail(id, `${reason}.`);
}

const issuer = ({ issuer: fetched }: VerifySight) => {
  const id = ['issuer', 'ClusterIssuer Ready'] as const;
  return about(id, fetched, (object) => byReadiness(id, object));
};

const certificate = ({ certificate: fetched }: VerifySight) => {
  const id = ['certificate', 'Certificate issued'] as const;
  return about(id, fetched, (object) => byReadiness(id, object));
};

const deployment = ({ deployment: fetched }: VerifySight) => {
  const id = ['deployment', 'Pods available'] as const;
  return about(id, fetched, (object) => byReadiness(id, object));
};

const resources = ({ deployment: fetched }: VerifySight) => {
  const id = ['resources', 'Resource limits set'] as const;
  return about(id, fetched, (object) => {
    const containers = listAt(object, 'spec.template.spec.containers');
    const open = containers.filter((one) =>
      ['requests', 'limits'].some((side) => Object.keys(textMapAt(one, `resources.${side}`)).length < 2),
    );
    return open.length === 0 ? pass(id, 'requests and limits') : fail(id, 'a container has no requests or limits.');
  });
};

const ingress = ({ ingress: fetched, host }: VerifySight) => {
  const id = ['ingress', 'Ingress has TLS'] as const;
  return about(id, fetched, (object) => {
    const isOn = listAt(object, 'spec.tls').some(
      (one) => textsAt(one, 'hosts').includes(host) && textAt(one, 'secretName') === 'auth-tls-secret',
    );
    return isOn ? pass(id, host) : fail(id, `no TLS for ${host} with auth-tls-secret.`);
  });
};

const secret = ({ secret: fetched, host, now }: VerifySight) => {
  const id = ['secret', 'Certificate in its Secret'] as const;
  return about(id, fetched, (object) => {
    const facts = factsIn(object);
    if (facts === undefined) return fail(id, 'auth-tls-secret holds no certificate.');
    if (!facts.names.includes(host)) return fail(id, `it is for ${facts.names.join(', ')}, not for ${host}.`);
    return new Date(facts.notAfter) > now
      ? pass(id, `valid until ${facts.notAfter.slice(0, 10)}`)
      : fail(id, `it ended ${facts.notAfter}.`);
  });
};

function factsIn(object: KubernetesObject) {
  const encoded = textAt({ data: at(object, 'data') ?? {}, pem: textMapAt(object, 'data')['tls.crt'] }, 'pem');
  if (encoded === undefined || encoded === '') return undefined;
  try {
    return certificateFacts(atob(encoded));
  } catch {
    return undefined;
  }
}

function runbook({ runbook: { outcome, because } }: VerifySight): CheckFacts {
  const id = ['cert-pending', 'Nothing stuck'] as const;
  if (outcome === 'healthy') return pass(id, 'runbook cert-pending: healthy');
  return outcome === 'incomplete' ? unseen(id, because) : fail(id, because);
}

/** The certificate that clients get from here: by its serial the one in the Secret. */
function served({ tls, dns, secret: fetched, host }: VerifySight): CheckFacts {
  const id = ['served', 'Served certificate'] as const;
  if (tls === undefined) return unseen(id, noAddress(dns, host));
  if (!tls.ok) return unseen(id, `not reached from here: ${tls.detail}`);
  const { serial, names } = tls.value;
  const own = fetched.ok ? factsIn(fetched.value)?.serial : undefined;
  if (own !== undefined)
    return sameSerial(own, serial)
      ? pass(id, 'the same as in the Secret')
      : fail(id, `another one is served (serial ${serial}).`);
  return names.includes(host) ? pass(id, `for ${host}`) : fail(id, `it is for ${names.join(', ') || 'no name'}.`);
}

const sameSerial = (one: string, other: string): boolean => canonical(one) === canonical(other);
const canonical = (serial: string): string => serial.replaceAll(':', '').replace(/^0+/, '').toUpperCase();

function https({ https: fetched, dns, host }: VerifySight): CheckFacts {
  const id = ['https', 'HTTPS answers'] as const;
  if (fetched === undefined) return unseen(id, noAddress(dns, host));
  if (!fetched.ok) return unseen(id, `not reached from here: ${fetched.detail}`);
  if (fetched.value.outcome === 'failed')
    return unseen(id, `not reached from here: ${fetched.value.detail || fetched.value.why}`);
  const { status } = fetched.value;
  return status < 400
    ? pass(id, `https://${host}/health answers ${status}`)
    : fail(id, `https://${host}/health answers ${status}.`);
}

const noAddress = (dns: Fetched<DnsAnswer>, host: string): string =>
  dns.ok ? `${host} has no address from here (${dns.value.rcode})` : `${host} could not be looked up: ${dns.detail}`;
