import { byHand } from '../../../src/core/by-hand.ts';
import { certificateFacts, isStagingIssuer } from '../../../src/core/certificate.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { type Fetched, seen } from '../../../src/core/fetched.ts';
import { condition, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { spending } from '../budget.ts';
import { isCanary } from '../canary.ts';
import { hostsOf, issuerRefOf, secretNameOf } from '../chain.ts';
import { addressesIn, type CertView } from '../view.ts';
import { isShim } from './secret-owner.ts';

/** The service's own names; in staging this is the design, so only production is judged. */
const productionNamespace = 'orion-prod';
const productionIssuer = 'letsencrypt-prod';
const testIssuer = 'letsencrypt-staging';
const stagingServer = /acme-staging/;

export const stagingCertInUse: Cause<CertView> = {
  code: 'staging-cert-in-use',
  title: 'Production serves a certificate of the test CA',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { certificate } = view;
    if (!certificate || isCanary(certificate) || condition(certificate, 'Ready')?.status !== 'True') return clear();
    const named = issuerRefOf(certificate);
    const swapped = named.name === productionIssuer;
    if (view.namespace !== productionNamespace && !swapped) return clear();
    const present = presentIssuer(view, certificate);
    const isOfTestCa = present?.ok && isStagingIssuer(present.value);
    if (named.name !== testIssuer && !isOfTestCa) {
      // What was issued counts; what the issuer asks now will be issued next, and stands in where the certificate was not seen.
      if (present?.ok) return clear(`the certificate is signed by ${present.value}`);
      if (!stagingServer.test(textAt(view.issuer(), 'spec.acme.server') ?? '')) {
        if (present) throw new CouldNotLook(`tls ${hostsOf(certificate)[0]}`, present);
        return clear('its issuer does not ask the test CA');
      }
    }
    const issuer = view.issuerIfSeen();
    const server = textAt(issuer, 'spec.acme.server');
    return found({
      ...standing(view, certificate, issuer),
      confidence: isOfTestCa || named.name === testIssuer ? 'confirmed' : 'likely',
      evidence: [
        saw(certificate, 'spec.issuerRef', `ClusterIssuer ${productionIssuer}`),
        ...(issuer && server ? [{ from: nameOfObject(issuer), path: 'spec.acme.server', saw: server }] : []),
        ...(present?.ok ? [{ from: 'The certificate itself', path: 'issuer', saw: present.value }] : []),
      ],
    });
  },
};

/** The issuer was swapped, it was and is right again, or another is named. */
function standing(
  view: CertView,
  certificate: KubernetesObject,
  issuer: KubernetesObject | undefined,
): Pick<Found, 'object' | 'because' | 'remedies'> {
  const { kind, name } = issuerRefOf(certificate);
  const { name: mine } = certificate.metadata;
  if (name !== productionIssuer)
    return {
      object: refTo(certificate),
      because: `${mine} is issued by ${name}, the test CA, so browsers distrust it.`,
      remedies: [switchIssuer(view, certificate)],
    };
  const server = textAt(issuer, 'spec.acme.server');
  if (server !== undefined && !stagingServer.test(server))
    return {
      object: refTo(certificate),
      because: `${mine} is still the one that the test CA signed, so browsers distrust it. ${kind} ${name} asks another CA now (${server}), but cert-manager issues nothing anew for that.`,
      remedies: [issueAnew(certificate)],
    };
  return {
    object: refTo(issuer ?? certificate),
    because: `${kind} ${name} asks the test CA${server ? ` (${server})` : ''}, so browsers distrust what ${mine} serves.`,
    remedies: [correctServer(name, certificate)],
  };
}

/** Who signed the certificate in use: as it is stored, else as it is served. Undefined where there is none to look at. */
function presentIssuer(view: CertView, certificate: KubernetesObject): Fetched<string> | undefined {
  const secret = view.sight.tryGet(kinds.Secret, secretNameOf(certificate), view.namespace);
  const stored = secret.ok ? certificateFacts(decoded(textMapAt(secret.value, 'data')['tls.crt'] ?? '')) : undefined;
  if (stored) return seen(stored.issuer);
  const [host] = hostsOf(certificate);
  const dns = host ? view.sight.try({ at: 'dns', name: host }) : undefined;
  if (!host || !dns) return undefined;
  if (!dns.ok) return dns;
  const [address] = addressesIn(dns.value);
  const served = address ? view.sight.try({ at: 'tls', host, address, port: 443 }) : undefined;
  return served?.ok ? seen(served.value.issuer) : served;
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

const renew = ({ metadata }: KubernetesObject) => `cmctl renew -n ${metadata.namespace} ${metadata.name}`;

/** cert-manager compares a certificate with its issuer's name, never with the server that the issuer asks. */
const correctServer = (name: string, certificate: KubernetesObject) =>
  byHand({
    id: 'correct-the-server',
    title: `Let ${name} ask the real CA, then issue its Certificates anew`,
    risk: 'medium',
    commands: [
      `kubectl patch clusterissuer ${name} --type merge -p '{"spec":{"acme":{"server":"https://acme-v02.api.letsencrypt.org/directory"}}}'`,
      renew(certificate),
    ],
  });

const issueAnew = (certificate: KubernetesObject) =>
  byHand({
    id: 'issue-anew',
    title: 'Issue it anew, by the CA that its issuer asks now',
    risk: 'medium',
    commands: [renew(certificate)],
  });

function switchIssuer(view: CertView, certificate: KubernetesObject): Remedy {
  const issuers = view.sight.tryList(kinds.ClusterIssuer);
  const real = issuers.ok ? issuers.value.find(({ metadata }) => metadata.name === productionIssuer) : undefined;
  const ready =
    real && condition(real, 'Ready')?.status === 'True' && !stagingServer.test(textAt(real, 'spec.acme.server') ?? '');
  const wanted = { group: 'cert-manager.io', kind: 'ClusterIssuer', name: productionIssuer };
  const remedy: Remedy = {
    ...byHand({
      id: 'switch-to-production-issuer',
      title: `Have it issued by ${productionIssuer}`,
      risk: 'medium',
      commands: [
        `kubectl -n ${certificate.metadata.namespace} patch certificate ${certificate.metadata.name} --type merge -p '${JSON.stringify({ spec: { issuerRef: wanted } })}'`,
      ],
    }),
    blockedBy: isShim(certificate)
      ? 'the Certificate is made from an Ingress, whose annotation would write the issuer back'
      : ready
        ? null
        : `ClusterIssuer ${productionIssuer} is not there, not Ready, or asks the test CA itself`,
  };
  return spending(view, remedy, real);
}
