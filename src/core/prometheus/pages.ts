import type { KubernetesObject } from '../kubernetes/object.ts';
import type { World } from '../scenario.ts';
import { containerPorts } from './discovery.ts';

/** What a pod of a scenario answers on one of its ports. */
export type Page = Exclude<World['pages'][string], string>;
export type Served = { readonly page: Page } | { readonly failed: 'refused' | 'timed-out' | 'reset' };

/** A sound page of ORION's auth service, as far as anybody looks at it. */
const soundPage = [
  '# TYPE http_requests_total counter',
  'http_requests_total{method="GET",status="200"} 1027',
  '# TYPE http_request_duration_seconds histogram',
  'http_request_duration_seconds_bucket{le="1"} 1020',
  'http_request_duration_seconds_bucket{le="+Inf"} 1027',
  'http_request_duration_seconds_sum 93.1',
  'http_request_duration_seconds_count 1027',
  '# TYPE auth_login_attempts_total counter',
  'auth_login_attempts_total{result="success"} 311',
  '# TYPE auth_token_generation_total counter',
  'auth_token_generation_total 305',
  '',
].join('\n');

const sound: Page = {
  status: 200,
  contentType: 'text/plain; version=0.0.4',
  body: soundPage,
  location: '',
  scheme: 'http',
  seconds: 0,
  certificate: { names: [], isExpired: false, wantsClient: false, refusesClient: false, onPlain: '400' },
};

/**
 * `world.pages` by `POD:PORT/path`, `PORT/path`, `POD:PORT` or `PORT`. A port that a container declares serves a sound page on /metrics and
 * 404 elsewhere; one that none declares is closed.
 */
export function servedBy(pod: KubernetesObject, port: number, path: string, world: World): Served {
  const { name } = pod.metadata;
  const [where] = path.split('?');
  const said =
    world.pages[`${name}:${port}${where}`] ??
    world.pages[`${port}${where}`] ??
    world.pages[`${name}:${port}`] ??
    world.pages[String(port)];
  if (typeof said === 'string') return { failed: said };
  if (said) return { page: said };
  if (!containerPorts(pod).some(({ number }) => number === port)) return { failed: 'refused' };
  return {
    page:
      where === '/metrics'
        ? sound
        : { ...sound, status: 404, contentType: 'text/plain; charset=utf-8', body: 'not found\n' },
  };
}
