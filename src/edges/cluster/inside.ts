import type { Fetched } from '../../core/fetched.ts';
import { at } from '../../core/kubernetes/field.ts';
import type { AnswerOf, InsideLook } from '../../core/look.ts';
import type { LogLine, MetricsPageAnswer } from '../../core/look-answers.ts';
import { logLinesOf, metricsPageOf, unreachedPage } from '../../core/prometheus/answers.ts';
import { rightOfLook } from '../../core/rights/of-look.ts';
import { rightText } from '../../core/rights/right.ts';
import { readAlertRoutes, readHeldAlerts } from './alertmanager.ts';
import { ownRefusal, parseJson, statusOf } from './api-status.ts';
import { jobsOf } from './generated-config.ts';
import { askPrometheus, type PrometheusWay } from './prometheus.ts';
import { belowProxy, refused } from './proxied.ts';
import { unread } from './refused-read.ts';
import type { Transport } from './transport.ts';

/** Looks at what runs inside the cluster. Every answer is cut to what its type says: raw bodies go no further than this folder. */
export async function lookInside<L extends InsideLook>(
  ways: { readonly transport: Transport; readonly prometheus: PrometheusWay },
  look: L,
  signal: AbortSignal,
): Promise<Fetched<AnswerOf<L>>> {
  return (await answer(ways, look, signal)) as Fetched<AnswerOf<L>>;
}

async function answer(
  { transport, prometheus }: { readonly transport: Transport; readonly prometheus: PrometheusWay },
  look: InsideLook,
  signal: AbortSignal,
): Promise<Fetched<unknown>> {
  switch (look.at) {
    case 'scrape-pool':
    case 'scrape-pools':
    case 'prometheus-runtime':
    case 'prometheus-query':
    case 'alertmanagers':
      return askPrometheus(prometheus, look, signal);
    case 'alert-routes':
      return readAlertRoutes(transport, look, signal);
    case 'held-alerts':
      return readHeldAlerts(transport, look, signal);
    case 'scrape-jobs':
      return countJobs(transport, look, signal);
    case 'metrics-page':
      return getPage(transport, look, signal);
    case 'log-lines':
      return readLog(transport, look, signal);
    case 'access':
      return reviewAccess(transport, look, signal);
  }
}

async function countJobs(
  transport: Transport,
  look: Extract<InsideLook, { at: 'scrape-jobs' }>,
  signal: AbortSignal,
): Promise<Fetched<number>> {
  const name = `prometheus-${look.prometheus}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(look.namespace)}/secrets/${encodeURIComponent(name)}`;
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (reply.status !== 200) return refused(reply, rightText(rightOfLook(look)));
  const jobs = await jobsOf(at(parseJson(reply.text), 'data'));
  return jobs === undefined
    ? unread('unreadable', `Secret ${name} holds no configuration that could be read.`)
    : { ok: true, value: jobs.filter((job) => job.startsWith(look.prefix)).length };
}

async function getPage(
  transport: Transport,
  look: Extract<InsideLook, { at: 'metrics-page' }>,
  signal: AbortSignal,
): Promise<Fetched<unknown>> {
  const pod = `${look.scheme}:${look.pod}:${look.port}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(look.namespace)}/pods/${pod}/proxy${belowProxy(look.path)}`;
  const started = performance.now();
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  const seconds = (performance.now() - started) / 1000;
  // The other looks tell whether the API server itself is slow: here, the pod is.
  if (!reply.ok && reply.why === 'timed-out') return { ok: true, value: neverAnswered };
  if (!reply.ok) return unread(reply.why, reply.detail);
  const own = ownRefusal(reply);
  if (own) {
    const { code, message } = statusOf(reply);
    if (code === 504) return { ok: true, value: neverAnswered };
    if (reply.status === 503 && message.startsWith('error trying to reach service'))
      return { ok: true, value: unreachedPage(message) };
    return refused(reply, rightText(rightOfLook(look)));
  }
  const header = (name: 'content-type' | 'location'): string => reply.headers[name] ?? '';
  return {
    ok: true,
    value: metricsPageOf({
      status: reply.status,
      contentType: header('content-type'),
      location: header('location'),
      body: reply.text,
      seconds,
    }),
  };
}

const neverAnswered: MetricsPageAnswer = {
  outcome: 'failed',
  why: 'timed-out',
  detail: 'the pod did not end its answer in time',
};

const mostLogLines = 5000;

async function readLog(
  transport: Transport,
  look: Extract<InsideLook, { at: 'log-lines' }>,
  signal: AbortSignal,
): Promise<Fetched<readonly LogLine[]>> {
  const { namespace, pod, container, phrase } = look;
  const query = new URLSearchParams({ container, timestamps: 'true', tailLines: String(mostLogLines) });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
  const reply = await transport.send({ method: 'GET', path, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  if (reply.status !== 200) return refused(reply, rightText(rightOfLook(look)));
  return { ok: true, value: logLinesOf(reply.text, phrase) };
}

async function reviewAccess(
  transport: Transport,
  look: Extract<InsideLook, { at: 'access' }>,
  signal: AbortSignal,
): Promise<Fetched<boolean>> {
  const { user, verb, group, resource, namespace } = look;
  const resourceAttributes = { verb, group, resource, ...(namespace === undefined ? {} : { namespace }) };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups: groupsOf(user), resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const reply = await transport.send({ method: 'POST', path, body, repeatable: true }, signal);
  if (!reply.ok) return unread(reply.why, reply.detail);
  const allowed = at(parseJson(reply.text), 'status.allowed');
  if (reply.status === 201 && typeof allowed === 'boolean') return { ok: true, value: allowed };
  return refused(reply, rightText(rightOfLook(look)));
}

/** The groups that every service account is in: RBAC may speak of them. */
function groupsOf(user: string): readonly string[] {
  const namespace = /^system:serviceaccount:([^:]+):/.exec(user)?.[1];
  return namespace === undefined
    ? ['system:authenticated']
    : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}
