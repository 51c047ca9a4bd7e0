import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, sawCondition } from '../../../src/core/evidence.ts';
import { condition } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { issuerRefOf } from '../chain.ts';
import { quote } from '../messages.ts';
import type { CertView } from '../view.ts';
import { unreadyIssuer } from './ready.ts';

/** A parent, never a root: what keeps the issuer from being Ready is the cause. */
export const issuerNotReady: Cause<CertView> = {
  code: 'issuer-not-ready',
  title: 'The issuer is not Ready',
  severity: 'error',
  owner: 'platform',
  symptom: true,
  explains: [],
  look(view) {
    const { certificate } = view;
    if (!certificate || !view.unfinished) return clear();
    const issuer = view.issuerIfSeen();
    const told = issuer ? undefined : toldByRequest(view, certificate);
    if (told) return told;
    const unready = unreadyIssuer(view);
    if (!unready)
      return clear(
        issuer && condition(issuer, 'Ready') ? `${issuer.kind} ${issuer.metadata.name} is Ready` : undefined,
      );
    return found({
      object: refTo(unready.issuer),
      because: `${unready.issuer.kind} ${unready.issuer.metadata.name} is not Ready: ${quote(unready.ready.message)}`,
      confidence: 'confirmed',
      evidence: [sawCondition(unready.issuer, unready.ready)],
    });
  },
};

/** Where the issuer may not be read, the request still says so. */
function toldByRequest(view: CertView, certificate: KubernetesObject): Found | undefined {
  const request = view.request();
  const waits = request && condition(request, 'Ready');
  if (!request || !waits?.message.includes('does not have a Ready status condition')) return undefined;
  const named = issuerRefOf(certificate);
  return found({
    object: refTo(request),
    because: `${named.kind} ${named.name} is not Ready, so ${certificate.metadata.name} waits for it.`,
    confidence: 'likely',
    evidence: [sawCondition(request, waits)],
  });
}
