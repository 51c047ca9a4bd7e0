import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { PdbView } from '../view.ts';
import { manifestsTried, refusedManifest } from './refused-manifests.ts';

type Labels = Readonly<Record<string, string>>;

export const applyRejected: Cause<PdbView> = {
  code: 'apply-rejected',
  title: 'The API server refuses the manifest, so the change never arrived',
  severity: 'error',
  owner: 'operator',
  explains: ['pdb-selector-mismatch'],
  look(view) {
    const left = leftBehind(view);
    if (left) return left;
    const tried = manifestsTried(view);
    const [refused] = tried?.refused ?? [];
    return refused
      ? refusedManifest(view, refused)
      : clear(tried && 'the API server takes the manifests as they are here');
  },
};

/**
 * A refused apply leaves nothing in the Deployment itself. What it leaves is the rest: labels put into all selectors reach the Service and
 * the budget, and the Deployment, whose selector is immutable, stays as it was.
 */
function leftBehind(view: PdbView): Found | undefined {
  const { deployment, namespace, sight } = view;
  if (!deployment) return undefined;
  const { name } = deployment.metadata;
  const service = sight.list(kinds.Service, namespace).find(({ metadata }) => metadata.name === name);
  const extra = service && added(textMapAt(service, 'spec.selector'), deployment);
  if (!service || !extra) return undefined;
  const budget = sight
    .list(kinds.PodDisruptionBudget, namespace)
    .find((one) => same(added(textMapAt(one, 'spec.selector.matchLabels'), deployment), extra));
  if (!budget || !carries(service, extra) || !carries(budget, extra) || carries(deployment, extra)) return undefined;
  const words = Object.entries(extra)
    .map((pair) => pair.join('='))
    .join(', ');
  return found({
    object: refTo(deployment),
    because: `Service ${service.metadata.name} and ${budget.metadata.name} have ${words} in their selectors, and ${name} has it nowhere: it was refused, since its selector is immutable. The rollout never began, and neither finds a pod any more.`,
    confidence: 'likely',
    evidence: [
      saw(deployment, 'spec.selector', `immutable (and ${words} with it)`),
      saw(service, 'spec.selector', JSON.stringify(at(deployment, 'spec.selector.matchLabels'))),
      saw(budget, 'spec.selector'),
    ],
    remedies: [
      byHand({
        id: 'take-labels-out-of-selectors',
        title: 'Take the labels out of the selectors (kustomize: labels with includeSelectors: false) and apply again',
        risk: 'medium',
        commands: ['kubectl apply --dry-run=server -k k8s/overlays/staging/', 'kubectl apply -k k8s/overlays/staging/'],
      }),
      byHand({
        id: 'replace-the-deployment',
        title: 'Or delete the Deployment and create it anew: an outage, and never done by this tool',
        risk: 'high',
        commands: [`kubectl -n ${namespace} get deployment ${name} -o yaml`],
      }),
    ],
  });
}

/** What a selector asks for over the Deployment's own, where it asks for all of that too. */
function added(selector: Labels, deployment: KubernetesObject): Labels | undefined {
  const own = Object.entries(textMapAt(deployment, 'spec.selector.matchLabels'));
  const labels = textMapAt(deployment, 'spec.template.metadata.labels');
  if (own.length === 0 || !own.every(([key, value]) => selector[key] === value)) return undefined;
  const more = Object.entries(selector).filter(([key]) => !(key in labels));
  return more.length === 0 ? undefined : Object.fromEntries(more);
}

const same = (one: Labels | undefined, other: Labels): boolean =>
  one !== undefined &&
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(other).every(([key, value]) => one[key] === value);

/** Labels that are put everywhere are put on the objects themselves too. */
const carries = ({ metadata }: KubernetesObject, labels: Labels): boolean =>
  Object.entries(labels).every(([key, value]) => textMapAt({ metadata }, 'metadata.labels')[key] === value);
