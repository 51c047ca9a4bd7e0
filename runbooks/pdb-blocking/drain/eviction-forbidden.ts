import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { nameOf } from '../../../src/core/look.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { asksForEvictions } from '../looks.ts';
import { quote } from '../quote.ts';
import { evictionOf, type PdbView } from '../view.ts';

export const evictionForbidden: Cause<PdbView> = {
  code: 'eviction-forbidden',
  title: "Evictions are refused by the cluster's rules, not by a budget",
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    if (!view.deployment || !asksForEvictions(view)) return clear();
    const tried = view.tried();
    for (const { pod, answer } of tried) {
      if (answer.ok && isByPolicy(answer.value.code, answer.value.message)) {
        const { code, message } = answer.value;
        return found({
          object: refTo(pod),
          because: `An eviction of ${pod.metadata.name} is refused before any budget is asked: ${quote(message)}`,
          confidence: 'confirmed',
          evidence: [
            { from: `eviction of ${pod.metadata.name} (dry run)`, saw: quote(`${code}: ${message}`), wanted: '201' },
          ],
          remedies: [
            byHand({
              id: 'ask-for-an-exception',
              title: 'Have whoever keeps that policy lift it for the drain, or wait until it no longer holds',
              commands: [
                'kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings',
                'kubectl get validatingwebhookconfigurations',
              ],
            }),
          ],
        });
      }
      if (!answer.ok && answer.why === 'forbidden') {
        const { namespace } = view;
        return found({
          object: refTo(pod),
          because: `This account may not evict pods in ${namespace}: if it is the one that drains, that is why nothing goes.`,
          confidence: 'likely',
          evidence: [{ from: `eviction of ${pod.metadata.name} (dry run)`, saw: quote(answer.detail), wanted: '201' }],
          remedies: [
            byHand({
              id: 'allow-evictions',
              title: `Have the account allowed to create pods/eviction in ${namespace}`,
              commands: [
                `kubectl auth can-i create pods --subresource eviction -n ${namespace}`,
                `kubectl -n ${namespace} create role evict-pods --verb create --resource pods/eviction`,
                `kubectl -n ${namespace} create rolebinding evict-pods --role evict-pods --user NAME`,
              ],
            }),
          ],
          symptom: true,
        });
      }
      if (!answer.ok && answer.why !== 'not-found') throw new CouldNotLook(nameOf(evictionOf(pod)), answer);
    }
    return clear(
      tried.some(({ answer }) => answer.ok) ? 'the API server takes evictions from this account' : undefined,
    );
  },
};

/**
 * A refusal by admission (a policy answers 422, a webhook what it likes). What is forbidden of the budget comes from it itself, and 500 is the
 * answer to several budgets.
 */
function isByPolicy(code: number, message: string): boolean {
  if (/^poddisruptionbudget\.policy "[^"]*" is forbidden: /.test(message)) return false;
  return code === 403 || code === 422 || /^admission webhook ".*" denied the request/.test(message);
}
