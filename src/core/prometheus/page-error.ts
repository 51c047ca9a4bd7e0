import { isOpenMetrics } from './content-type.ts';
import { expositionOf } from './exposition.ts';

/** What Prometheus cannot read in a page, in its words (model/textparse); undefined where it reads it to its end. */
export function pageError(body: string, contentType: string): string | undefined {
  const read = expositionOf(body);
  if (read.is === 'other') return read.error;
  const odd = oddLabel(body);
  if (odd !== undefined) return `invalid UTF-8 label value: ${odd}`;
  return isOpenMetrics(contentType) && !/(?:^|\n)# EOF\n?$/.test(body) ? 'data does not end with # EOF' : undefined;
}

/** Bytes that are no UTF-8 are kept as U+FFFD, whatever they were. */
function oddLabel(body: string): string | undefined {
  const [, value] = /=\s*("(?:[^"\\\n]|\\.)*\uFFFD(?:[^"\\\n]|\\.)*")/.exec(body) ?? [];
  return value === undefined ? undefined : JSON.stringify(value).replaceAll('\uFFFD', '\\xff');
}
