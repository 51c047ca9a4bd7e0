/** Why Prometheus takes no page of this type, in its words (model/textparse, extractMediaType); undefined where it does. */
export function contentTypeError(contentType: string, fallback: string | undefined): string | undefined {
  if (fallback) return undefined;
  if (contentType === '')
    return 'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target';
  if (!parameters.test(contentType))
    return `cannot parse Content-Type "${contentType}" and no fallback_scrape_protocol for target\nmime: invalid media parameter`;
  return ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf'].includes(
    mediaTypeOf(contentType),
  )
    ? undefined
    : `received unsupported Content-Type "${contentType}" and no fallback_scrape_protocol specified for target`;
}

export const isOpenMetrics = (contentType: string): boolean =>
  mediaTypeOf(contentType) === 'application/openmetrics-text';

const mediaTypeOf = (contentType: string): string => contentType.split(';')[0]?.trim().toLowerCase() ?? '';

/** What Go's mime package takes: each parameter a name and a value, and one semicolon more at the end. */
const token = String.raw`[!#$%&'*+\-.^_\x60|~0-9A-Za-z]+`;
const parameters = new RegExp(
  String.raw`^[^;]*(?:;\s*${token}\s*=\s*(?:${token}|"(?:[^"\\\r\n]|\\.)*")\s*)*(?:;\s*)?$`,
);
