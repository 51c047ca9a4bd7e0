import { canonical, isPrivate, withPort } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import { certificateFacts } from '../../../src/core/certificate.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { condition, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { TlsAnswer } from '../../../src/core/look-answers.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { isCanary } from '../canary.ts';
import { hostsOf, secretNameOf } from '../chain.ts';
import { addressesIn, type CertView, ingressNamespace, isServing } from '../view.ts';
import { entriesFor, type TlsFault, tlsFaultOf } from './tls-entry.ts';

/** A controller takes some seconds to load a new Secret or a changed Ingress. */
const reloadMs = 60_000;

export const ingressServesDefaultCert: Cause<CertView> = {
  code: 'ingress-serves-default-cert',
  title: 'The ingress does not serve the certificate that was issued',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate, sight } = view;
    // A canary is served by nobody.
    if (!certificate || isCanary(certificate) || !isServing(certificate, sight.now)) return clear();
    const [host] = hostsOf(certificate).filter((name) => !name.startsWith('*.'));
    if (!host) return clear();
    const seen = faultIfSeen(view, certificate, host);
    const fault = seen === 'unseen' ? undefined : seen;
    const served = servedAt(view, host, fault?.is !== 'no-ingress');
    if (!served) return clear();
    const wrong = wrongIn(served.answer, host, sight.now);
    if (!wrong)
      return clear(`${host} is served with ${served.answer.subject || 'a certificate'} by ${served.answer.issuer}`);
    const place = placeOf(view, served.address);
    // What another one serves, a content network in front or another cluster, is not the work of this ingress.
    if (place === 'elsewhere' || (place === 'untold' && wrong !== 'default')) return clear();
    const since = condition(certificate, 'Ready')?.lastTransitionTime;
    const isYoung = since !== undefined && sight.now.getTime() - since.getTime() < reloadMs;
    // Whether it only needs a moment is told by the Ingress, which must be seen for that.
    if (seen === 'unseen' && isYoung)
      for (const kind of [kinds.Ingress, kinds.IngressClass]) sight.list(kind, view.namespace);
    const isLoading = !fault && isYoung;
    return found({
      object: refTo(fault?.ingress ?? certificate),
      because: `${host} is served with ${words[wrong]}, although ${certificate.metadata.name} is issued${fault ? `: ${fault.says}` : seen === 'unseen' ? '' : ', and the Ingress names its Secret'}.`,
      confidence: fault?.is === 'no-ingress' || place === 'untold' ? 'likely' : 'confirmed',
      evidence: [
        {
          from: `TLS ${host} at ${withPort(served.address, 443)}`,
          saw: `${served.answer.subject}, serial ${served.answer.serial}`,
          wanted: storedIn(view, certificate),
        },
        ...(fault?.evidence ?? []),
      ],
      remedies: [fault ? correct(view, certificate, fault) : reload(view, certificate)],
      ...(isLoading
        ? {
            waiting: {
              for: `the ingress controller to load Secret ${secretNameOf(certificate)}`,
              since: since ?? null,
              normallyUpTo: 'PT1M',
              nextTryAt: null,
            },
          }
        : {}),
    });
  },
};

type Wrong = 'default' | 'other-host' | 'expired';

const words: Readonly<Record<Wrong, string>> = {
  default: "the ingress controller's own default certificate",
  'other-host': 'a certificate for other hosts',
  expired: 'a certificate that has expired',
};

function wrongIn({ subject, issuer, names, notAfter }: TlsAnswer, host: string, now: Date): Wrong | undefined {
  if (/Kubernetes Ingress Controller Fake Certificate/.test(`${subject} ${issuer}`)) return 'default';
  const covers = (name: string): boolean =>
    name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
  if (!names.some(covers)) return 'other-host';
  return Date.parse(notAfter) <= now.getTime() ? 'expired' : undefined;
}

/** Behind address translation, or where nothing says its address, only the default certificate tells that it is an ingress-nginx that answers. */
function placeOf(view: CertView, address: string): 'here' | 'elsewhere' | 'untold' {
  const own = view.ownAddresses();
  if (own.some((item) => canonical(item) === canonical(address))) return 'here';
  return own.every(isPrivate) && !isPrivate(address) ? 'untold' : 'elsewhere';
}

