import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { refTo } from '../../../src/core/kubernetes/object.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import type { TlsFailure } from './last-error.ts';
import { patchCommand } from './mend.ts';
import { capital, failing, type SeenTarget, sawTarget, whichOf } from './seen-targets.ts';

/** What Go's verification said, as a sentence about the certificate. */
const sentences: Readonly<Record<TlsFailure, string>> = {
  'no-ip-in-certificate':
    'the certificate names no addresses, and the pods are called by theirs: serverName is missing',
  'other-name': 'the certificate is for another name than serverName asks for',
  'unknown-authority':
    'the certificate is signed by an authority that Prometheus was not told of: ca is missing or another one',
  'out-of-date': 'the certificate is out of date',
  'wants-client-certificate': 'the pods want a certificate from Prometheus',
  'refused-client-certificate': 'the pods do not accept the certificate that Prometheus shows (tlsConfig.cert)',
  other: 'the certificate was not accepted',
};

export const tlsVerify: Cause<PromView> = {
  code: 'tls-verify',
  title: "Prometheus does not trust the pods' certificate",
  severity: 'error',
  owner: 'security',
  explains: [],
  look(view) {
    const hits = failing(view, ({ failed }) => failed === 'tls');
    const [first] = hits.failed;
    if (!view.monitor || first?.failure?.failed !== 'tls') return clear();
    const why = meantBy(first.failure.why, first.endpoint);
    return found({
      object: refTo(hits.all ? view.monitor : (first.pod ?? view.monitor)),
      because: `${capital(whichOf(hits))} of ${view.monitor.metadata.name} failed in the TLS handshake: ${sentences[why]}.`,
      confidence: 'confirmed',
      evidence: [
        ...hits.failed.slice(0, 3).map((item) => sawTarget(item, 'up')),
        ...['serverName', 'ca', 'cert', 'insecureSkipVerify'].flatMap((field) => {
          const path = `spec.endpoints.${first.place}.tlsConfig.${field}`;
          return view.monitor && (at(view.monitor, path) !== undefined || wantedField(why) === field)
            ? [saw(view.monitor, path)]
            : [];
        }),
      ],
      remedies: [remedyFor(view, first, why)],
    });
  },
};

/** Some servers say the same of a certificate that is missing and of one that they do not like: whether one is shown tells. */
const meantBy = (why: TlsFailure, endpoint: unknown): TlsFailure =>
  why === 'wants-client-certificate' &&
  ['cert', 'certFile'].some((field) => at(endpoint, `tlsConfig.${field}`) !== undefined)
    ? 'refused-client-certificate'
    : why;

const wantedField = (why: TlsFailure): string | undefined =>
  ({
    'no-ip-in-certificate': 'serverName',
    'other-name': 'serverName',
    'unknown-authority': 'ca',
    'wants-client-certificate': 'cert',
    'refused-client-certificate': 'cert',
    'out-of-date': undefined,
    other: undefined,
  })[why];

function remedyFor(view: PromView, { place, endpoint, target }: SeenTarget, why: TlsFailure): Remedy {
  const { namespace } = view;
  const service = target.labels['service'] ?? 'SERVICE';
  const has = at(endpoint, 'tlsConfig') !== undefined;
  const set = (field: string, value: unknown) =>
    view.monitor
      ? [
          patchCommand(view.monitor, [
            has
              ? { path: ['spec', 'endpoints', place, 'tlsConfig', field], to: value }
              : { path: ['spec', 'endpoints', place, 'tlsConfig'], to: { [field]: value } },
          ]),
        ]
      : [];
  const medium = { risk: 'medium' } as const;
  switch (why) {
    case 'no-ip-in-certificate':
    case 'other-name': {
      const [, name] = /certificate is valid for ([^,]+)/.exec(target.lastError) ?? [];
      return byHand({
        ...medium,
        id: 'name-the-server',
        title: 'Say in tlsConfig.serverName which name the certificate must have',
        commands: set('serverName', name ?? `${service}.${namespace}.svc`),
      });
    }
    case 'unknown-authority':
      return byHand({
        ...medium,
        id: 'name-the-authority',
        title: "Say in tlsConfig.ca which authority signs the pods' certificates",
        commands: [
          `kubectl -n ${namespace} get secrets --field-selector type=kubernetes.io/tls`,
          ...set('ca', { secret: { name: 'SECRET', key: 'ca.crt' } }),
        ],
      });
    case 'wants-client-certificate':
      return byHand({
        ...medium,
        id: 'give-client-certificate',
        title: 'Give Prometheus a client certificate: tlsConfig.cert and tlsConfig.keySecret',
        commands: [
          ...set('cert', { secret: { name: 'SECRET', key: 'tls.crt' } }),
          `kubectl -n ${namespace} edit servicemonitor ${textAt(view.monitor, 'metadata.name')}   # tlsConfig.keySecret beside it`,
        ],
      });
    case 'refused-client-certificate':
      return byHand({
        ...medium,
        id: 'renew-client-certificate',
        title:
          'Give Prometheus a client certificate that the pods accept: in date, for client authentication, of an authority that they know',
        commands: [
          `kubectl -n ${namespace} get servicemonitor ${textAt(view.monitor, 'metadata.name')} -o jsonpath='{.spec.endpoints[${place}].tlsConfig}'`,
          `kubectl -n ${namespace} get certificates`,
        ],
      });
    case 'out-of-date':
    case 'other':
      return byHand({
        ...medium,
        id: 'renew-pod-certificate',
        title: "Renew the pods' certificate, and let the pods take it up",
        commands: [
          `kubectl -n ${namespace} get certificates`,
          `kubectl -n ${namespace} rollout restart deployment   # where the pods read it at their start only`,
        ],
      });
  }
}
