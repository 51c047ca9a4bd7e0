import { canonical, isPrivate } from '../../../src/core/addresses.ts';
import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { admitsEgress, outside } from '../../../src/core/kubernetes/network-policy.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { HttpAnswer } from '../../../src/core/look-answers.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote, selfCheckIn, withoutAddress } from '../messages.ts';
import { described } from '../outside/described.ts';
import { certManagerNamespace, certManagerVersion, mayHave } from '../versions.ts';
import { addressesIn, type CertView, hasKey, ingressNamespace, type OutsideAnswer } from '../view.ts';
import { isLeftBehind } from './left-behind.ts';
import { controllerSettings } from './nginx-pathtype-exact-rejected.ts';
import { isOutlived } from './outlived.ts';
import { settling } from './settling.ts';
import { solverCommand } from './solver-of.ts';

/** As the chart and the manifests label the controller's pods. */
const controllerLabels = {
  app: 'cert-manager',
  'app.kubernetes.io/name': 'cert-manager',
  'app.kubernetes.io/instance': 'cert-manager',
  'app.kubernetes.io/component': 'controller',
};

export const selfcheckHairpin: Cause<CertView> = {
  code: 'selfcheck-hairpin',
  title: 'Only the cluster itself cannot reach the challenge',
  severity: 'error',
  owner: 'network',
  explains: ['issuance-backoff'],
  look(view) {
    for (const challenge of view.httpChallenges()) {
      if (!isSelfCheckLost(challenge) || isOutlived(view, challenge)) continue;
      view.mustHaveLookedAt(challenge);
      // Where one of its addresses does not answer from here either, that is another cause. No route from here tells nothing.
      const looks = view.looksAt(challenge).filter(({ answer }) => !isWithoutRoute(answer));
      const [key] = looks;
      if (!key || !looks.every(hasKey)) continue;
      if (isOfAnotherAddress(view, challenge) || isEgressLimited(view, challenge) || isLeftBehind(view, challenge))
        continue;
      const reason = textAt(challenge, 'status.reason') ?? '';
      return found({
        object: refTo(challenge),
        because: `From here ${textAt(challenge, 'spec.dnsName')} answers the challenge with its key, and cert-manager's own look from inside the cluster fails.`,
        confidence: 'confirmed',
        evidence: [
          { from: `GET ${key.url} at ${key.address}`, saw: described(key) },
          {
            from: nameOfObject(challenge),
            path: 'status.reason',
            saw: quote(withoutAddress(reason)),
            wanted: 'the same answer from inside',
          },
          ...proxyProtocol(view),
        ],
        remedies: [waitInstead(view, challenge, key), letInsideReach(challenge, key)],
        ...settling(view, challenge),
      });
    }
    return clear();
  },
};

const isWithoutRoute = (answer: HttpAnswer): boolean => answer.outcome === 'failed' && answer.why === 'unreachable';

/** A connection that was not made or not answered. A name that the cluster's own DNS does not look up is something else. */
export function isSelfCheckLost(challenge: KubernetesObject): boolean {
  const reason = textAt(challenge, 'status.reason') ?? '';
  return (
    at(challenge, 'status.presented') === true &&
    !/: lookup \S+/.test(reason) &&
    ['refused', 'timed-out', 'closed'].includes(selfCheckIn(reason)?.failed ?? '')
  );
}

const askedAddress = (challenge: KubernetesObject): string | undefined =>
  /dial tcp \[?([0-9a-f.:]+?)\]?:\d+: /.exec(textAt(challenge, 'status.reason') ?? '')?.[1];

/** cert-manager named another address than DNS gives here: a record that has just changed, unless it is one of the inside. */
function isOfAnotherAddress(view: CertView, challenge: KubernetesObject): boolean {
  const asked = askedAddress(challenge);
  if (!asked || isPrivate(asked)) return false;
  const known = addressesIn(view.dns(textAt(challenge, 'spec.dnsName') ?? '')).map(canonical);
  return !known.includes(canonical(asked));
}

/** A policy that keeps cert-manager's own pods in is not the network's doing. Throws where that cannot be seen. */
function isEgressLimited(view: CertView, challenge: KubernetesObject): boolean {
  const policies = view.sight.list(kinds.NetworkPolicy, certManagerNamespace);
  const controller = { namespace: certManagerNamespace, labels: controllerLabels };
  const asked = askedAddress(challenge);
  const addresses = asked ? [asked] : addressesIn(view.dns(textAt(challenge, 'spec.dnsName') ?? ''));
  return addresses.some(
    (address) =>
      admitsEgress(policies, controller, outside(address), { number: 80, name: undefined }).admitted !== 'yes',
  );
}

/** Traffic from inside is cut short at the node and comes without the PROXY header that the controller then wants. */
function proxyProtocol({ sight }: CertView): readonly Evidence[] {
  const map = sight.tryGet(kinds.ConfigMap, controllerSettings, ingressNamespace);
  const value = map.ok ? textAt(map.value, 'data.use-proxy-protocol') : undefined;
  return value === 'true'
    ? [{ from: `ConfigMap/${controllerSettings}`, path: 'data.use-proxy-protocol', saw: value }]
    : [];
}

/** Without its self-check a real fault costs failed authorizations at the CA, so this is a person's decision. */
function waitInstead(view: CertView, challenge: KubernetesObject, { url }: OutsideAnswer): Remedy {
  const version = certManagerVersion(view.sight);
  return byHand({
    id: 'wait-instead-of-self-check',
    title: `Let the issuer's solver wait 30 s instead of looking itself (cert-manager 1.21 or newer${version ? `; here ${version}` : ''}); from then on a real fault counts as a failed validation at the CA`,
    risk: 'medium',
    commands: [`curl -si ${url}`, solverCommand(view, challenge, { field: 'waitInsteadOfSelfCheck', value: '30s' })],
    ...(mayHave(version, '1.21.0') ? {} : { blockedBy: `cert-manager ${version} cannot: 1.21 is needed` }),
  });
}

const letInsideReach = (challenge: KubernetesObject, { address }: OutsideAnswer): Remedy =>
  byHand({
    id: 'let-the-cluster-reach-itself',
    title: `Have pods reach ${address}: address translation back to the inside (hairpin), a hostname on the load balancer's Service, or CoreDNS answering the host with the controller's Service`,
    risk: 'medium',
    commands: [
      `kubectl -n ${ingressNamespace} get services -o wide`,
      `kubectl -n ${certManagerNamespace} run reach --rm -it --restart=Never --image=curlimages/curl -- -m 10 -sI http://${textAt(challenge, 'spec.dnsName')}/`,
      'kubectl -n kube-system edit configmap coredns',
    ],
  });
