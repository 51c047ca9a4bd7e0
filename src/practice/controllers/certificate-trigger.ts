import { at, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { nextTryOf, renewalOf } from './certificate-life.ts';
import {
  isIssuing,
  problemOf,
  requestMismatches,
  requestsOf,
  revisionOf,
  type Standing,
  standingOf,
} from './certificate-policy.ts';
import { nextTry, type Tried, triedBefore, triedNow } from './patience.ts';
import { statusOf, withCondition } from './status.ts';
import { type Controller, earliest, idle, joined, type Turn, type View } from './turn.ts';

const by = 'cert-manager-certificates-trigger';
const recheckSeconds = 180;

/** Decides that a Certificate is to be issued: sets Issuing=True (cert-manager, pkg/controller/certificates/trigger). */
export const certificateTrigger: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Certificate).map((certificate) => triggerOne(view, certificate))),
};

function triggerOne(view: View, certificate: KubernetesObject): Turn {
  if (isIssuing(certificate) || certificate.metadata.deletionTimestamp !== undefined) return idle;
  const standing = standingOf(view, certificate);
  const retry = nextTryOf(certificate);
  const renewal = standing.secret && renewalOf(certificate, standing.secret);
  // Moments count only where they lay ahead when the cluster was loaded: what is overdue there is part of the story.
  const ahead = [retry, renewal].filter((moment) => moment !== undefined && moment > view.loadedAt);
  const due = earliest(...ahead.filter((moment) => moment !== undefined && moment > view.now));
  const isDue = ahead.some((moment) => moment !== undefined && moment <= view.now);
  if (!isDue && !hasStirred(view, standing)) return { writes: [], due };

  const waited =
    waitedSince(view, standing) ?? (stirredItself(view, standing) || isDue ? undefined : triedBefore(view));
  const recheck = waited && nextTry(view, waited, recheckSeconds);
  if (waited && (recheck === undefined || recheck > view.now)) return { writes: [], due: recheck };
  if (!ownsSecret(view, standing)) return waitForOwner(view, standing);

  if (retry !== undefined && retry > view.now && !skipsWait(view, certificate)) return { writes: [], due: retry };
  const problem = problemOf(standing, view.now, 'trigger');
  if (!problem) return { writes: [], due };
  const generation = certificate.metadata.generation;
  const status = withCondition(
    statusOf(certificate),
    { type: 'Issuing', status: 'True', ...problem, observedGeneration: generation },
    view.now,
  );
  return {
    writes: [
      { do: 'status', object: certificate, status, by },
      { do: 'event', about: certificate, type: 'Normal', reason: 'Issuing', message: problem.message, by },
    ],
  };
}

export function hasStirred(view: View, standing: Standing): boolean {
  const { namespace, name } = standing.certificate.metadata;
  const secretName = textAt(standing.certificate, 'spec.secretName');
  const isRival = (item: KubernetesObject): boolean =>
    item.metadata.namespace === namespace &&
    item.metadata.name !== name &&
    textAt(item, 'spec.secretName') === secretName;
  return stirredItself(view, standing) || view.stirred(kinds.Certificate, isRival);
}

function stirredItself(view: View, { certificate, secret }: Standing): boolean {
  const { namespace, uid } = certificate.metadata;
  const secretName = textAt(certificate, 'spec.secretName');
  return (
    view.isStirred(certificate) ||
    (secret !== undefined && view.isStirred(secret)) ||
    view.stirred(kinds.Secret, (item) => item.metadata.namespace === namespace && item.metadata.name === secretName) ||
    view.stirred(
      kinds.CertificateRequest,
      (item) => item.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false,
    )
  );
}

/**
 * Whether this Certificate may issue into its Secret: the one that the Secret names, or without such a one the oldest. Two made in the
 * same second both may: real controllers each see their own one first.
 */
function ownsSecret(view: View, { certificate, secret }: Standing): boolean {
  const secretName = textAt(certificate, 'spec.secretName');
  const rivals = view
    .of(kinds.Certificate, certificate.metadata.namespace)
    .filter((item) => textAt(item, 'spec.secretName') === secretName);
  const named = rivals.find(
    (item) => item.metadata.name === secret?.metadata.annotations?.['cert-manager.io/certificate-name'],
  );
  if (named) return named.metadata.uid === certificate.metadata.uid;
  const made = (item: KubernetesObject): string => item.metadata.creationTimestamp ?? '';
  return rivals.every((item) => made(certificate) <= made(item));
}

/** The one that may not looks again every three minutes; only a change of itself or of the Secret wakes it before. */
function waitForOwner(view: View, standing: Standing): Turn {
  const value: Waited = { ...triedNow(view), of: versionsOf(standing) };
  return { writes: [{ do: 'remember', about: standing.certificate.metadata.uid ?? '', value }] };
}

type Waited = Tried & { readonly of: string };

function waitedSince(view: View, standing: Standing): Waited | undefined {
  const held = view.recall(standing.certificate.metadata.uid ?? '') as Waited | undefined;
  return held?.of === versionsOf(standing) ? held : undefined;
}

const versionsOf = ({ certificate, secret }: Standing): string =>
  `${certificate.metadata.resourceVersion} ${secret?.metadata.resourceVersion ?? ''}`;

/** A change of the spec that the failed request was not made for does not wait (shouldBackoffReissuingOnFailure). */
function skipsWait(view: View, certificate: KubernetesObject): boolean {
  const next = Number(at(certificate, 'status.revision') ?? 0) + 1;
  const request = requestsOf(view, certificate).find((item) => revisionOf(item) === next);
  return request !== undefined && requestMismatches(certificate, request).length > 0;
}
