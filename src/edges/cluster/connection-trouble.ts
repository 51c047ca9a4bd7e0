import { redactText } from '../../core/redact.ts';

/** Where a connection was to go: `proxy` is the URL of what stands between, `ownAuthority` whether the kubeconfig names a CA. */
export type Route = { readonly server: URL; readonly proxy: string | undefined; readonly ownAuthority: boolean };

/** Says, of a failed connection, what is wrong and what one can do about it. One or two sentences. */
export function connectionTrouble(error: unknown, { server, proxy, ownAuthority }: Route): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  const where = server.host;
  const through = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`;
  if (untrusted.has(code))
    return `The certificate of ${where}${through} ${ownAuthority ? notSignedByIts : notSignedByAny}`;
  const known = sentences[code];
  if (known !== undefined) return `${known(where)}${through === '' ? '' : ` (Asked${through}.)`}`;
  const refusal = /^Bad response: (\d{3})/.exec(message)?.[1];
  if (refusal !== undefined) {
    const login =
      refusal === '407'
        ? ' It wants a user and password in its URL.'
        : ' Add the host to NO_PROXY if it must be reached directly.';
    return `The proxy ${proxy === undefined ? '' : new URL(proxy).host} does not let through to ${where}: it answers ${refusal}.${login}`;
  }
  if (message.includes('ALERT_') || message.includes('alert')) {
    return `${where} ended the TLS handshake${through}: ${alertOf(message)}. It may not accept the client certificate of the kubeconfig.`;
  }
  return `No connection to ${where}${through}: ${redactText(message) || code || 'unknown error'}.`;
}

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_SIGNATURE_FAILURE',
]);
// Node trusts NODE_EXTRA_CA_CERTS only where no authority is named.
const notSignedByIts =
  'is not signed by the authority that the kubeconfig names. Correct certificate-authority-data there, or see whether something between inspects TLS.';
const notSignedByAny =
  'is not signed by an authority that this machine trusts. Name it as certificate-authority in the kubeconfig, or in NODE_EXTRA_CA_CERTS.';
const reset = (where: string): string => `${where} broke the connection off.`;
const noRoute = (where: string): string => `There is no route from here to ${where}. Is a VPN needed?`;

const sentences: Readonly<Record<string, (where: string) => string>> = {
  ECONNREFUSED: (where) =>
    `Nothing listens at ${where} (connection refused). Does the cluster run, or has its tunnel ended?`,
  ENOTFOUND: (where) => `The name of ${where} does not resolve. Is the kubeconfig out of date, or a VPN needed?`,
  EAI_AGAIN: (where) => `No DNS server answers for the name of ${where}. Is this machine online?`,
  ECONNRESET: reset,
  EPIPE: reset,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  ETIMEDOUT: (where) => `${where} does not answer. Is a VPN needed, or does a firewall drop the connection?`,
  CERT_HAS_EXPIRED: (where) =>
    `The certificate of ${where} has expired. It must be renewed at the cluster; or this machine's clock is wrong.`,
  CERT_NOT_YET_VALID: (where) => `The certificate of ${where} is not valid yet. Is this machine's clock right?`,
  ERR_TLS_CERT_ALTNAME_INVALID: (where) =>
    `The certificate of ${where} is for other names. Set tls-server-name in the kubeconfig if the server is reached by another name.`,
  EPROTO: (where) => `${where} does not speak TLS as expected. Is it the API server, and is the port right?`,
};

function alertOf(message: string): string {
  return redactText(/alert ([a-z ]+)/.exec(message)?.[1]?.trim() ?? 'refused');
}
