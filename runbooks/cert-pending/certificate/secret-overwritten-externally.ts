import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence, Found } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, numberAt, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { isOwnedBy, type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { secretNameOf } from '../chain.ts';
import { rateLimitIn } from '../order/rate-limit.ts';
import type { CertView } from '../view.ts';
import { writersOf } from './secret-writers.ts';

const minute = 60_000;
/** Without a new request for so long, whoever it was has stopped. */
const stableAfter = 15 * minute;
/** Issued more often than this without a reason of its own: twice an hour. */
const leastBetween = 30 * minute;

/** What cert-manager says of a Secret that it did not leave so itself (internal/controller/certificates/policies/checks.go). */
const notAsLeft = /private key that does not match|does not contain|invalid private key data|Secret does not exist/;

export const secretOverwrittenExternally: Cause<CertView> = {
  code: 'secret-overwritten-externally',
  title: 'Something else writes the Secret, and cert-manager issues again and again',
  severity: 'error',
  owner: 'operator',
  explains: ['acme-rate-limited-exact-set', 'issuance-backoff'],
  look(view) {
    const { certificate } = view;
    const revision = numberAt(certificate, 'status.revision') ?? 0;
    if (!certificate || revision < 3 || view.sharers().length > 1) return clear();
    const mismatch = mismatchOf(certificate);
    const last = lastRequested(view, certificate);
    const isRecent = last !== undefined && view.sight.now.getTime() - last.getTime() < stableAfter;
    if (!mismatch && !isRecent)
      return clear(last ? `revision ${revision} has been stable since ${last.toISOString()}` : undefined);

    const limited = /exact set of /.test(rateLimitIn(view)?.problem.detail ?? '');
    if (mismatch && limited) return verdict(view, certificate, 'confirmed', []);
    const events = view.sight.tryList(kinds.Event, view.namespace);
    const told = events.ok ? reissuedFor(events.value, certificate, view.sight.now) : [];
    const times = told.reduce((sum, event) => sum + timesOf(event), 0);
    if (times >= 2) return verdict(view, certificate, 'confirmed', told);
    // The events of the hour would say so.
    if (events.ok && saidAnything(events.value, certificate)) return clear();
    if (isTooOften(certificate, revision, view.sight.now))
      return verdict(view, certificate, mismatch ? 'confirmed' : 'likely', []);
    view.sight.list(kinds.Event, view.namespace);
    return clear();
  },
};

function mismatchOf(certificate: KubernetesObject) {
  return ['Ready', 'Issuing']
    .map((type) => condition(certificate, type))
    .find(
      (item) =>
        ['MissingData', 'InvalidKeyPair', 'InvalidCertificate'].includes(item?.reason ?? '') ||
        // That is also said where the spec asks for another key.
        (item?.reason === 'SecretMismatch' && notAsLeft.test(item.message)),
    );
}

function lastRequested(view: CertView, certificate: KubernetesObject): Date | undefined {
  return view.sight
    .list(kinds.CertificateRequest, view.namespace)
    .filter((request) => isOwnedBy(request, certificate))
    .flatMap((request) => timeAt(request, 'metadata.creationTimestamp') ?? [])
    .toSorted((a, b) => b.getTime() - a.getTime())[0];
}

const isAbout = (event: KubernetesObject, { metadata }: KubernetesObject): boolean =>
  textAt(event, 'involvedObject.kind') === 'Certificate' &&
  textAt(event, 'involvedObject.name') === metadata.name &&
  (textAt(event, 'involvedObject.uid') ?? metadata.uid) === metadata.uid;

const saidAnything = (events: readonly KubernetesObject[], certificate: KubernetesObject): boolean =>
  events.some((event) => isAbout(event, certificate) && textAt(event, 'reason') === 'Requested');

/** Events about a Secret that was not as left, of the last hour; the first issue says "does not exist" too. */
function reissuedFor(
  events: readonly KubernetesObject[],
  certificate: KubernetesObject,
  now: Date,
): readonly KubernetesObject[] {
  return events.filter((event) => {
    const at = timeAt(event, 'lastTimestamp') ?? timeAt(event, 'eventTime');
    return (
      isAbout(event, certificate) &&
      textAt(event, 'reason') === 'Issuing' &&
      notAsLeft.test(textAt(event, 'message') ?? '') &&
      at !== undefined &&
      now.getTime() - at.getTime() < 60 * minute &&
      !isFirstIssue(event, certificate)
    );
  });
}

function isFirstIssue(event: KubernetesObject, certificate: KubernetesObject): boolean {
  const [at, created] = [timeAt(event, 'firstTimestamp'), timeAt(certificate, 'metadata.creationTimestamp')];
  return timesOf(event) === 1 && !!at && !!created && at.getTime() - created.getTime() < minute;
}

const timesOf = (event: KubernetesObject): number => numberAt(event, 'count') ?? numberAt(event, 'series.count') ?? 1;

/** Each change of the spec may issue once, and so may each renewal; what is beyond that, somebody else made. */
function isTooOften(certificate: KubernetesObject, revision: number, now: Date): boolean {
  const created = timeAt(certificate, 'metadata.creationTimestamp');
  const [begins, renews] = [timeAt(certificate, 'status.notBefore'), timeAt(certificate, 'status.renewalTime')];
  const planned = begins && renews ? renews.getTime() - begins.getTime() : Number.POSITIVE_INFINITY;
  const beyond = revision - (certificate.metadata.generation ?? revision);
  return (
    created !== undefined &&
    beyond >= 3 &&
    planned > 2 * leastBetween &&
    now.getTime() - created.getTime() < beyond * leastBetween
  );
}

function verdict(
  view: CertView,
  certificate: KubernetesObject,
  confidence: Found['confidence'],
  events: readonly KubernetesObject[],
): Found {
  const name = secretNameOf(certificate);
  const secret = view.sight.tryGet(kinds.Secret, name, view.namespace);
  const writers = secret.ok ? writersOf(secret.value) : [];
  const mismatch = mismatchOf(certificate);
  return {
    ...(found({
      object: refTo(certificate),
      because: `Secret ${name} does not stay as cert-manager leaves it, so it has been issued ${numberAt(certificate, 'status.revision')} times. ${
        writers.length > 0
          ? `It bears the mark of ${writers.map(({ who }) => who).join(' and ')}.`
          : 'Who writes it does not show: cert-manager overwrites the trace.'
      } No wait stands between these tries, and five a week are all the CA gives.`,
      confidence,
      evidence: [
        saw(certificate, 'status.revision'),
        ...(mismatch ? [sawCondition(certificate, mismatch)] : []),
        ...events.map(
          (event): Evidence => ({
            from: `${timesOf(event)} events of ${nameOfObject(certificate)}`,
            path: 'message',
            saw: textAt(event, 'message') ?? '',
          }),
        ),
        ...writers.map(
          ({ path, saw: value }): Evidence => ({
            from: `Secret/${name}`,
            path,
            saw: value,
            wanted: 'cert-manager alone',
          }),
        ),
      ],
      remedies: [
        byHand({
          id: 'stop-the-other-writer',
          title: `Take ${name} out of what else writes it (ExternalSecret, SealedSecret, reflector, Helm, Argo CD), or give that a Secret of its own`,
          risk: 'medium',
          commands: [
            `kubectl -n ${view.namespace} get secret ${name} -o jsonpath='{.metadata.ownerReferences}{"\\n"}{.metadata.labels}{"\\n"}{.metadata.managedFields[*].manager}{"\\n"}'`,
            `kubectl -n ${view.namespace} get externalsecrets,sealedsecrets`,
            `kubectl -n ${view.namespace} get certificate ${certificate.metadata.name} -o jsonpath='{.status.revision}' -w`,
          ],
        }),
      ],
    }) as Found),
  };
}
