import type { Diagnosis } from '../diagnosis.ts';
import { listAt, textAt, textsAt } from '../kubernetes/field.ts';
import { type Kind, kinds } from '../kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject } from '../kubernetes/object.ts';
import { attempt, CouldNotLook, type Sight } from '../sight.ts';
import { ownNames } from './names.ts';
import type { PointSight, RunbookName, Subject } from './point.ts';

export type Diagnoses = Readonly<Partial<Record<RunbookName, Diagnosis>>>;

export function pointSightOf(sight: Sight, subject: Subject, diagnoses: Diagnoses): PointSight {
  const { namespace } = subject;
  const named = (kind: Kind, name: string) =>
    servedList(sight, kind, namespace).find((one) => one.metadata.name === name);
  const deployment = () => named(kinds.Deployment, ownNames.deployment);
  const certificate = () => named(kinds.Certificate, ownNames.certificate);
  return {
    sight,
    subject,
    namespace,
    deployment,
    certificate,
    pods: () => {
      const owner = deployment();
      if (!owner) return [];
      const sets = sight.list(kinds.ReplicaSet, namespace).filter((set) => isOwnedBy(set, owner));
      return sight.list(kinds.Pod, namespace).filter((pod) => sets.some((set) => isOwnedBy(pod, set)) && isLiving(pod));
    },
    diagnosis: (name) => {
      const found = diagnoses[name];
      if (found) return found;
      throw new CouldNotLook(`runbook ${name}`, { ok: false, why: 'not-looked', detail: `${name} was not run` });
    },
    host: () => subject.host ?? hostIn(attempt(certificate)) ?? hostOfIngress(sight, namespace),
  };
}

/** A kind that the cluster does not know has no objects. */
export function servedList(sight: Sight, kind: Kind, namespace?: string): readonly KubernetesObject[] {
  const listed = sight.tryList(kind, namespace);
  return !listed.ok && listed.why === 'not-found' ? [] : sight.list(kind, namespace);
}

const isLiving = (pod: KubernetesObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? '');

/** A wildcard has no address of its own. */
const hostIn = (certificate: KubernetesObject | undefined): string | undefined =>
  textsAt(certificate, 'spec.dnsNames').find((name) => !name.startsWith('*.'));

/** The host of an Ingress that leads to the service; else of the only one that names any. */
function hostOfIngress(sight: Sight, namespace: string): string | undefined {
  const rules = sight.list(kinds.Ingress, namespace).flatMap((ingress) => listAt(ingress, 'spec.rules'));
  const leads = (rule: unknown): boolean =>
    listAt(rule, 'http.paths').some((path) => textAt(path, 'backend.service.name') === ownNames.deployment);
  const hosts = (some: readonly unknown[]) => [...new Set(some.flatMap((rule) => textAt(rule, 'host') ?? []))];
  const ours = hosts(rules.filter(leads)).filter((host) => !host.startsWith('*.'));
  const all = hosts(rules);
  return ours[0] ?? (all.length === 1 ? all[0] : undefined);
}
