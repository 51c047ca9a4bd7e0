import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, condition, listAt, numberAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { isReady } from '../workload.ts';
import { eventsOf } from './events-of.ts';
import { firstIn, rolloutOf } from './fresh-pods.ts';
import { goBackByHand } from './roll-back.ts';
import { mayStillStart, tryingSince } from './starting-time.ts';

export const rolloutReadinessFailing: Cause<PdbView> = {
  code: 'rollout-readiness-failing',
  title: 'The new version runs and does not become ready',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout) return clear();
    const troubled = firstIn(rollout, 'unready');
    if (!troubled) return clear();
    const { pod, trouble } = troubled;
    if (mayStillStart(pod, view.sight.now))
      return clear(`${pod.metadata.name} may still be starting, by its own probes`);
    const { name, namespace } = pod.metadata;
    const [event] = eventsOf(view, pod, 'Unhealthy');
    const place = listAt(pod, 'spec.containers').findIndex((item) => textAt(item, 'name') === trouble.container);
    const said = textAt(event, 'message');
    const ready = condition(pod, 'Ready');
    return found({
      object: refTo(pod),
      because: `${name} of the new version runs and is not ready${sinceText(tryingSince(pod))}: ${said ? answerIn(said) : 'its readiness probe does not succeed'}.${wrongPort(pod, place)} ${remaining(rollout.oldPods)}`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(pod),
          path: trouble.path,
          saw: ready ? `${ready.status} ${ready.reason}: ${ready.message}`.trim() : 'absent',
          wanted: 'True',
        },
        ...(said ? [{ from: `Event of ${nameOfObject(pod)}`, path: 'message', saw: quote(said) }] : []),
        saw(pod, `spec.containers.${Math.max(place, 0)}.readinessProbe`),
      ],
      remedies: [
        byHand({
          id: 'ask-it-yourself',
          title: 'Ask the pod what its probe asks, and read what it says',
          commands: [
            `kubectl -n ${namespace} logs ${name} --tail 50`,
            `kubectl -n ${namespace} port-forward pod/${name} 3001:3001 &`,
            `curl -si http://127.0.0.1:3001${textAt(pod, `spec.containers.${Math.max(place, 0)}.readinessProbe.httpGet.path`) ?? '/'}`,
          ],
        }),
        ...goBackByHand(rollout, 'medium'),
      ],
    });
  },
};

const sinceText = (since: Date | undefined): string => (since ? ` since ${since.toISOString().slice(11, 16)} UTC` : '');

const remaining = (oldPods: readonly KubernetesObject[]): string => {
  const serving = oldPods.filter(isReady).length;
  return serving > 0 ? `${serving} pods of the old version serve on.` : 'No pod of an old version is left to serve.';
};

/** `Readiness probe failed: HTTP probe failed with statuscode: 503` (kubelet, prober). */
function answerIn(message: string): string {
  const status = /statuscode: (\d{3})/.exec(message)?.[1];
  if (status) return `its probe gets ${status}`;
  if (/connection refused/.test(message)) return 'nothing listens on the port that its probe asks';
  if (/deadline exceeded|Client\.Timeout/.test(message)) return 'its probe gets no answer in time';
  return quote(message).slice(0, 160);
}

/** A probe that asks a port of a name or number that the container does not declare; a number need not be declared, so that is a hint. */
function wrongPort(pod: KubernetesObject, place: number): string {
  const container = listAt(pod, 'spec.containers')[place];
  const asked = at(container, 'readinessProbe.httpGet.port') ?? at(container, 'readinessProbe.tcpSocket.port');
  const ports = listAt(container, 'ports');
  if (asked === undefined || ports.length === 0) return '';
  const isDeclared = ports.some((port) => asked === textAt(port, 'name') || asked === numberAt(port, 'containerPort'));
  return isDeclared ? '' : ` The probe asks port ${String(asked)}, which the container does not declare.`;
}
