import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';
import { eventsOf } from './events-of.ts';
import { firstIn, type Rollout, rolloutOf } from './fresh-pods.ts';
import { goBackByHand, rollBack } from './roll-back.ts';

export const rolloutImagePull: Cause<PdbView> = {
  code: 'rollout-image-pull',
  title: "The new version's image cannot be pulled",
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    const rollout = rolloutOf(view);
    if (!rollout) return clear();
    const troubled = firstIn(rollout, 'image');
    if (!troubled) return clear();
    const { pod, trouble } = troubled;
    const image = imageOf(pod, trouble.container);
    const [event] = eventsOf(view, pod, 'Failed').filter((item) => /pull|image/i.test(textAt(item, 'message') ?? ''));
    const refusal = refusalIn(`${trouble.reason} ${trouble.message} ${textAt(event, 'message') ?? ''}`);
    return found({
      object: refTo(pod),
      because: `${pod.metadata.name} of the new version cannot get ${image}: ${refusal.says}. The old pods stay until it can.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(pod),
          path: trouble.path,
          saw: quote(`${trouble.reason}: ${trouble.message}`),
          wanted: 'an image that can be pulled',
        },
        ...(event ? [{ from: nameOfObject(event), path: 'message', saw: quote(textAt(event, 'message') ?? '') }] : []),
      ],
      remedies: remediesFor(rollout, refusal, pod),
    });
  },
};

type Refusal = { readonly is: 'absent' | 'denied' | 'limited' | 'away' | 'unsaid'; readonly says: string };

/** What the registry said, in the words of containerd and of the registries (OCI distribution: errors). */
function refusalIn(text: string): Refusal {
  if (/InvalidImageName/.test(text)) return { is: 'absent', says: 'that is no name of an image' };
  if (/ErrImageNeverPull/.test(text))
    return { is: 'absent', says: 'it is not on the node, and imagePullPolicy Never forbids to pull it' };
  if (/no match for platform/.test(text)) return { is: 'absent', says: "it is not built for the node's processor" };
  if (/toomanyrequests|429 Too Many Requests/i.test(text))
    return { is: 'limited', says: 'the registry limits how often it is asked' };
  if (/unauthorized|denied|403 Forbidden|401 Unauthorized|no basic auth/i.test(text))
    return { is: 'denied', says: 'the registry refuses access' };
  if (/not found|manifest unknown|NotFound/i.test(text))
    return { is: 'absent', says: 'the registry has no such image' };
  if (/i\/o timeout|deadline exceeded|no such host|connection refused|TLS handshake|x509/i.test(text))
    return { is: 'away', says: 'the registry does not answer' };
  return { is: 'unsaid', says: 'why was not said' };
}

const imageOf = (pod: KubernetesObject, container: string | undefined): string =>
  textAt(
    [...listAt(pod, 'spec.containers'), ...listAt(pod, 'spec.initContainers')].find(
      (item) => textAt(item, 'name') === container,
    ),
    'image',
  ) ?? 'its image';

function remediesFor(rollout: Rollout, { is }: Refusal, pod: KubernetesObject): readonly Remedy[] {
  const { namespace } = pod.metadata;
  const back = rollBack(rollout, 'low');
  const look = `kubectl -n ${namespace} describe pod ${pod.metadata.name}`;
  switch (is) {
    case 'denied':
      return [
        byHand({
          id: 'give-pull-rights',
          title: 'Name a pull secret that the registry accepts',
          commands: [
            `kubectl -n ${namespace} get deployment ${rollout.deployment.metadata.name} -o jsonpath='{.spec.template.spec.imagePullSecrets}'`,
            `kubectl -n ${namespace} create secret docker-registry registry-pull --docker-server SERVER --docker-username USER --docker-password-stdin`,
          ],
        }),
        ...back,
      ];
    // The image may well be there: then going back is a decision, not a correction.
    case 'limited':
    case 'away':
      return [
        byHand({ id: 'wait-for-registry', title: 'Wait for the registry, or reach it', commands: [look] }),
        ...goBackByHand(rollout, 'low'),
      ];
    default:
      return [
        ...back,
        byHand({
          id: 'correct-image',
          title: 'Name an image that exists, in the overlay',
          commands: [look, 'kustomize edit set image IMAGE=IMAGE:TAG'],
        }),
      ];
  }
}
