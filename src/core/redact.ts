/**
 * Makes text from a cluster, a program or the network fit to be shown and stored: no terminal control, no secrets.
 * What is taken out leaves a mark in «», so that a reader sees that something stood there.
 */

/** Terminal sequences (ECMA-48: CSI, and OSC up to its end), whole, so that no `[31m` stays behind. */
const sequences = /[\x1b][[][0-?]*[ -/]*[@-~]|[\x1b][\]][^\x07\x1b]*(?:\x07|\x1b\\)?/g;
/** C0 but newline and tab, DEL, C1, and what turns the direction of text around (UAX #9): a name must read as it is. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

type Redaction = { readonly find: RegExp; readonly put: string };

/** In this order: a JSON web token would also read as a key authorization. Each runs in time linear to the text. */
const redactions: readonly Redaction[] = [
  {
    find: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    put: '«private key»',
  },
  // RFC 7515: the first part is base64url of `{"…`, so it begins with eyJ (eyI before a digit).
  { find: /(?<![\w-])ey[IJ][\w-]{5,}(?:\.[\w-]+){1,4}/g, put: '«token»' },
  // RFC 8555, 8.1: token (128 bits or more, so 22 characters) "." SHA-256 of the account key (43 characters).
  { find: /(?<![\w-])[\w-]{22,}\.[\w-]{43}(?![\w-])/g, put: '«key authorization»' },
  { find: /\b(Bearer\s{1,4})[\w.~+/-]{12,}=*/gi, put: '$1«token»' },
  {
    find: /([?&](?:jwt|(?:access_|id_|refresh_)?token|api_?key|key|sig|[\w-]{0,20}signature|(?:client_)?secret|password)=)[^&\s"'<>«]+/gi,
    put: '$1«token»',
  },
  // Up to the last @: neither it nor a slash is allowed in a password (RFC 3986), and both are written, slashes in those of databases.
  {
    find: /\b((?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb(?:\+srv)?|amqps?|sqlserver):\/\/[^\s:@/"']{0,100}:)[^\s"'«]{1,500}@/gi,
    put: '$1«password»@',
  },
  { find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/"']{0,100}:)[^\s/"'«]{1,500}@/gi, put: '$1«password»@' },
];

/** Most texts of a cluster: every redaction needs a dot, a space, `=` or `@`. They cost nothing this way. */
const sound = /^[\w:/-]*$/;

/** `text` without terminal control and without secrets. Doing it again changes nothing. */
export function redactText(text: string): string {
  if (sound.test(text)) return text;
  const plain = text.replace(sequences, '').replace(controls, '');
  return redactions.reduce((now, { find, put }) => now.replace(find, put), plain);
}

/** Every text in a JSON value, keys included, through redactText. The value given is left as it is. */
export function redact<T>(value: T): T {
  return redacted(value) as T;
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), redacted(item)]));
}
