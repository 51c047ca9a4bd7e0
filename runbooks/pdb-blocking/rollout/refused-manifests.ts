import { byHand } from '../../../src/core/by-hand.ts';
import type { Found } from '../../../src/core/diagnosis.ts';
import { found } from '../../../src/core/evidence.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import { nameOf } from '../../../src/core/look.ts';
import type { ManifestsAnswer } from '../../../src/core/look-answers.ts';
import { CouldNotLook } from '../../../src/core/sight.ts';
import { quote } from '../quote.ts';
import type { PdbView } from '../view.ts';

type Refused = ManifestsAnswer['refused'][number];

/** What the API server said to the manifests of this workload; undefined where none are known here. */
export function manifestsTried({ sight, namespace }: PdbView): ManifestsAnswer | undefined {
  const look = { at: 'manifests', namespace } as const;
  const answer = sight.try(look);
  if (!answer.ok) {
    if (answer.why === 'not-found' || answer.why === 'not-looked') return undefined;
    throw new CouldNotLook(nameOf(look), answer);
  }
  return answer.value.tried.includes(`Deployment/${sight.target.name}`) ? answer.value : undefined;
}

/** A manifest that the API server does not take: it said so to a dry run. */
export function refusedManifest(view: PdbView, { object, causes }: Refused): Found {
  const { deployment, namespace, sight } = view;
  const [first] = causes;
  const overlay = `k8s/overlays/${namespace === 'orion-prod' ? 'production' : 'staging'}/`;
  return found({
    object: deployment ? refTo(deployment) : sight.target,
    because: `The API server does not take ${object} as the manifests here have it: ${first?.field}: ${quote(first?.message ?? '')}. Whoever applies them is refused, and what runs stays as it is.`,
    confidence: 'confirmed',
    evidence: causes.map(({ field, message }) => ({
      from: `${object}, tried as the manifests have it (dry run)`,
      path: field,
      saw: quote(message),
    })),
    remedies: advicesFor(causes).map(({ id, title, risk = 'medium' }) =>
      byHand({
        id,
        title,
        risk,
        commands: [`kubectl apply --dry-run=server -k ${overlay}`, `kubectl apply -k ${overlay}`],
      }),
    ),
  });
}

function advicesFor(causes: Refused['causes']): readonly Advice[] {
  const each = causes.map(
    ({ field, message }) => advices.find(({ says }) => says.test(`${field}: ${message}`)) ?? anyField(field),
  );
  return [...new Map(each.map((advice) => [advice.id, advice])).values()];
}

type Advice = { readonly id: string; readonly title: string; readonly risk?: 'medium' | 'high' };

const anyField = (field: string): Advice => ({
  id: 'mend-the-manifest',
  title: `Mend ${field} in the manifest, try it, and apply it`,
});

/** By what the API server of Kubernetes says of a Deployment or a budget (pkg/apis/{apps,policy}/validation). */
const advices: readonly (Advice & { readonly says: RegExp })[] = [
  {
    says: /^spec\.selector.*field is immutable/,
    id: 'give-the-selector-back',
    title:
      'Give the selector back as it was (kustomize: labels with includeSelectors: false): with another one the Deployment would have to be deleted, which is an outage',
    risk: 'high',
  },
  {
    says: /may not be 0 when `maxSurge` is 0/,
    id: 'let-one-move',
    title: 'Set maxSurge or maxUnavailable to 1: with 0 of both no pod may ever be replaced',
  },
  {
    says: /`selector` does not match template `labels`/,
    id: 'label-the-pods',
    title: 'Give the pods of the template all the labels that the selector asks for',
  },
  {
    says: /rollingUpdate.*may not be specified when strategy `type` is/,
    id: 'choose-one-strategy',
    title: 'Take rollingUpdate out of the strategy, or set its type to RollingUpdate',
  },
  {
    says: /must be greater than minReadySeconds/,
    id: 'give-it-time',
    title: 'Set progressDeadlineSeconds above minReadySeconds',
  },
  {
    says: /minAvailable and maxUnavailable cannot be both set/,
    id: 'choose-one-rule',
    title: 'Leave one of minAvailable and maxUnavailable in the budget',
  },
  {
    says: /must not be greater than 100%|valid percent string/,
    id: 'write-the-share',
    title: 'Write the share as a whole number of per cent up to 100, as "50%"',
  },
];
