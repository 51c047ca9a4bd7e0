import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { textAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { failedMounts } from './failed-mounts.ts';
import { firstIn, type Rollout, rolloutOf } from './fresh-pods.ts';
import { failsOnMounts, failsOnVariables } from './only-references.ts';
import { goBackByHand } from './roll-back.ts';
import { mayStillStart } from './starting-time.ts';

export const rolloutConfigMissing: Cause<PdbView> = {
  code: 'rollout-config-missing',
  title: 'The new version names a Secret or ConfigMap that is not there',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout) return clear();
    // The same reason is also given where the image would run as root: that is no missing object.
    const config = firstIn(rollout, 'config');
    const refused =
      config &&
      (missingIn(config.trouble.message) ||
        (!isOfKubelet(config.trouble.message) && failsOnVariables(config.pod, config.trouble.container)))
        ? config
        : undefined;
    const unmounted = refused ? undefined : mountFailure(view, rollout);
    const pod = refused?.pod ?? unmounted?.pod;
    if (!pod) return clear();
    const says = refused ? refused.trouble.message : (textAt(unmounted?.event, 'message') ?? '');
    const missing = missingIn(says);
    return found({
      object: refTo(pod),
      because: missing
        ? `${pod.metadata.name} of the new version does not start: ${missing.key ? `there is no key ${missing.key} in ${missing.name ? `${missing.kind} ${missing.name}` : `a ${missing.kind} that it mounts`}` : `there is no ${missing.kind} ${missing.name}`}.`
        : `${pod.metadata.name} of the new version does not start, and by its fields it can only be a Secret or ConfigMap that it names, or a key of one: ${quote(says)}.`,
      confidence: missing ? 'confirmed' : 'likely',
      evidence: [
        refused
          ? { from: nameOfObject(pod), path: refused.trouble.path, saw: quote(`${refused.trouble.reason}: ${says}`) }
          : { from: `Event of ${nameOfObject(pod)}`, path: 'message', saw: quote(says) },
      ],
      remedies: remediesFor(rollout, pod.metadata.name, missing),
    });
  },
};

/** A volume that cannot be mounted leaves the pod at ContainerCreating: only an event says why. */
function mountFailure(view: PdbView, rollout: Rollout) {
  const waiting = firstIn(rollout, 'starting');
  if (!waiting) return undefined;
  const { pod } = waiting;
  const hasHadTime = !mayStillStart(pod, rollout.now);
  if (hasHadTime || failsOnMounts(pod)) view.sight.list(kinds.Event, view.namespace);
  const events = failedMounts(view, pod);
  const says = (item: KubernetesObject): string => textAt(item, 'message') ?? '';
  const event =
    events.find((item) => missingIn(says(item)) !== undefined) ??
    (hasHadTime && failsOnMounts(pod) ? events.find((item) => !isOfKubelet(says(item))) : undefined);
  return event ? { pod, event } : undefined;
}

/** The kubelet does not get to read what is there: it does not reach the API server, or is not let. */
const isOfKubelet = (text: string): boolean => /failed to sync \w+ cache/.test(text);

type Missing = { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string; readonly key?: string };

/** The kubelet's words: `secret "x" not found`, `couldn't find key k in Secret ns/x`, `references non-existent secret key: k`. */
function missingIn(text: string): Missing | undefined {
  const kindOf = (word: string | undefined) => (/secret/i.test(word ?? '') ? 'Secret' : 'ConfigMap');
  const key = /couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+\/(\S+)/.exec(text);
  if (key) return { kind: kindOf(key[2]), name: key[3] ?? '', key: key[1] ?? '' };
  const unnamed = /references non-existent (secret|config) key: (\S+)/.exec(text);
  if (unnamed) return { kind: kindOf(unnamed[1]), name: '', key: unnamed[2] ?? '' };
  const whole = /\b(secret|configmap) "(?:[^/"]+\/)?([^"]+)" not found/.exec(text);
  return whole ? { kind: kindOf(whole[1]), name: whole[2] ?? '' } : undefined;
}

function remediesFor(rollout: Rollout, pod: string, missing: Missing | undefined): readonly Remedy[] {
  const { namespace } = rollout.deployment.metadata;
  const kind = missing?.kind.toLowerCase() ?? 'secret';
  return [
    byHand({
      id: 'create-or-rename',
      title: missing
        ? `Create ${missing.kind} ${missing.name || 'that it mounts'}${missing.key ? ` with the key ${missing.key}` : ''}, or name the one that is there`
        : 'Create what is missing, or name what is there',
      commands: [
        `kubectl -n ${namespace} get ${kind}s`,
        `kubectl -n ${namespace} describe pod ${pod}`,
        // A generated Secret has a hash in its name, so the whole overlay brings both in step.
        'kubectl apply -k k8s/overlays/staging/',
      ],
    }),
    ...goBackByHand(rollout, 'low'),
  ];
}
