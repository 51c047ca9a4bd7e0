import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { listAt, textAt, textMapAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { CertView } from '../view.ts';
import { type Refused, refusedIn } from './presenting.ts';
import { touch, touchCommand } from './touch.ts';

/** ingress-nginx, internal/ingress/controller: `host "h" and path "/p" is already defined in ingress ns/name`. */
const conflict = /host "([^"\s]+)" and path "([^"\s]+)" is already defined in ingress ([a-z0-9.-]+)\/([a-z0-9.-]+)/;

type Conflict = { readonly host: string; readonly path: string; readonly namespace: string; readonly name: string };

export function conflictIn(says: string): Conflict | undefined {
  const [, host, path, namespace, name] = conflict.exec(says) ?? [];
  return host && path && namespace && name ? { host, path, namespace, name } : undefined;
}

export const nginxAdmissionConflict: Cause<CertView> = {
  code: 'nginx-admission-conflict',
  title: "Another Ingress already has the challenge's path",
  severity: 'error',
  owner: 'platform',
  explains: ['issuance-backoff'],
  look(view) {
    const all = refusedIn(view).flatMap((item) => {
      const other = conflictIn(item.says);
      return other ? [{ ...item, other }] : [];
    });
    const refused = all.find((item) => !conflictOver(view, item));
    if (!refused) return clear(all[0] && conflictOver(view, all[0]));
    const { challenge, other, evidence } = refused;
    const ingress = ingressOf(view, other);
    const owner = ingress?.metadata.ownerReferences?.find(({ kind }) => kind === 'Challenge');
    return found({
      object: ingress ? refTo(ingress) : refTo(challenge),
      because: `ingress-nginx takes no second Ingress for ${other.host} with this path: ${other.namespace}/${other.name} has it already.`,
      confidence: 'confirmed',
      evidence: [
        evidence,
        ...(ingress
          ? [
              {
                from: nameOfObject(ingress),
                path: 'metadata.ownerReferences',
                saw: owner ? `Challenge ${owner.name}` : 'no Challenge',
              },
            ]
          : []),
      ],
      remedies:
        ingress && isOfSolver(ingress)
          ? [deleteOrphan(view, ingress, challenge)]
          : [freeThePath(view, other, challenge)],
    });
  },
};

/** Why nothing is in its way any more, whatever was said; undefined where something is, or it cannot be seen. */
export function conflictOver(view: CertView, { says }: Refused): string | undefined {
  const other = conflictIn(says);
  const seen = other && lookAt(view, other);
  if (!other || seen === 'unseen') return undefined;
  if (seen === undefined) return `Ingress ${other.namespace}/${other.name}, which had the path, is gone`;
  const has = listAt(seen, 'spec.rules').some((rule) => textAt(rule, 'host') === other.host);
  return has ? undefined : `Ingress ${other.namespace}/${other.name} serves ${other.host} no more`;
}

function ingressOf(view: CertView, other: Conflict): KubernetesObject | undefined {
  const seen = lookAt(view, other);
  return seen === 'unseen' ? undefined : seen;
}

function lookAt({ sight, namespace }: CertView, other: Conflict): KubernetesObject | undefined | 'unseen' {
  const listed = other.namespace === namespace ? sight.tryList(kinds.Ingress, namespace) : undefined;
  if (listed?.ok) return listed.value.find(({ metadata }) => metadata.name === other.name);
  const one = sight.tryGet(kinds.Ingress, other.name, other.namespace);
  if (one.ok) return one.value;
  return one.why === 'not-found' ? undefined : 'unseen';
}

const isOfSolver = (ingress: KubernetesObject): boolean =>
  textMapAt(ingress, 'metadata.labels')['acme.cert-manager.io/http01-solver'] === 'true';

/** Left over from a Challenge that is no more: nobody else will ever delete it. */
function deleteOrphan(view: CertView, ingress: KubernetesObject, challenge: KubernetesObject): Remedy {
  const { namespace = '', name } = ingress.metadata;
  return {
    id: 'delete-orphan-ingress',
    title: `Delete Ingress ${name}, which a Challenge that is no more has left behind`,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl -n ${namespace} delete ingress ${name}`, touchCommand(challenge, view.sight.now)],
    changes: [{ do: 'delete', ref: refTo(ingress), uid: ingress.metadata.uid ?? '' }, touch(challenge, view.sight.now)],
    undo: 'A deleted Ingress cannot be taken back; this one belongs to nothing any more.',
    reversible: false,
    blockedBy: whyKept(view, ingress, challenge),
    healsWithin: 180,
  };
}

/**
 * The owner that is no more is the proof. One that says no owner was let go of (`--cascade=orphan`): then no other Challenge may be
 * asked with its token.
 */
function whyKept(
  { sight, namespace: own }: CertView,
  ingress: KubernetesObject,
  challenge: KubernetesObject,
): string | null {
  const { namespace = '', ownerReferences = [] } = ingress.metadata;
  if (namespace !== own) return `it is of namespace ${namespace}, which is not looked after here`;
  const challenges = sight.tryList(kinds.Challenge, own);
  if (!challenges.ok)
    return `could not see whether its Challenge still exists (${challenges.needs ?? challenges.detail})`;
  const paths = JSON.stringify(ingress['spec'] ?? '');
  const user = challenges.value.find(
    (item) =>
      isOwnedBy(ingress, item) ||
      (item.metadata.uid !== challenge.metadata.uid && paths.includes(`/${textAt(item, 'spec.token') ?? ' '}"`)),
  );
  if (user) return `Challenge ${user.metadata.name} still uses it: that one is to be finished first`;
  const other = ownerReferences.find(({ kind }) => kind !== 'Challenge');
  return other ? `it belongs to ${other.kind} ${other.name}` : null;
}

const freeThePath = (view: CertView, { namespace, name }: Conflict, challenge: KubernetesObject): Remedy =>
  byHand({
    id: 'free-the-path',
    title: `Have Ingress ${namespace}/${name} give up the path, or the host be served from one namespace only`,
    risk: 'low',
    commands: [`kubectl -n ${namespace} get ingress ${name} -o yaml`, touchCommand(challenge, view.sight.now)],
  });
