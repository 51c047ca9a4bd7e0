import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { at, condition, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { solverLabels } from '../chain.ts';
import { quote, selfCheckIn } from '../messages.ts';
import { described } from '../outside/described.ts';
import { type CertView, hasKey, type OutsideAnswer } from '../view.ts';
import { isOutlived } from './outlived.ts';
import { solverCommand, withPodTemplate } from './solver-of.ts';

/** What a container waits for that no waiting brings. */
const stuck = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'CrashLoopBackOff',
  'RunContainerError',
];
/** Pulling an image and starting takes some seconds, on a new node a minute. */
const startMs = 120_000;

export const solverPodNotReady: Cause<CertView> = {
  code: 'solver-pod-not-ready',
  title: 'The solver pod does not get ready',
  severity: 'error',
  owner: 'platform',
  explains: ['http01-intercepted', 'issuance-backoff'],
  look(view) {
    for (const challenge of view.httpChallenges()) {
      if (at(challenge, 'status.presented') !== true || isOutlived(view, challenge)) continue;
      const proof = proofIn(view, challenge);
      const pods = podsOf(view, challenge, proof !== undefined);
      // One that is ready answers for all: several of a Challenge are the leftovers of a restart.
      if (pods.length === 0 || pods.some((pod) => condition(pod, 'Ready')?.status === 'True')) continue;
      const seen = pods.flatMap((pod) => {
        const trouble = troubleOf(pod, view.sight.now);
        return trouble ? [{ pod, trouble }] : [];
      });
      const [first] = seen;
      if (!first || looksIfMade(view, challenge).some(hasKey)) continue;
      const { pod, trouble } = first;
      return found({
        object: refTo(pod),
        because: `Pod ${pod.metadata.name}, which would answer the challenge, ${trouble.is}.`,
        confidence: 'confirmed',
        evidence: [
          { from: nameOfObject(pod), path: trouble.path, saw: quote(trouble.saw), wanted: 'Ready' },
          ...(proof ? [proof] : []),
        ],
        remedies: [letItRun(view, challenge, pod, trouble.kind)],
      });
    }
    return clear();
  },
};

/** A pod speaks for itself, even where the name cannot be asked for. */
function looksIfMade(view: CertView, challenge: KubernetesObject): readonly OutsideAnswer[] {
  try {
    return view.looksAt(challenge);
  } catch (error) {
    if (error instanceof CouldNotLook) return [];
    throw error;
  }
}

/** 503 is what ingress-nginx says of a Service without ready pods. Our own look is the newer word. */
function proofIn(view: CertView, challenge: KubernetesObject): Evidence | undefined {
  const looks = looksIfMade(view, challenge);
  const own = looks.find(({ answer }) => answer.outcome === 'answered' && answer.status === 503);
  if (own)
    return { from: `GET ${own.url} at ${own.address}`, saw: described(own), wanted: "200 and the challenge's key" };
  const reason = textAt(challenge, 'status.reason') ?? '';
  const check = selfCheckIn(reason);
  return looks.length === 0 && check?.failed === 'status' && check.status === 503
    ? { from: nameOfObject(challenge), path: 'status.reason', saw: quote(reason) }
    : undefined;
}

/** Needed only where the ingress says that there is no pod; where they are seen anyway they speak for themselves. */
function podsOf(
  { sight, namespace }: CertView,
  challenge: KubernetesObject,
  needed: boolean,
): readonly KubernetesObject[] {
  const listed = needed
    ? sight.list(kinds.Pod, namespace, solverLabels)
    : (() => {
        const tried = sight.tryList(kinds.Pod, namespace, solverLabels);
        return tried.ok ? tried.value : [];
      })();
  return listed.filter((pod) => isOwnedBy(pod, challenge) && pod.metadata.deletionTimestamp === undefined);
}

type Trouble = {
  readonly kind: 'place' | 'image' | 'run';
  readonly is: string;
  readonly path: string;
  readonly saw: string;
};

function troubleOf(pod: KubernetesObject, now: Date): Trouble | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const saw = `${scheduled.reason}: ${scheduled.message}`;
    return { kind: 'place', is: `gets no node (${quote(scheduled.message).slice(0, 160)})`, path: scheduled.path, saw };
  }
  for (const container of listAt(pod, 'status.containerStatuses')) {
    const reason = textAt(container, 'state.waiting.reason') ?? '';
    if (!stuck.includes(reason)) continue;
    const message = textAt(container, 'state.waiting.message') ?? '';
    const kind = /Image/.test(reason) ? 'image' : 'run';
    const path = `status.containerStatuses[${textAt(container, 'name') ?? ''}].state.waiting`;
    return { kind, is: `waits with ${reason}`, path, saw: `${reason}: ${message}` };
  }
  const phase = textAt(pod, 'status.phase') ?? '';
  const since = timeAt(pod, 'metadata.creationTimestamp');
  if (phase === 'Failed' || phase === 'Succeeded')
    return { kind: 'run', is: `has ended (${phase})`, path: 'status.phase', saw: phase };
  if (!since || now.getTime() - since.getTime() < startMs) return undefined;
  const ready = condition(pod, 'Ready');
  return {
    kind: 'run',
    is: `is ${phase || 'not started'} and not ready for more than two minutes`,
    path: 'status.conditions[Ready]',
    saw: ready ? `${ready.status} ${ready.reason}: ${ready.message}` : 'absent',
  };
}

function letItRun(view: CertView, challenge: KubernetesObject, pod: KubernetesObject, kind: Trouble['kind']): Remedy {
  const describe = `kubectl -n ${view.namespace} describe pod ${pod.metadata.name}`;
  const image = textAt(pod, 'spec.containers.0.image') ?? 'quay.io/jetstack/cert-manager-acmesolver';
  const template = (spec: Readonly<Record<string, unknown>>): string =>
    solverCommand(view, challenge, { field: 'http01/ingress', value: withPodTemplate(challenge, spec) });
  if (kind === 'place')
    return byHand({
      id: 'give-the-solver-a-node',
      title: "Have a node made free for it, or let the issuer's solver pod tolerate what keeps it off",
      risk: 'medium',
      commands: [describe, template({ tolerations: [{ key: 'KEY', operator: 'Exists' }] })],
    });
  if (kind === 'image')
    return byHand({
      id: 'give-the-solver-its-image',
      title: `Have ${image} made available: mirror it (--acme-http01-solver-image), or give the issuer's solver pod the pull secret`,
      risk: 'medium',
      commands: [describe, template({ imagePullSecrets: [{ name: 'PULL-SECRET' }] })],
    });
  return byHand({
    id: 'let-the-solver-run',
    title: 'Have what keeps the solver from running mended; a changed solver of the issuer makes a new pod by itself',
    risk: 'medium',
    commands: [describe, `kubectl -n ${view.namespace} logs ${pod.metadata.name}`],
  });
}
