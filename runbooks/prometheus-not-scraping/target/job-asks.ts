import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import type { Look, PrometheusAddress } from '../../../src/core/look.ts';

/** One place in a rule that asks for a metric of one job by its whole name. */
export type Ask = {
  readonly rule: KubernetesObject;
  readonly path: string;
  readonly metric: string;
  readonly job: string;
};

/** More names than these are not asked for. */
const mostJobs = 3;

/** A metric with its matchers. Strings in matchers may hold braces; such are not read. */
const selector = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{([^{}]*)\}/g;
const jobMatcher = /(?:^|,)\s*job\s*=\s*"([^"\\]+)"/;

export function asksOf(rules: readonly KubernetesObject[]): readonly Ask[] {
  return rules.flatMap((rule) =>
    listAt(rule, 'spec.groups').flatMap((group, groupPlace) =>
      listAt(group, 'rules').flatMap((one, place) =>
        [...(textAt(one, 'expr') ?? '').matchAll(selector)].flatMap(([, metric = '', matchers = '']) => {
          const job = jobMatcher.exec(matchers)?.[1];
          return job === undefined
            ? []
            : [{ rule, path: `spec.groups.${groupPlace}.rules.${place}.expr`, metric, job }];
        }),
      ),
    ),
  );
}

export const jobQuery = (prometheus: PrometheusAddress, job: string): Extract<Look, { at: 'prometheus-query' }> => ({
  at: 'prometheus-query',
  prometheus,
  query: `up{job="${job}"}`,
});

/** Whether anybody carries the jobs that rules ask for. */
export const jobLooks = (rules: readonly KubernetesObject[], prometheus: PrometheusAddress) =>
  [...new Set(asksOf(rules).map(({ job }) => job))].slice(0, mostJobs).map((job) => jobQuery(prometheus, job));
