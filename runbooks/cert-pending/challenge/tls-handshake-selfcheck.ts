import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { at, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { isShim } from '../certificate/secret-owner.ts';
import { secretNameOf } from '../chain.ts';
import { quote, selfCheckIn, withoutAddress } from '../messages.ts';
import { described } from '../outside/described.ts';
import { type CertView, hasKey, type OutsideAnswer } from '../view.ts';
import { isLeftBehind } from './left-behind.ts';
import { isOutlived } from './outlived.ts';
import { settling } from './settling.ts';

const annotation = 'cert-manager.io/issue-temporary-certificate';

export const tlsHandshakeSelfcheck: Cause<CertView> = {
  code: 'tls-handshake-selfcheck',
  title: 'The self-check is redirected to HTTPS, where there is no certificate yet',
  severity: 'error',
  owner: 'operator',
  explains: ['issuance-backoff'],
  look(view) {
    const { certificate } = view;
    for (const challenge of certificate ? view.httpChallenges() : []) {
      const reason = textAt(challenge, 'status.reason') ?? '';
      if (!isHandshakeRefused(challenge) || isOutlived(view, challenge)) continue;
      view.mustHaveLookedAt(challenge);
      const looks = view.looksAt(challenge);
      // What answers otherwise from here is a fault of its own, and the newer word.
      if (!certificate || !looks.every((look) => hasKey(look) || isHandshake(look))) continue;
      const same = looks.find(isHandshake);
      if (!same && isLeftBehind(view, challenge)) continue;
      return found({
        object: refTo(certificate),
        because: `cert-manager's own look at the challenge of ${textAt(challenge, 'spec.dnsName')} is redirected to HTTPS, and what answers there has no certificate for the host, so it refuses the handshake.`,
        confidence: 'confirmed',
        evidence: [
          { from: nameOfObject(challenge), path: 'status.reason', saw: quote(withoutAddress(reason)) },
          ...(same ? [{ from: `GET ${same.url} at ${same.address}`, saw: described(same) }] : []),
        ],
        remedies: [issueTemporary(view, certificate, challenge)],
        ...(same ? {} : settling(view, challenge)),
      });
    }
    return clear();
  },
};

export const isHandshakeRefused = (challenge: KubernetesObject): boolean =>
  at(challenge, 'status.presented') === true && selfCheckIn(textAt(challenge, 'status.reason') ?? '')?.failed === 'tls';

const isHandshake = ({ answer }: OutsideAnswer): boolean => answer.outcome === 'failed' && answer.why === 'tls';

/** A self-signed certificate in the Secret until the real one is there; it is made only where there is none. */
function issueTemporary(view: CertView, certificate: KubernetesObject, challenge: KubernetesObject): Remedy {
  const owner = isShim(certificate)
    ? certificate.metadata.ownerReferences?.find(({ kind }) => kind === 'Ingress')
    : undefined;
  const where = `${owner ? `ingress ${owner.name}` : `certificate ${certificate.metadata.name}`}`;
  const command = `kubectl -n ${view.namespace} annotate ${where} ${annotation}=true`;
  const ingresses = owner ? view.sight.tryList(kinds.Ingress, view.namespace) : undefined;
  const marked = owner
    ? ingresses?.ok
      ? ingresses.value.find(({ metadata }) => metadata.uid === owner.uid)
      : undefined
    : certificate;
  const title = 'Have cert-manager put a self-signed certificate into the Secret until the real one is issued';
  if (!marked) return byHand({ id: 'issue-temporary-certificate', title, risk: 'low', commands: [command] });
  const inVain = whyInVain(view, certificate, marked);
  if (inVain) return stopTheRedirect(challenge, inVain);
  const annotations = marked.metadata.annotations;
  return {
    id: 'issue-temporary-certificate',
    title,
    risk: 'low',
    automatic: 'yes',
    commands: [command],
    changes: [
      patchOf(marked, [
        annotations
          ? { path: ['metadata', 'annotations', annotation], to: 'true' }
          : { path: ['metadata', 'annotations'], to: { [annotation]: 'true' } },
      ]),
    ],
    undo: 'Takes the annotation away again.',
    reversible: true,
    blockedBy: null,
    healsWithin: 180,
  };
}

function whyInVain(
  { sight, namespace }: CertView,
  certificate: KubernetesObject,
  marked: KubernetesObject,
): string | null {
  if (textMapAt(marked, 'metadata.annotations')[annotation] === 'true')
    return 'it is asked for already, so what redirects does not serve the Secret';
  const secret = sight.tryGet(kinds.Secret, secretNameOf(certificate), namespace);
  return secret.ok && textMapAt(secret.value, 'data')['tls.crt']
    ? `Secret ${secretNameOf(certificate)} holds a certificate already, so none is made in its place`
    : null;
}

const stopTheRedirect = (challenge: KubernetesObject, because: string): Remedy => {
  const url = `http://${textAt(challenge, 'spec.dnsName') ?? ''}/.well-known/acme-challenge/test`;
  return byHand({
    id: 'stop-the-redirect',
    title: `Have /.well-known/acme-challenge/ answered on port 80 without the redirect (${because})`,
    risk: 'low',
    commands: [`curl -sI ${url}`, `curl -skIL ${url}`],
  });
};
