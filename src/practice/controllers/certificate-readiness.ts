import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { timeText } from '../cluster.ts';
import { same } from '../json.ts';
import { lifeOf, renewalOf } from './certificate-life.ts';
import { problemOf, standingOf } from './certificate-policy.ts';
import { hasStirred } from './certificate-trigger.ts';
import { statusOf, withCondition } from './status.ts';
import { type Controller, idle, joined, type Turn, type View } from './turn.ts';

const by = 'cert-manager-certificates-readiness';

/** Says whether a Certificate is ready, and when it ends and renews (cert-manager, pkg/controller/certificates/readiness). */
export const certificateReadiness: Controller = {
  name: by,
  reconcile: (view) => joined(view.of(kinds.Certificate).map((certificate) => readyOne(view, certificate))),
};

function readyOne(view: View, certificate: KubernetesObject): Turn {
  const standing = standingOf(view, certificate);
  // Time alone changes nothing here: cert-manager goes on saying Ready=True after the end until something touches the Certificate.
  if (!hasStirred(view, standing)) return idle;
  const problem = problemOf(standing, view.now, 'readiness');
  const ready = problem
    ? ({ status: 'False', ...problem } as const)
    : ({ status: 'True', reason: 'Ready', message: 'Certificate is up to date and has not expired' } as const);
  const { notBefore: _, notAfter: _after, renewalTime: _renewal, ...rest } = statusOf(certificate);
  const life = standing.secret && lifeOf(standing.secret);
  const renewal = standing.secret && renewalOf(certificate, standing.secret);
  const status = withCondition(
    {
      ...rest,
      ...(life ? { notBefore: timeText(life.notBefore), notAfter: timeText(life.notAfter) } : {}),
      ...(renewal ? { renewalTime: timeText(renewal) } : {}),
    },
    { type: 'Ready', ...ready, observedGeneration: certificate.metadata.generation },
    view.now,
  );
  return same(status, statusOf(certificate)) ? idle : { writes: [{ do: 'status', object: certificate, status, by }] };
}
