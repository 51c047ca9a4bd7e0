import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, saw, sawCondition } from '../../../src/core/evidence.ts';
import { condition, textAt, timeAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { isBegun, overdueSince } from '../controller/silence.ts';
import type { CertView } from '../view.ts';

const day = 86_400_000;

type Overdue = {
  readonly because: string;
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
};

/** Ready=True says nothing of it: it stands after the renewal time, and after the end, until something touches the Certificate (seen). */
export const renewalOverdue: Cause<CertView> = {
  code: 'renewal-overdue',
  title: 'The certificate is to be renewed, and nobody renews it',
  severity: 'error',
  owner: 'platform',
  explains: [],
  look(view) {
    const { certificate, sight } = view;
    if (!certificate) return clear();
    const overdue = overdueOf(certificate, sight.now);
    if (!overdue) return clear();
    // Of two that share a Secret only one is renewed: that is another cause.
    if (view.sharers().length > 1) return clear();
    return found({ object: refTo(certificate), confidence: 'confirmed', ...overdue });
  },
};

function overdueOf(certificate: KubernetesObject, now: Date): Overdue | undefined {
  const ready = condition(certificate, 'Ready');
  const ends = timeAt(certificate, 'status.notAfter');
  if (!ready || !ends || isBegun(certificate)) return undefined;
  const [{ name, namespace }, until] = [certificate.metadata, endText(ends, now)];
  if (textAt(certificate, 'spec.renewal.policy') === 'Disabled') {
    if (ends.getTime() - now.getTime() >= nearOf(certificate, ends)) return undefined;
    return {
      because: `Renewal of ${name} is disabled, and the certificate ${until}.`,
      evidence: [saw(certificate, 'spec.renewal.policy', 'absent'), saw(certificate, 'status.notAfter')],
      remedies: [renewByHand(certificate), allowRenewal(certificate)],
    };
  }
  if (ready.reason === 'WindowError') {
    return {
      because: `No renewal window of ${name} ever opens, and the certificate ${until}.`,
      evidence: [saw(certificate, 'spec.renewal'), sawCondition(certificate, ready)],
      remedies: [
        byHand({
          id: 'correct-the-windows',
          title: 'Correct the renewal windows',
          commands: [`kubectl -n ${namespace} edit certificate ${name}`],
        }),
        renewByHand(certificate),
      ],
    };
  }
  const renewal = overdueSince(certificate, now);
  if (!renewal) return undefined;
  return {
    because: `${name} was to be renewed at ${renewal.toISOString().slice(0, 16).replace('T', ' ')} UTC, and nobody has begun; the certificate ${until}. Its condition still says what was true before.`,
    evidence: [
      saw(certificate, 'status.renewalTime', 'at most an hour ago'),
      saw(certificate, 'status.notAfter'),
      sawCondition(certificate, ready),
    ],
    remedies: [
      byHand({
        id: 'wake-cert-manager',
        title: 'See why cert-manager does not renew, and let it run again',
        commands: [
          'kubectl -n cert-manager get pods',
          'kubectl -n cert-manager logs deployment/cert-manager --tail=50',
          'kubectl -n cert-manager rollout restart deployment cert-manager',
        ],
      }),
      renewByHand(certificate),
    ],
  };
}

/** A week; of a certificate that lives no longer than ten days, a day. */
function nearOf(certificate: KubernetesObject, ends: Date): number {
  const begins = timeAt(certificate, 'status.notBefore');
  return begins && ends.getTime() - begins.getTime() <= 10 * day ? day : 7 * day;
}

const endText = (ends: Date, now: Date): string =>
  `${ends <= now ? 'ended' : 'ends'} at ${ends.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const renewByHand = ({ metadata: { name, namespace } }: KubernetesObject): Remedy =>
  byHand({
    id: 'renew-by-hand',
    title: 'Renew it now by hand; this asks the CA for one certificate',
    risk: 'medium',
    commands: [`cmctl renew -n ${namespace} ${name}`],
  });

const allowRenewal = ({ metadata: { name, namespace } }: KubernetesObject): Remedy =>
  byHand({
    id: 'allow-renewal',
    title: 'Or let cert-manager renew it again',
    risk: 'low',
    commands: [
      `kubectl -n ${namespace} patch certificate ${name} --type json -p '[{"op":"replace","path":"/spec/renewal/policy","value":"RenewBefore"}]'`,
    ],
  });
