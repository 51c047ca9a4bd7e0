import { textAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { Look } from '../look.ts';
import { attempt, type Sight } from '../sight.ts';
import type { PointSight, Subject } from './point.ts';
import { pointSightOf } from './point-sight.ts';
import { addressOf, pathOf } from './points/outside.ts';

/** What no runbook looks at, or looks at only where something is stuck: the points' own rounds. */
export const pointRounds = (subject: Subject): readonly ((sight: Sight) => readonly Look[])[] =>
  [objectLooks, nameLooks, clientLooks].map((round) => (sight) => round(pointSightOf(sight, subject, {})));

function objectLooks({ namespace }: PointSight): readonly Look[] {
  return [
    ...[
      kinds.Deployment,
      kinds.ReplicaSet,
      kinds.Pod,
      kinds.PodDisruptionBudget,
      kinds.HorizontalPodAutoscaler,
      kinds.NetworkPolicy,
      kinds.Ingress,
      kinds.Certificate,
    ].map((kind) => ({ at: 'list', kind, namespace }) as const),
    { at: 'list', kind: kinds.ClusterIssuer },
    { at: 'list', kind: kinds.Issuer, namespace },
    { at: 'list', kind: kinds.Node },
    { at: 'list', kind: kinds.DaemonSet },
  ];
}

function nameLooks(sight: PointSight): readonly Look[] {
  const host = attempt(sight.host);
  const secret = textAt(attempt(sight.certificate), 'spec.secretName');
  return [
    ...(host === undefined ? [] : [{ at: 'dns', name: host } as const]),
    ...(secret ? [{ at: 'get', kind: kinds.Secret, namespace: sight.namespace, name: secret } as const] : []),
  ];
}

/** As a client: the handshake, an old one, and both schemes. */
function clientLooks(sight: PointSight): readonly Look[] {
  const host = attempt(sight.host);
  const address = host === undefined ? undefined : addressOf(sight, host);
  if (host === undefined || address === undefined) return [];
  const path = pathOf(sight, host);
  return [
    { at: 'tls', host, address, port: 443 },
    { at: 'tls-version', host, address, port: 443, version: 'TLSv1.1' },
    { at: 'http', url: `https://${host}${path}`, address },
    { at: 'http', url: `http://${host}${path}`, address },
  ];
}
