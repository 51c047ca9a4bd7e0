import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { lastEnd } from '../../../src/core/kubernetes/pod-trouble.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { eventsOf } from './events-of.ts';
import { firstIn, rolloutOf } from './fresh-pods.ts';
import { rollBack } from './roll-back.ts';

export const rolloutCrashloop: Cause<PdbView> = {
  code: 'rollout-crashloop',
  title: 'The new version ends again and again',
  severity: 'error',
  owner: 'application',
  // Between two ends it runs for a moment and is not ready.
  explains: ['rollout-readiness-failing'],
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout) return clear();
    const troubled = firstIn(rollout, 'crash');
    if (!troubled) return clear();
    const { pod, trouble } = troubled;
    const { name, namespace } = pod.metadata;
    const container = trouble.container ?? '';
    const end = lastEnd(pod, container);
    const [kill] = eventsOf(view, pod, 'Killing', 'Unhealthy').filter((event) =>
      /liveness/i.test(textAt(event, 'message') ?? ''),
    );
    return found({
      object: refTo(pod),
      because: `Container ${container} of ${name}, of the new version, does not stay up: ${kill ? 'its liveness probe fails, so the kubelet ends it' : endOf(end)}.`,
      confidence: 'confirmed',
      evidence: [
        { from: nameOfObject(pod), path: trouble.path, saw: quote(`${trouble.reason}: ${trouble.message}`) },
        ...(end
          ? [
              {
                from: nameOfObject(pod),
                path: `status.containerStatuses[${container}].lastState.terminated`,
                saw: `${end.reason}, exit code ${end.exitCode}`,
              },
            ]
          : []),
        ...(kill ? [{ from: nameOfObject(kill), path: 'message', saw: quote(textAt(kill, 'message') ?? '') }] : []),
      ],
      remedies: [
        ...rollBack(rollout, 'medium'),
        byHand({
          id: 'read-last-words',
          title: 'Read its last words, and mend what they say',
          commands: [
            `kubectl -n ${namespace} logs ${name} -c ${container} --previous --tail 50`,
            ...(end?.reason === 'OOMKilled'
              ? [
                  `kubectl -n ${namespace} get pod ${name} -o jsonpath='{.spec.containers[?(@.name=="${container}")].resources}'`,
                ]
              : []),
          ],
        }),
      ],
    });
  },
};

function endOf(end: ReturnType<typeof lastEnd>): string {
  if (!end) return 'it does not start';
  if (end.reason === 'OOMKilled') return 'it takes more memory than its limit and is killed for it (OOMKilled)';
  if (end.reason === 'StartError' || end.reason === 'ContainerCannotRun')
    return 'its command cannot be started in this image';
  if (end.exitCode === 139) return 'it ends with a memory fault (exit code 139)';
  if (end.exitCode === 137) return 'it is killed (exit code 137)';
  if (end.exitCode === 143) return 'it is asked to end (exit code 143)';
  return `it ends by itself with exit code ${end.exitCode}`;
}
