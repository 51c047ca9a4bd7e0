import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { ago } from '../../../src/core/durations.ts';
import { clear, found, nameOfObject } from '../../../src/core/evidence.ts';
import { condition, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';

/** ACME and X.509 bear minutes; below this nothing comes of it. */
const leastSkewMs = 60_000;
/** What servers and Go say where the time is what is wrong. */
const aboutTime = /not yet valid|certificate has expired|badNonce|clock/i;

type Stamp = {
  readonly object: KubernetesObject;
  readonly path: string;
  /** By cert-manager's clock, and by the API server's. */
  readonly written: Date;
  readonly taken: Date;
};

/**
 * cert-manager dates its conditions by the clock of its node, the API server dates the creation and each write by its own. Nothing is
 * written before it exists, nor after it was taken: what lies outside is the difference of the two clocks, at the least.
 */
export const nodeClockSkew: Cause<CertView> = {
  code: 'node-clock-skew',
  title: 'The clock of a node is wrong',
  severity: 'error',
  owner: 'platform',
  explains: ['issuer-not-ready', 'acme-unreachable', 'issuance-backoff', 'renewal-overdue'],
  look(view) {
    const { certificate } = view;
    if (!certificate) return clear();
    const worst = stampsOf([certificate, ...requestsSeen(view, certificate)]).toSorted(
      (a, b) => skewOf(b) - skewOf(a),
    )[0];
    if (!worst || skewOf(worst) < leastSkewMs) return clear();
    const says = complaint(view, certificate);
    if (!says) return clear();
    const isAhead = worst.written > worst.taken;
    return found({
      object: refTo(worst.object),
      because: `The clock of the node that cert-manager runs on is at least ${ago(skewOf(worst))} ${isAhead ? 'ahead of' : 'behind'} the API server's, so certificates and nonces seem ${isAhead ? 'expired' : 'not yet valid'} to it.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(worst.object),
          path: worst.path,
          saw: worst.written.toISOString(),
          wanted: `${isAhead ? 'not after' : 'not before'} ${worst.taken.toISOString()}, as the API server has it`,
        },
        says,
      ],
      remedies: [
        byHand({
          id: 'set-the-clock',
          title: 'Set the clock of that node, and let it keep the time (chrony, systemd-timesyncd)',
          commands: [
            'kubectl -n cert-manager get pods -o wide',
            'kubectl -n kube-node-lease get leases -o custom-columns=NODE:.metadata.name,ITS-CLOCK:.spec.renewTime; date -u',
            'timedatectl status   # on that node',
          ],
        }),
      ],
    });
  },
};

/** Something that a wrong clock would explain. Without it, a clock that is wrong does no harm here. */
function complaint({ sight, unfinished, ...view }: CertView, certificate: KubernetesObject) {
  const ready = condition(certificate, 'Ready');
  const [notBefore, notAfter] = [timeAt(certificate, 'status.notBefore'), timeAt(certificate, 'status.notAfter')];
  if (ready?.reason === 'Expired' && notAfter && notAfter > sight.now)
    return {
      from: nameOfObject(certificate),
      path: ready.path,
      saw: `${ready.status} Expired`,
      wanted: `valid until ${notAfter.toISOString()}`,
    };
  if (notBefore && notBefore > sight.now)
    return {
      from: nameOfObject(certificate),
      path: 'status.notBefore',
      saw: notBefore.toISOString(),
      wanted: 'in the past',
    };
  if (!unfinished) return undefined;
  const issuer = view.issuerIfSeen();
  const said = [
    ...view
      .openChallenges()
      .map((object) => ({ object, path: 'status.reason', text: textAt(object, 'status.reason') })),
    ...[view.order()].flatMap((object) =>
      object ? [{ object, path: 'status.reason', text: textAt(object, 'status.reason') }] : [],
    ),
    ...[view.request(), issuer].flatMap((object) =>
      object ? [{ object, path: 'status.conditions[Ready]', text: condition(object, 'Ready')?.message }] : [],
    ),
  ].find(({ text }) => aboutTime.test(text ?? ''));
  return said && { from: nameOfObject(said.object), path: said.path, saw: said.text ?? '' };
}

function requestsSeen({ sight, namespace }: CertView, certificate: KubernetesObject): readonly KubernetesObject[] {
  const requests = sight.tryList(kinds.CertificateRequest, namespace);
  return requests.ok ? requests.value.filter((request) => isOwnedBy(request, certificate)) : [];
}

const skewOf = ({ written, taken }: Stamp): number => Math.abs(written.getTime() - taken.getTime());

function stampsOf(objects: readonly KubernetesObject[]): readonly Stamp[] {
  return objects.flatMap((object) => {
    const created = timeAt(object, 'metadata.creationTimestamp');
    const taken = (object.metadata.managedFields ?? []).flatMap(({ time }) => (time ? [new Date(time)] : []));
    const last = taken.toSorted((a, b) => b.getTime() - a.getTime())[0];
    return listAt(object, 'status.conditions').flatMap((item) => {
      const written = timeAt(item, 'lastTransitionTime');
      const path = `status.conditions[${textAt(item, 'type') ?? ''}].lastTransitionTime`;
      if (!written) return [];
      if (created && written < created) return [{ object, path, written, taken: created }];
      return last && written > last ? [{ object, path, written, taken: last }] : [];
    });
  });
}
