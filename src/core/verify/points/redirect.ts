import { nameOf } from '../../look.ts';
import type { Point } from '../point.ts';
import { isWay, notReached, wayTo } from './outside.ts';

export const redirect: Point = {
  id: 'redirect',
  title: 'HTTP redirects to HTTPS',
  expects: () => 'HTTP answered by a redirect to HTTPS at the same host',
  runbook: 'cert-pending',
  detectors: [],
  judge(sight) {
    const way = wayTo(sight);
    if (!isWay(way)) return way;
    const { host, address, path } = way;
    const url = `http://${host}${path}`;
    const look = { at: 'http', url, address } as const;
    const answer = sight.sight.must(look);
    if (answer.outcome === 'failed') {
      // It leads to HTTPS, and only that does not answer: that is the other point's.
      if (answer.detail.startsWith(`redirects to https://${host}`)) return { state: 'passed', saw: answer.detail };
      if (answer.why === 'timed-out' || answer.why === 'unreachable') throw notReached(nameOf(look), answer.detail);
      return { state: 'failed', saw: `${url}: ${answer.detail}` };
    }
    const [, next] = answer.hops;
    if (next === undefined)
      return { state: 'failed', saw: `${url} answers ${answer.status} without a redirect`, lasting: true };
    return URL.parse(next)?.protocol === 'https:' && URL.parse(next)?.hostname === host
      ? { state: 'passed', saw: `${url} leads to ${next}` }
      : { state: 'failed', saw: `${url} leads to ${next}`, lasting: true };
  },
};
