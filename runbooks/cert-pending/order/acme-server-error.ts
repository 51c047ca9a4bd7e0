import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, sawCondition } from '../../../src/core/evidence.ts';
import { condition, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { answerToOrder, heard } from '../ca-answer.ts';
import { unreadyIssuer } from '../issuer/ready.ts';
import { quote } from '../messages.ts';
import { byHand } from '../remedies.ts';
import type { CertView } from '../view.ts';

/** An Order is taken within seconds; cert-manager tries again after 20, 40 … (seen). */
const patience = 120_000;
/** An error of the server's, with a problem document or without: a proxy's page has none. */
const serverError = /\b5\d\d (?:urn:ietf:params:acme:error:\w+)?: |unexpected non-ACME API error|acme:error:badNonce/;

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
    if (unready) return serverError.test(unready.ready.message) ? atRegistration(unready) : clear();
    const said = answerToOrder(view);
    if (said && serverError.test(said.says)) return told(view, said.object, [heard(said)], 'confirmed');
    return withoutAnswer(view);
  },
};

/** cert-manager writes nothing of a failing server but into its log: the Order stays without a status, and no event tells (seen). */
function withoutAnswer(view: CertView): Found | ReturnType<typeof clear> {
  const order = view.order();
  if (!order || (textAt(order, 'status.state') ?? '') !== '' || textAt(order, 'status.url') !== undefined)
    return clear();
  const since = timeAt(order, 'metadata.creationTimestamp');
  if (!since || view.sight.now.getTime() - since.getTime() < patience) return clear();
  const request = view.request();
  const ready = request && condition(request, 'Ready');
  // That the request names the Order's empty state shows a controller at work on both.
  if (!request || !ready || !/Waiting on certificate issuance from order .*: ""/.test(ready.message)) return clear();
  return told(
    view,
    order,
    [
      { from: `Order/${order.metadata.name}`, path: 'status', saw: 'absent', wanted: 'state pending' },
      sawCondition(request, ready),
    ],
    'likely',
  );
}

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
        ? `${server} answers with an error of its own; cert-manager tries again by itself.`
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
