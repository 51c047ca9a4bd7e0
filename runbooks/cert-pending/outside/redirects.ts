/**
 * What Let's Encrypt says of a redirect that it does not follow (boulder, va/http.go). A plain one to HTTPS is followed, whatever the
 * certificate there.
 */
const words: readonly (readonly [RegExp, string])[] = [
  [/Invalid port in redirect target/, 'to a port that is neither 80 nor 443'],
  [/Invalid protocol scheme in redirect target/, 'to something that is neither http nor https'],
  [/Invalid host in redirect target|Invalid hostname in redirect target|Invalid empty host/, 'to a host that is none'],
  [/Redirect loop detected/, 'in a loop'],
  [/Too many redirects/i, 'more than ten times'],
  [/disallowed redirect status code/, 'with a status that is not followed'],
  [/doesn't support TLSv1\.2 or better/, 'to an HTTPS server whose TLS is too old'],
  [/tls: handshake failure|remote error: tls/, 'to an HTTPS server that cannot be spoken to'],
];

/** How the CA was redirected wrongly, or undefined where it was not. */
export const wrongRedirect = (detail: string): string | undefined => words.find(([text]) => text.test(detail))?.[1];

export const isOfRedirect = (detail: string): boolean => wrongRedirect(detail) !== undefined;
