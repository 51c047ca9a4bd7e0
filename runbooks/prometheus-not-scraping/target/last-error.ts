import type { ScrapeTarget } from '../../../src/core/look-answers.ts';
import { millisecondsOf } from '../../../src/core/prometheus/durations.ts';

/**
 * Reads `lastError` of a target. Prometheus has no typed field for why a scrape failed: its own texts (scrape/scrape.go,
 * model/textparse) and those of Go's HTTP client behind `Get "URL": ` are all there is. As seen on 3.13; some were others on 2.
 */
export type ScrapeFailure =
  | { readonly failed: 'status'; readonly status: number }
  | { readonly failed: 'refused' }
  /** How far it came: `body` means that headers had been answered, `unanswered` that nobody can tell. */
  | { readonly failed: 'timed-out'; readonly at: 'connecting' | 'unanswered' | 'body' }
  | { readonly failed: 'unreachable' }
  | { readonly failed: 'no-such-host' }
  /** Asked for TLS, and plain HTTP answered. */
  | { readonly failed: 'speaks-http' }
  /** Asked in plain HTTP, and TLS answered. Most TLS servers say 400 or hang up instead. */
  | { readonly failed: 'speaks-tls' }
  | { readonly failed: 'tls'; readonly why: TlsFailure }
  /** The connection was closed without an answer: by a TLS server that was spoken to in plain HTTP, or by a proxy of a mesh. */
  | { readonly failed: 'cut-off'; readonly how: 'eof' | 'reset' }
  | { readonly failed: 'content-type'; readonly type: string | undefined }
  | { readonly failed: 'parse' }
  /** The metric relabelings leave a sample without a name. */
  | { readonly failed: 'nameless' }
  | { readonly failed: 'limit'; readonly limit: Limit }
  | { readonly failed: 'other' };

export type TlsFailure =
  | 'no-ip-in-certificate'
  | 'other-name'
  | 'unknown-authority'
  | 'out-of-date'
  | 'wants-client-certificate'
  /** Prometheus shows one, and the pod does not take it. */
  | 'refused-client-certificate'
  | 'other';

/** As the fields of a ServiceMonitor are called; those of a Prometheus have `enforced` in front. */
export type Limit =
  | 'sampleLimit'
  | 'targetLimit'
  | 'labelLimit'
  | 'labelNameLengthLimit'
  | 'labelValueLengthLimit'
  | 'bodySizeLimit'
  | 'nativeHistogramBucketLimit';

/** Why a target is down. Words change from version to version: a scrape that took all its time ran out of it, whatever is said of it. */
export function failureOf({ lastError, lastDuration, timeout }: ScrapeTarget): ScrapeFailure {
  const told = scrapeFailureIn(lastError) ?? { failed: 'other' };
  const allowed = millisecondsOf(timeout);
  const isOutOfTime = allowed !== undefined && allowed > 0 && lastDuration * 1000 >= allowed;
  return told.failed === 'other' && isOutOfTime ? { failed: 'timed-out', at: 'unanswered' } : told;
}

/** Nobody answered the connection: headers that came, or a TLS failure, would show that it was let through. */
export const isSilence = (failure: ScrapeFailure): boolean =>
  (failure.failed === 'timed-out' && failure.at !== 'body') ||
  failure.failed === 'unreachable' ||
  failure.failed === 'refused';

/** Undefined where the last scrape went well. */
export function scrapeFailureIn(lastError: string): ScrapeFailure | undefined {
  if (lastError === '') return undefined;
  return ownText(lastError) ?? clientText(lastError) ?? { failed: 'other' };
}

const limits: readonly (readonly [RegExp, Limit])[] = [
  [/^sample limit exceeded/, 'sampleLimit'],
  [/^target_limit exceeded/, 'targetLimit'],
  [/^label_limit exceeded/, 'labelLimit'],
  [/^label_name_length_limit exceeded/, 'labelNameLengthLimit'],
  [/^label_value_length_limit exceeded/, 'labelValueLengthLimit'],
  [/^body size limit exceeded/, 'bodySizeLimit'],
  [/^histogram bucket limit exceeded/, 'nativeHistogramBucketLimit'],
];

