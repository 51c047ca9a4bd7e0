import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found, Verdict } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, sawCondition } from '../../../src/core/evidence.ts';
import { condition, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { HttpAnswer } from '../../../src/core/look-answers.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { unreadyIssuer } from '../issuer/ready.ts';
import { acmeProblemIn, pageStatusIn, quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { directoryInDoubt, lookAtDirectory, untakenOrder } from './untaken.ts';

/** An error of the server's, with a problem document or without: a proxy's page has none. */
function isServerError(says: string): boolean {
  const problem = acmeProblemIn(says);
  return problem ? problem.status >= 500 || problem.type === 'badNonce' : (pageStatusIn(says) ?? 0) >= 500;
}

export const acmeServerError: Cause<CertView> = {
  code: 'acme-server-error',
  title: 'The ACME server takes no orders at the moment',
  severity: 'error',
  owner: 'platform',
  explains: ['issuer-not-ready', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const unready = unreadyIssuer(view);
    if (unready) return isServerError(unready.ready.message) ? atRegistration(unready) : clear();
    const said = answerToOrder(view);
    if (said && isServerError(said.says)) return told(view, said.object, [heard(said)], 'confirmed');
    return withoutAnswer(view);
  },
};

function withoutAnswer(view: CertView): Verdict {
  const order = untakenOrder(view);
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  if (!order || !request || !ready) return clear();
  const directory = directoryInDoubt(view);
  const look = directory && lookAtDirectory(view, directory);
  const isFailing = look?.answer.outcome === 'answered' && look.answer.status >= 500;
  return told(
    view,
    order,
    [
      { from: nameOfObject(order), path: 'status', saw: 'absent', wanted: 'state pending' },
      sawCondition(request, ready),
      ...(look ? [{ from: look.from, saw: answered(look.answer), wanted: '200' }] : []),
    ],
    isFailing ? 'confirmed' : 'likely',
  );
}

const answered = (answer: HttpAnswer): string =>
  answer.outcome === 'failed' ? `no answer: ${answer.detail}` : String(answer.status);

function told(
  view: CertView,
  object: KubernetesObject,
  evidence: Found['evidence'],
  confidence: Found['confidence'],
): Found {
  const issuer = view.issuerIfSeen();
  const server = textAt(issuer, 'spec.acme.server') ?? 'the ACME server';
  return found({
    object: refTo(object),
    because:
      confidence === 'confirmed'
        ? `${server} fails or breaks off; cert-manager tries again by itself.`
        : `${server} has not taken the Order: it answers with 5xx, limits this address (503), or is not reached. cert-manager tries again by itself and tells it only in its log.`,
    confidence,
    evidence,
    remedies: [waitForServer(server)],
  });
}

function atRegistration({ issuer, ready }: NonNullable<ReturnType<typeof unreadyIssuer>>): Found {
  const server = textAt(issuer, 'spec.acme.server') ?? 'the ACME server';
  return found({
    object: refTo(issuer),
    because: `${server} answers the registration of ${issuer.metadata.name} with an error of its own.`,
    confidence: 'confirmed',
    evidence: [sawCondition(issuer, { ...ready, message: quote(ready.message) })],
    remedies: [waitForServer(server)],
  });
}

const waitForServer = (server: string) =>
  byHand({
    id: 'wait-for-the-server',
    title:
      "Look at the CA's status page and at cert-manager's log, and wait; deleting things only asks more of the server",
    commands: [
      `curl -sS -m 10 -o /dev/null -w '%{http_code}\\n' ${server}`,
      'https://letsencrypt.status.io',
      "kubectl -n cert-manager logs deployment/cert-manager --since=10m | grep -i 'order'",
    ],
  });
