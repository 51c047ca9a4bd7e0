import type { Diagnosis } from '../diagnosis.ts';
import { listAt, textAt, textsAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { Look } from '../look.ts';
import type { Findings } from '../report/test-report.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import type { Sight } from '../sight.ts';

/** What is known of where a procedure runs. */
export type Site = {
  readonly namespace: string;
  readonly environment: EnvironmentName | undefined;
  /** From the profile; else the cluster's own objects say it. */
  readonly host: string | undefined;
};

/** A testing procedure: what it looks at after its runbook's own rounds, and what it makes of that. No I/O. */
export type Procedure = {
  readonly rounds: readonly ((sight: Sight) => readonly Look[])[];
  /** With what the runbook decided, where one is beside it. */
  readonly judge: (sight: Sight, diagnosis: Diagnosis | undefined) => Findings;
};

export const certificateName = 'auth-tls-cert';
export const ingressName = 'auth-ingress';
export const deploymentName = 'auth-service';

/** Ingress and Certificate: they say the host, where the profile does not. */
export const siteLooks = ({ namespace }: Site): readonly Look[] => [
  { at: 'list', kind: kinds.Ingress, namespace },
  { at: 'list', kind: kinds.Certificate, namespace },
];

const named = (objects: readonly KubernetesObject[], name: string): KubernetesObject | undefined =>
  objects.find(({ metadata }) => metadata.name === name);

export const ingressOf = (sight: Sight, { namespace }: Site): KubernetesObject | undefined =>
  named(sight.list(kinds.Ingress, namespace), ingressName);

export const certificateOf = (sight: Sight, { namespace }: Site): KubernetesObject | undefined =>
  named(sight.list(kinds.Certificate, namespace), certificateName);

/** The host that clients call; undefined where nothing says it. */
export function hostOf(sight: Sight, site: Site): string | undefined {
  if (site.host !== undefined) return site.host;
  const ingresses = sight.tryList(kinds.Ingress, site.namespace);
  const ingress = ingresses.ok ? named(ingresses.value, ingressName) : undefined;
  const certificates = sight.tryList(kinds.Certificate, site.namespace);
  const certificate = certificates.ok ? named(certificates.value, certificateName) : undefined;
  return [
    ...listAt(ingress, 'spec.tls').flatMap((one) => textsAt(one, 'hosts')),
    ...listAt(ingress, 'spec.rules').flatMap((rule) => textAt(rule, 'host') ?? []),
    ...textsAt(certificate, 'spec.dnsNames'),
  ].find((host) => isHostName(host));
}

/** A name that can be called: no wildcard, and nothing that leads elsewhere when it is put into a URL. */
const isHostName = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);

/** More addresses of one name are not looked at. */
const mostAddresses = 8;

export function dnsLooks(sight: Sight, site: Site): readonly Look[] {
  const host = hostOf(sight, site);
  return host === undefined ? [] : [{ at: 'dns', name: host }];
}

/** The addresses of the host, both families. */
export function addressesOf(sight: Sight, host: string): readonly string[] {
  const answer = sight.try({ at: 'dns', name: host });
  return answer.ok ? [...answer.value.a, ...answer.value.aaaa].slice(0, mostAddresses) : [];
}
