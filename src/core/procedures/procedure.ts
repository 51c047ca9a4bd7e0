import type { Diagnosis } from '../diagnosis.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { Look } from '../look.ts';
import type { Findings } from '../report/test-report.ts';
import { attempt, type Sight } from '../sight.ts';
import type { PointSight, Subject } from '../verify/point.ts';
import { pointSightOf } from '../verify/point-sight.ts';

/** A testing procedure: what it looks at after its runbook's own rounds, and what it makes of that. No I/O. */
export type Procedure = {
  readonly rounds: readonly ((sight: Sight) => readonly Look[])[];
  /** With what the runbook decided, where one is beside it. */
  readonly judge: (sight: Sight, diagnosis: Diagnosis | undefined) => Findings;
};

/** What of the environment the points of verify see too. */
export const sightIn = (sight: Sight, subject: Subject): PointSight => pointSightOf(sight, subject, {});

/** Ingress and Certificate: they say the host, where the profile does not. */
export const hostLooks = ({ namespace }: Subject): readonly Look[] => [
  { at: 'list', kind: kinds.Ingress, namespace },
  { at: 'list', kind: kinds.Certificate, namespace },
];

/** The host that clients call; undefined where nothing says it. */
export function hostOf(sight: Sight, subject: Subject): string | undefined {
  const host = attempt(sightIn(sight, subject).host);
  return host !== undefined && isHostName(host) ? host : undefined;
}

/** A name that can be called, and nothing that leads elsewhere when it is put into a URL. */
const isHostName = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);

/** More addresses of one name are not looked at. */
const mostAddresses = 8;

export function dnsLooks(sight: Sight, subject: Subject): readonly Look[] {
  const host = hostOf(sight, subject);
  return host === undefined ? [] : [{ at: 'dns', name: host }];
}

/** The addresses of the host, both families. */
export function addressesOf(sight: Sight, host: string): readonly string[] {
  const answer = sight.try({ at: 'dns', name: host });
  return answer.ok ? [...answer.value.a, ...answer.value.aaaa].slice(0, mostAddresses) : [];
}
