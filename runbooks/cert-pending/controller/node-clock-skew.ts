import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { ago } from '../../../src/core/durations.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { condition, listAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { renewalClocks } from '../../../src/core/kubernetes/leader-lease.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { CertView } from '../view.ts';
import { controllerOf } from './installation.ts';
import { leadershipOf } from './leadership.ts';
import { overdueSince, silenceOf } from './silence.ts';

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
 * written before it exists, nor after it was taken: what lies outside is the difference of the two clocks, at the least. Where all lies
 * inside, the Lease that its leader renews tells.
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
    const says = complaint(view, certificate);
    const overdue = overdueSince(certificate, view.sight.now);
    if (!says && !overdue) return clear();
    const bounds = stampsOf([certificate, ...requestsSeen(view, certificate)]);
    const worst = worstOf(bounds) ?? worstOf(renewals(view));
    const harm = worst && (says ?? notYetDue(certificate, overdue, clockOf(worst, view.sight.now)));
    if (!worst || !harm) return clear();
    const isAhead = worst.written > worst.taken;
    return found({
      object: refTo(worst.object),
      because: `The clock of the node that cert-manager runs on is at least ${ago(skewOf(worst))} ${isAhead ? 'ahead of' : 'behind'} the API server's, so ${isAhead ? 'certificates and nonces seem expired' : says ? 'certificates and nonces seem not yet valid' : 'the renewal seems not yet due'} to it.`,
      confidence: 'confirmed',
      evidence: [
        {
          from: nameOfObject(worst.object),
          path: worst.path,
          saw: worst.written.toISOString(),
          wanted: `${isAhead ? 'not after' : 'not before'} ${worst.taken.toISOString()}, as the API server has it`,
        },
        harm,
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

/** A clock that is behind lets the time of a renewal pass. */
function notYetDue(certificate: KubernetesObject, overdue: Date | undefined, clock: Date): Evidence | undefined {
  if (!overdue || overdue <= clock) return undefined;
  return saw(certificate, 'status.renewalTime', `past; on that node it is ${clock.toISOString()}`);
}

const clockOf = ({ written, taken }: Stamp, now: Date): Date =>
  new Date(now.getTime() + written.getTime() - taken.getTime());

function requestsSeen({ sight, namespace }: CertView, certificate: KubernetesObject): readonly KubernetesObject[] {
  const requests = sight.tryList(kinds.CertificateRequest, namespace);
  return requests.ok ? requests.value.filter((request) => isOwnedBy(request, certificate)) : [];
}

/** The Lease of cert-manager's controllers is renewed every few seconds. Throws where it is needed and may not be seen. */
function renewals(view: CertView): readonly Stamp[] {
  // Where nothing was left undone, nobody looked for it.
  const controller = silenceOf(view) && controllerOf(view.sight);
  const lease = controller && leadershipOf(view.sight, controller)?.lease;
  const clocks = lease && renewalClocks(lease);
  return clocks ? [{ object: lease, path: 'spec.renewTime', written: clocks.holder, taken: clocks.server }] : [];
}

const worstOf = (stamps: readonly Stamp[]): Stamp | undefined =>
  stamps.filter((stamp) => skewOf(stamp) >= leastSkewMs).toSorted((a, b) => skewOf(b) - skewOf(a))[0];

const skewOf = ({ written, taken }: Stamp): number => Math.abs(written.getTime() - taken.getTime());

function stampsOf(objects: readonly KubernetesObject[]): readonly Stamp[] {
  return objects.flatMap((object) => {
    const created = timeAt(object, 'metadata.creationTimestamp');
    const last = lastWriteOf(object);
    return listAt(object, 'status.conditions').flatMap((item) => {
      const written = timeAt(item, 'lastTransitionTime');
      const path = `status.conditions[${textAt(item, 'type') ?? ''}].lastTransitionTime`;
      if (!written) return [];
      if (created && written < created) return [{ object, path, written, taken: created }];
      return last && written > last ? [{ object, path, written, taken: last }] : [];
    });
  });
}

function lastWriteOf({ metadata }: KubernetesObject): Date | undefined {
  const writes = (metadata.managedFields ?? []).flatMap(({ time }) => (time ? [new Date(time)] : []));
  return writes.toSorted((a, b) => b.getTime() - a.getTime())[0];
}
