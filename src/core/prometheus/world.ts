import { alertmanagersDocument, alertRoutesIn } from '../alerts/world.ts';
import { type Fetched, seen } from '../fetched.ts';
import { listAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { isAllowed } from '../kubernetes/rbac.ts';
import type { InsideLook, PrometheusAddress } from '../look.ts';
import type { MetricsPageAnswer } from '../look-answers.ts';
import type { World } from '../scenario.ts';
import {
  alertmanagersOf,
  metricsPageOf,
  runtimeOf,
  samplesOf,
  scrapePoolOf,
  scrapePoolsOf,
  unreachedPage,
} from './answers.ts';
import { queryDocument, runtimeDocument, targetsDocument } from './documents.ts';
import { jobsInConfig, type Objects } from './live-pools.ts';
import { type Page, servedBy } from './pages.ts';

/** What Prometheus, its operator, the pods and the API server of a scenario answer, worked out from its objects and its world. */
export function answerInside(look: InsideLook, objects: Objects, world: World, now: Date): Fetched<unknown> {
  switch (look.at) {
    case 'access':
      return seen(isAllowed(objects, look));
    case 'metrics-page':
      return pageAnswer(look, objects, world);
    case 'scrape-jobs': {
      const prometheus = prometheusNamed(objects, look.namespace, look.prometheus);
      if (!prometheus) return missing(`Secret prometheus-${look.prometheus}`);
      return seen(jobsInConfig(prometheus, objects, world).filter((job) => job.startsWith(look.prefix)).length);
    }
    case 'scrape-pool':
      return asked(look.prometheus, objects, world, (prometheus) =>
        scrapePoolOf(targetsDocument(prometheus, objects, world, look.pool, now), look.pool),
      );
    case 'scrape-pools':
      return asked(look.prometheus, objects, world, (prometheus) =>
        scrapePoolsOf(targetsDocument(prometheus, objects, world, null, now), look.prefix),
      );
    case 'log-lines':
      return objects.some(
        ({ kind, metadata }) => kind === 'Pod' && metadata.namespace === look.namespace && metadata.name === look.pod,
      )
        ? seen((world.logs[`${look.namespace}/${look.pod}`] ?? []).filter(({ text }) => text.includes(look.phrase)))
        : missing(`Pod ${look.pod}`);
    case 'prometheus-runtime':
      return asked(look.prometheus, objects, world, () => runtimeOf(runtimeDocument(world, now)));
    case 'alertmanagers':
      return asked(look.prometheus, objects, world, (prometheus) =>
        alertmanagersOf(alertmanagersDocument(prometheus, world)),
      );
    case 'alert-routes':
      return alertRoutesIn(look.alertmanager, objects, world);
    // Only what was posted is held; a scenario posts nothing.
    case 'held-alerts':
      return seen([]);
    case 'prometheus-query':
      return asked(look.prometheus, objects, world, (prometheus) =>
        samplesOf(queryDocument(look.query, prometheus, objects, world, now)),
      );
  }
}

const missing = (what: string): Fetched<never> => ({ ok: false, why: 'not-found', detail: `${what} does not exist` });

const prometheusNamed = (objects: Objects, namespace: string, name: string): KubernetesObject | undefined =>
  objects.find(
    ({ kind, metadata }) =>
      (kind === 'Prometheus' || kind === 'PrometheusAgent') &&
      metadata.namespace === namespace &&
      metadata.name === name,
  );

/** Whether a pod of this Prometheus is ready, and so its API answers. */
export function isAnswering(prometheus: KubernetesObject, objects: Objects, world: World): boolean {
  if (!world.prometheus.answers) return false;
  return objects.some(
    (pod) =>
      pod.kind === 'Pod' &&
      pod.metadata.namespace === prometheus.metadata.namespace &&
      isOf(pod, prometheus) &&
      listAt(pod, 'status.conditions').some(
        (item) => textAt(item, 'type') === 'Ready' && textAt(item, 'status') === 'True',
      ),
  );
}

/** The base cluster of the practice names only the application. */
function isOf({ metadata: { labels = {} } }: KubernetesObject, prometheus: KubernetesObject): boolean {
  const named = labels['operator.prometheus.io/name'];
  return named === undefined ? labels['app.kubernetes.io/name'] === 'prometheus' : named === prometheus.metadata.name;
}

function asked(
  address: PrometheusAddress,
  objects: Objects,
  world: World,
  answer: (prometheus: KubernetesObject) => unknown,
): Fetched<unknown> {
  const prometheus = prometheusNamed(objects, address.namespace, address.name);
  if (!prometheus) return missing(`Service ${address.service}`);
  return isAnswering(prometheus, objects, world)
    ? seen(answer(prometheus))
    : { ok: false, why: 'unreachable', detail: `no endpoints available for service "${address.service}"` };
}

/** What the pod proxy gives of one pod's page, or the failure in Go's words. */
export function pageFor(
  pod: KubernetesObject,
  { scheme, port, path }: { readonly scheme: string; readonly port: number; readonly path: string },
  world: World,
): { readonly page: Page } | { readonly error: string } {
  const address = `${textAt(pod, 'status.podIP') ?? ''}:${port}`;
  const served = servedBy(pod, port, path, world);
  if ('failed' in served) {
    const words = {
      refused: `dial tcp ${address}: connect: connection refused`,
      'timed-out': `dial tcp ${address}: i/o timeout`,
      reset: 'EOF',
    };
    return { error: `error trying to reach service: ${words[served.failed]}` };
  }
  if (scheme === 'https' && served.page.scheme === 'http')
    return { error: 'error trying to reach service: tls: first record does not look like a TLS handshake' };
  if (scheme === 'https' && served.page.certificate.wantsClient)
    return { error: 'error trying to reach service: remote error: tls: certificate required' };
  if (scheme === 'http' && served.page.scheme === 'https' && served.page.certificate.onPlain === 'eof')
    return { error: 'error trying to reach service: EOF' };
  if (scheme === 'http' && served.page.scheme === 'https')
    return {
      page: {
        ...served.page,
        status: 400,
        contentType: 'text/plain; charset=utf-8',
        body: 'Client sent an HTTP request to an HTTPS server.\n',
      },
    };
  return served;
}

function pageAnswer(
  look: Extract<InsideLook, { at: 'metrics-page' }>,
  objects: Objects,
  world: World,
): Fetched<MetricsPageAnswer> {
  const pod = objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.namespace === look.namespace && metadata.name === look.pod,
  );
  if (!pod) return missing(`Pod ${look.pod}`);
  const got = pageFor(pod, look, world);
  return seen('page' in got ? metricsPageOf(got.page) : unreachedPage(got.error));
}
