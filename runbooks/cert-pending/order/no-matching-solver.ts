import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { hostsOf } from '../chain.ts';
import type { CertView } from '../view.ts';
import { calledName, type OpenName, whyNoSolver } from './solver-choice.ts';

/** A Challenge is made within a second or two of the Order; after a correction of the issuer within four (seen). */
const patience = 5_000;

export const noMatchingSolver: Cause<CertView> = {
  code: 'no-matching-solver',
  title: "None of the issuer's solvers takes the name",
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const order = view.order();
    if (!order || textAt(order, 'status.state') !== 'pending') return clear();
    const left = namesWithoutChallenge(view, order);
    const since = timeAt(order, 'metadata.creationTimestamp');
    if (left.length === 0 || !since || view.sight.now.getTime() - since.getTime() < patience) return clear();
    const issuer = view.issuer();
    if (!issuer) return clear();
    for (const name of left) {
      const why = whyNoSolver(issuer, order, name);
      if (!why) continue;
      const called = calledName(name);
      return found({
        object: refTo(issuer),
        because: `${issuer.kind} ${issuer.metadata.name} has no solver for ${called}: ${why}. So the Order has no Challenge, and waits for ever.`,
        confidence: 'confirmed',
        evidence: [
          saw(issuer, 'spec.acme.solvers', `a solver for ${called}`),
          { from: `Order/${order.metadata.name}`, path: 'status.state', saw: 'pending, without a Challenge for it' },
        ],
        remedies: remedies(certificate, issuer, name.wildcard),
      });
    }
    return clear('a solver of the issuer takes the name');
  },
};

/** Authorizations that stand from before need no Challenge. */
function namesWithoutChallenge(view: CertView, order: KubernetesObject): readonly OpenName[] {
  const challenges = view.challenges();
  return listAt(order, 'status.authorizations').flatMap((authorization) => {
    const host = textAt(authorization, 'identifier') ?? '';
    const wildcard = at(authorization, 'wildcard') === true;
    const isOpen = (textAt(authorization, 'initialState') ?? 'pending') === 'pending';
    const hasOne = challenges.some(
      (challenge) =>
        textAt(challenge, 'spec.dnsName') === host && (at(challenge, 'spec.wildcard') === true) === wildcard,
    );
    return isOpen && host !== '' && !hasOne
      ? [{ host, wildcard, offered: listAt(authorization, 'challenges').flatMap((item) => textAt(item, 'type') ?? []) }]
      : [];
  });
}

function remedies(certificate: KubernetesObject, issuer: KubernetesObject, wildcard: boolean) {
  const { namespace, name } = certificate.metadata;
  const where = issuer.metadata.namespace ? ` -n ${issuer.metadata.namespace}` : '';
  const host = hostsOf(certificate).find((item) => item.startsWith('*.'));
  return [
    byHand({
      id: 'give-it-a-solver',
      title: `Correct the solvers of ${issuer.metadata.name}; cert-manager makes the Challenge within seconds, nothing is to be deleted`,
      risk: 'medium',
      commands: [`kubectl edit ${issuer.kind.toLowerCase()} ${issuer.metadata.name}${where}`],
    }),
    ...(wildcard
      ? [
          byHand({
            id: 'drop-the-wildcard',
            title: `Or name the hosts one by one instead of ${host ?? 'the wildcard'}`,
            risk: 'medium',
            commands: [
              `kubectl -n ${namespace} patch certificate ${name} --type merge -p '{"spec":{"dnsNames":["HOST.YOUR-DOMAIN"]}}'`,
            ],
          }),
        ]
      : []),
  ];
}
