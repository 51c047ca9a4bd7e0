import { at, textAt } from '../kubernetes/field.ts';
import type { Page } from './pages.ts';

/**
 * What the TLS handshake with a page comes to, in Go's words and in Go's order: dates, then the name, then the authority (crypto/x509,
 * Certificate.Verify). Undefined where it succeeds.
 */
export function handshakeError(page: Page, endpoint: unknown, address: string): string | undefined {
  const { names, isExpired, wantsClient, refusesClient } = page.certificate;
  const tls = at(endpoint, 'tlsConfig');
  const failed = (words: string): string => `tls: failed to verify certificate: x509: ${words}`;
  if (at(tls, 'insecureSkipVerify') !== true) {
    if (isExpired)
      return failed(
        'certificate has expired or is not yet valid: current time 2026-11-23T05:00:00Z is after 2026-11-01T00:00:00Z',
      );
    const host = textAt(tls, 'serverName') || address.replace(/:\d+$/, '');
    if (!names.includes(host))
      return failed(
        isAddress(host)
          ? `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
          : `certificate is valid for ${names.join(', ')}, not ${host}`,
      );
    if (at(tls, 'ca') === undefined) return failed('certificate signed by unknown authority');
  }
  if (at(tls, 'cert') !== undefined) return refusesClient ? 'remote error: tls: bad certificate' : undefined;
  return wantsClient ? 'remote error: tls: certificate required' : undefined;
}

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