/** The handshake is the proof. It may only be missing where it would be made with another one than this cluster's ingress. */
function servedAt(
  { sight, ownAddresses }: CertView,
  host: string,
  isOurs: boolean,
): { readonly address: string; readonly answer: TlsAnswer } | undefined {
  const [address] = addressesIn(sight.dns(host));
  if (!address) return undefined;
  const tried = sight.try({ at: 'tls', host, address, port: 443 });
  if (tried.ok) return { address, answer: tried.value };
  const own = ownAddresses().map(canonical);
  if (own.length === 0 ? isOurs : own.includes(canonical(address))) sight.tls(host, address);
  return undefined;
}

/** Where the Ingresses may not be read, the handshake alone must speak. */
function faultIfSeen(view: CertView, certificate: KubernetesObject, host: string): TlsFault | 'unseen' | undefined {
  const ingresses = view.sight.tryList(kinds.Ingress, view.namespace);
  const classes = view.sight.tryList(kinds.IngressClass);
  if (!ingresses.ok || !classes.ok) return 'unseen';
  return tlsFaultOf(entriesFor(ingresses.value, host, view.servedClasses()), host, secretNameOf(certificate));
}

/** Only the serial is told, and only where the Secret may be read. */
function storedIn({ sight, namespace }: CertView, certificate: KubernetesObject): string {
  const secret = sight.tryGet(kinds.Secret, secretNameOf(certificate), namespace);
  const facts = secret.ok ? certificateFacts(decoded(textMapAt(secret.value, 'data')['tls.crt'] ?? '')) : undefined;
  return facts
    ? `serial ${facts.serial}, as in Secret ${secretNameOf(certificate)}`
    : `what is in Secret ${secretNameOf(certificate)}`;
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

function correct({ namespace }: CertView, certificate: KubernetesObject, fault: TlsFault): Remedy {
  const { ingress, tls } = fault;
  if (!ingress || !tls)
    return byHand({
      id: 'serve-the-host-here',
      title: 'Have one Ingress of this namespace serve the host, with this Secret in its tls',
      risk: 'low',
      commands: [`kubectl get ingress -A | grep ${hostsOf(certificate)[0]}`],
    });
  return {
    id: 'name-the-secret-in-the-ingress',
    title: `Let Ingress ${ingress.metadata.name} serve the host with Secret ${secretNameOf(certificate)}`,
    risk: 'low',
    automatic: 'yes',
    commands: [
      `kubectl -n ${namespace} patch ingress ${ingress.metadata.name} --type merge -p '${JSON.stringify({ spec: { tls } })}'`,
    ],
    changes: [patchOf(ingress, [{ path: ['spec', 'tls'], to: tls }])],
    undo: 'Puts the tls of the Ingress back as it was.',
    reversible: true,
    blockedBy: null,
    healsWithin: 120,
  };
}

/** The Ingress is right: the controller has not loaded the Secret, or an Ingress of another namespace has the host first. */
function reload({ sight, namespace }: CertView, certificate: KubernetesObject): Remedy {
  const [host] = hostsOf(certificate);
  const ingresses = sight.tryList(kinds.Ingress, namespace);
  const names = ingresses.ok
    ? ingresses.value
        .filter((item) => JSON.stringify(item['spec'] ?? '').includes(host ?? ''))
        .map(({ metadata }) => metadata.name)
    : [];
  return byHand({
    id: 'have-the-controller-load-it',
    title:
      'Have the ingress controller say why it does not take the Secret; an older Ingress of another namespace may have the host',
    risk: 'low',
    commands: [
      `kubectl get ingress -A | grep ${host}`,
      ...names.map((name) => `kubectl -n ${namespace} describe ingress ${name}`),
      `kubectl -n ${ingressNamespace} logs deployment/ingress-nginx-controller --tail=200 | grep -i -e ssl -e ${secretNameOf(certificate)}`,
    ],
  });
}
