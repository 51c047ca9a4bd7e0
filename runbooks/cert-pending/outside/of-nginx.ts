import type { HttpAnswer } from '../../../src/core/look-answers.ts';

/** nginx's own 404, 502, 503 and 504 mean that the request reached the controller and went no further: other causes. */
export function isOfNginx(answer: HttpAnswer): boolean {
  if (answer.outcome === 'failed') return false;
  const own = /<center>nginx<\/center>/.test(answer.body) || (/nginx/i.test(answer.server) && answer.body === '');
  return own && [404, 502, 503, 504].includes(answer.status);
}
