/** The chain Certificate → CertificateRequest → Order → Challenge as it was seen, and the looks around its end, as signs with a word. */
import type { Diagnosis } from '../../../core/diagnosis.ts';
import { condition, textAt, textsAt } from '../../../core/kubernetes/field.ts';
import { type Kind, kinds } from '../../../core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../../../core/kubernetes/object.ts';
import { type Sight, sightOf } from '../../../core/sight.ts';
import type { Mark } from '../glyphs.ts';
import { outsideSides, type Side, selfCheckSide } from './sides.ts';

/** `stuck`: this is where it goes no further. */
export type Link = { readonly name: string; readonly mark: Mark; readonly says: string; readonly stuck?: true };
export type Chain = { readonly links: readonly Link[]; readonly sides: readonly Side[] };

type Judged = { readonly mark: Mark; readonly says: string };

/** Undefined where this runbook has no such chain, or its beginning could not be seen. */
export function chainOf(diagnosis: Diagnosis): Chain | undefined {
  const { snapshot } = diagnosis;
  if (snapshot.target.kind !== 'Certificate') return undefined;
  const sight = sightOf(snapshot);
  const certificate = listed(sight, kinds.Certificate)?.find(({ metadata }) => metadata.name === snapshot.target.name);
  if (!certificate) return undefined;
  const request = newestOwned(sight, kinds.CertificateRequest, certificate);
  const order = newestOwned(sight, kinds.Order, request);
  const challenge = openOwned(sight, order);

  const first = { name: 'Certificate', ...certificateState(certificate) };
  const rest: readonly Link[] = [
    { name: 'Request', ...linkState(sight, kinds.CertificateRequest, request, requestState, first) },
    { name: 'Order', ...linkState(sight, kinds.Order, order, acmeState, first) },
    { name: 'Challenge', ...linkState(sight, kinds.Challenge, challenge, acmeState, first) },
  ];
  const links = [first, ...rest];
  return {
    links: diagnosis.outcome === 'problem' ? withBreak(links) : links,
    sides:
      first.mark === 'good'
        ? []
        : [...selfCheckSide(challenge), ...outsideSides(sight, snapshot, hostsOf(certificate))],
  };
}

const hostsOf = (certificate: KubernetesObject): readonly string[] => textsAt(certificate, 'spec.dnsNames');

function listed(sight: Sight, kind: Kind): readonly KubernetesObject[] | undefined {
  const answer = sight.tryList(kind, sight.target.namespace);
  return answer.ok ? answer.value : undefined;
}

const byAge = (a: KubernetesObject, b: KubernetesObject): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');

function newestOwned(sight: Sight, kind: Kind, owner: KubernetesObject | undefined): KubernetesObject | undefined {
  if (!owner) return undefined;
  return listed(sight, kind)
    ?.filter((object) => isOwnedBy(object, owner))
    .toSorted(byAge)[0];
}

/** Of several Challenges the one that is not done. */
function openOwned(sight: Sight, order: KubernetesObject | undefined): KubernetesObject | undefined {
  if (!order) return undefined;
  const all = listed(sight, kinds.Challenge)?.filter((object) => isOwnedBy(object, order)) ?? [];
  return all.find((challenge) => textAt(challenge, 'status.state') !== 'valid') ?? all[0];
}

function linkState(
  sight: Sight,
  kind: Kind,
  object: KubernetesObject | undefined,
  state: (object: KubernetesObject) => Judged,
  first: Judged,
): Judged {
  if (object) return state(object);
  if (listed(sight, kind) === undefined) return { mark: 'unseen', says: 'not read' };
  // What is done is cleared away by cert-manager.
  return first.mark === 'good' ? { mark: 'good', says: 'done' } : { mark: 'unseen', says: 'none yet' };
}

function certificateState(certificate: KubernetesObject): Judged {
  if (condition(certificate, 'Issuing')?.status === 'True') return { mark: 'waiting', says: 'issuing' };
  const ready = condition(certificate, 'Ready');
  if (ready?.status === 'True') return { mark: 'good', says: 'ready' };
  return { mark: 'waiting', says: 'not ready' };
}

function requestState(request: KubernetesObject): Judged {
  if (condition(request, 'Ready')?.status === 'True') return { mark: 'good', says: 'issued' };
  const isRefused = ['Denied', 'InvalidRequest'].some((type) => condition(request, type)?.status === 'True');
  if (isRefused || condition(request, 'Ready')?.reason === 'Failed') return { mark: 'broken', says: 'failed' };
  return { mark: 'waiting', says: 'pending' };
}

/** States of Orders and Challenges (RFC 8555, 7.1.6, and cert-manager's own `errored`). */
function acmeState(object: KubernetesObject): Judged {
  const state = textAt(object, 'status.state') ?? '';
  if (state === 'valid') return { mark: 'good', says: 'valid' };
  if (['invalid', 'errored', 'expired'].includes(state)) return { mark: 'broken', says: state };
  return { mark: 'waiting', says: state || 'new' };
}

/** Where there is a problem, the deepest link that is there and not done is where it is stuck. */
function withBreak(links: readonly Link[]): readonly Link[] {
  const deepest = links.findLastIndex(({ mark }) => mark === 'waiting' || mark === 'broken');
  return links.map((link, place) => (place === deepest ? { ...link, mark: 'broken', stuck: true } : link));
}