/** model/textparse: what a parser says of a body that is no exposition text. */
const parserTexts =
  / while parsing: |^invalid (metric type|UTF-8 label value:|metric name:?|exemplar timestamp|timestamp|help for metric) |# EOF$|^unit ".*" not a suffix of |^help text .* is not a valid utf8 string|^expected text in |^unknown metric type |^unsupported character in float|^proto: /;

function ownText(text: string): ScrapeFailure | undefined {
  const status = /^server returned HTTP status (\d{3})/.exec(text)?.[1];
  if (status) return { failed: 'status', status: Number(status) };
  const limit = limits.find(([says]) => says.test(text))?.[1];
  if (limit) return { failed: 'limit', limit };
  if (text.startsWith('non-compliant scrape target sending blank Content-Type'))
    return { failed: 'content-type', type: undefined };
  const type = /^(?:received unsupported|cannot parse) Content-Type "(.*)" and no fallback_scrape_protocol /.exec(text);
  if (type) return { failed: 'content-type', type: type[1] };
  if (text.startsWith('missing metric name')) return { failed: 'nameless' };
  return parserTexts.test(text) ? { failed: 'parse' } : undefined;
}

const inCertificate: readonly (readonly [RegExp, TlsFailure])[] = [
  [
    /because it doesn't contain any IP SANs|x509: certificate is valid for [^,]*, not \d+(\.\d+){3}$/,
    'no-ip-in-certificate',
  ],
  [/x509: certificate (is valid for .*, not |is not valid for any names)/, 'other-name'],
  [/x509: certificate signed by unknown authority/, 'unknown-authority'],
  [/x509: certificate has expired or is not yet valid/, 'out-of-date'],
  [/remote error: tls: (certificate required|bad certificate|handshake failure)/, 'wants-client-certificate'],
  // Only of a certificate that was shown (crypto/tls, alert.go).
  [
    /remote error: tls: (unknown certificate authority|(expired|revoked|unsupported|unknown) certificate)$/,
    'refused-client-certificate',
  ],
];

/** What Go's HTTP client says: net, crypto/tls and crypto/x509. The timeout of a scrape is a context's. */
function clientText(text: string): ScrapeFailure | undefined {
  if (/connect: connection refused$/.test(text)) return { failed: 'refused' };
  if (/http: server gave HTTP response to HTTPS client|tls: first record does not look like a TLS handshake/.test(text))
    return { failed: 'speaks-http' };
  const why = inCertificate.find(([says]) => says.test(text))?.[1];
  if (why) return { failed: 'tls', why };
  if (/tls: failed to verify certificate|remote error: tls: /.test(text)) return { failed: 'tls', why: 'other' };
  if (/malformed HTTP response "\\x15\\x03/.test(text)) return { failed: 'speaks-tls' };
  if (/: dial tcp .*: (i\/o timeout|connect: connection timed out)$/.test(text))
    return { failed: 'timed-out', at: 'connecting' };
  if (/context deadline exceeded/.test(text))
    return { failed: 'timed-out', at: /^Get "/.test(text) ? 'unanswered' : 'body' };
  if (/i\/o timeout|Client\.Timeout exceeded/.test(text)) return { failed: 'timed-out', at: 'unanswered' };
  if (/no such host/.test(text)) return { failed: 'no-such-host' };
  if (/connect: (no route to host|network is unreachable)$/.test(text)) return { failed: 'unreachable' };
  if (/connection reset by peer/.test(text)) return { failed: 'cut-off', how: 'reset' };
  return /(^|: )(unexpected )?EOF$/.test(text) ? { failed: 'cut-off', how: 'eof' } : undefined;
}
