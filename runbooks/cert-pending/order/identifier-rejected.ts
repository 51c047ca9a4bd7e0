import { isPrivate } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard, refusalsOf } from '../ca-answer.ts';
import { hostsOf } from '../chain.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';

/** Of what is malformed: a name, which boulder quotes and pebble calls so. */
const isOfAName = (detail: string, hosts: readonly string[]): boolean =>
  hosts.some((host) => detail.includes(host)) || /identifier with a value/.test(detail);

export const identifierRejected: Cause<CertView> = {
  code: 'identifier-rejected',
  title: 'The CA issues nothing for such a name',
  severity: 'error',
  owner: 'operator',
  explains: ['acme-rate-limited-failed-authz', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const said = answerToOrder(view);
    const problem = said?.problem;
    if (!said || !problem) return unreachableName(view, certificate);
    const isOfName =
      problem.type === 'rejectedIdentifier' ||
      problem.type === 'unsupportedIdentifier' ||
      (problem.type === 'malformed' && isOfAName(problem.detail, hostsOf(certificate)));
    if (!isOfName || !/Failed to create Order/.test(said.says)) return clear();
    const named = hostsOf(certificate).find((host) => problem.detail.includes(`"${host}"`));
    return found({
      object: refTo(certificate),
      because: `The CA refuses ${named ?? 'a name of the Certificate'}: ${quote(problem.detail).slice(0, 200)}`,
      confidence: 'confirmed',
      evidence: [
        saw(certificate, 'spec.dnsNames', 'names of the public DNS, with a dot, without underscores'),
        heard(said),
      ],
      remedies: [correctNames(certificate), privateCa()],
    });
  },
};

/** A name that the CA finds no usable address for, though it has one: one of a private network. */
function unreachableName(view: CertView, certificate: KubernetesObject): Verdict {
  const refusal = refusalsOf(view).find(
    ({ problem, secondary }) => problem.type === 'dns' && !/DNS problem: /.test(problem.detail) && !secondary,
  );
  if (!refusal) return clear();
  const { a, aaaa } = view.dns(refusal.host);
  const addresses = [...a, ...aaaa];
  if (addresses.length === 0 || !addresses.every(isPrivate)) return clear();
  return found({
    object: refTo(certificate),
    because: `${refusal.host} has only private addresses (${addresses.join(', ')}), which no public CA can reach.`,
    // Inside a company the same name may have other addresses than outside.
    confidence: 'likely',
    evidence: [
      { from: `DNS ${refusal.host}`, saw: addresses.join(', '), wanted: 'an address of the public internet' },
      heard(refusal),
    ],
    remedies: [
      byHand({
        id: 'prove-by-dns',
        title: 'Prove the name by DNS-01, which needs no address, or give it a public one',
        commands: [`dig +short ${refusal.host}`, 'https://cert-manager.io/docs/configuration/acme/dns01/'],
      }),
      privateCa(),
    ],
  });
}

const correctNames = ({ metadata: { namespace, name } }: KubernetesObject) =>
  byHand({
    id: 'correct-the-names',
    title: 'Correct the names; cert-manager then asks anew at once',
    risk: 'low',
    commands: [
      `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"dnsNames":["NAME.YOUR-DOMAIN"]}}'`,
    ],
  });

const privateCa = () =>
  byHand({
    id: 'use-a-private-ca',
    title: 'Or, for a name that only the cluster knows, use an issuer with a CA of your own',
    commands: ['https://cert-manager.io/docs/configuration/ca/'],
  });
