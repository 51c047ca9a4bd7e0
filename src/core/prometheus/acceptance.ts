import { at, listAt, numberAt, textAt } from '../kubernetes/field.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { anchored } from '../kubernetes/re2.ts';
import { ruleOf } from '../kubernetes/relabeling.ts';
import { millisecondsOf } from './durations.ts';

/** A reason for which the operator leaves out the whole ServiceMonitor: where it stands, and the operator's own words. */
export type Rejection = { readonly path: string; readonly text: string };

/**
 * What the operator checks in a ServiceMonitor before it takes it, as far as the two objects tell; that a Secret is missing, they do not
 * (pkg/prometheus/resource_selector.go, seen with 0.85).
 */
export function rejectionOf(monitor: KubernetesObject, prometheus: KubernetesObject): Rejection | undefined {
  return (
    scrapeClassOf(monitor, prometheus) ??
    first(monitor, 'spec.endpoints', (endpoint, place) => {
      const found =
        fileAccessOf(endpoint, prometheus) ??
        timeoutOf(endpoint, prometheus) ??
        relabelingOf(endpoint, 'relabelings', 'relabelConfigs') ??
        relabelingOf(endpoint, 'metricRelabelings', 'metricRelabelConfigs');
      return found && { path: `spec.endpoints.${place}.${found.path}`, text: `endpoints[${place}]: ${found.text}` };
    })
  );
}

function first<T>(object: unknown, path: string, look: (item: unknown, place: number) => T | undefined): T | undefined {
  for (const [place, item] of listAt(object, path).entries()) {
    const found = look(item, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function scrapeClassOf(monitor: KubernetesObject, prometheus: KubernetesObject): Rejection | undefined {
  const name = textAt(monitor, 'spec.scrapeClass');
  if (!name || listAt(prometheus, 'spec.scrapeClasses').some((item) => textAt(item, 'name') === name)) return undefined;
  return {
    path: 'spec.scrapeClass',
    text: `scrapeClassName: scrapeClass "${name}" not found in Prometheus scrapeClasses`,
  };
}

/** Prometheus' own files are not for everybody, where the Prometheus object says so. */
function fileAccessOf(endpoint: unknown, prometheus: KubernetesObject): Rejection | undefined {
  if (at(prometheus, 'spec.arbitraryFSAccessThroughSMs.deny') !== true) return undefined;
  const told = (by: string) => `it accesses file system via ${by} which Prometheus specification prohibits`;
  const [file] = ['caFile', 'certFile', 'keyFile'].filter((name) => textAt(endpoint, `tlsConfig.${name}`));
  if (file) return { path: `tlsConfig.${file}`, text: told('tls config') };
  return textAt(endpoint, 'bearerTokenFile') ? { path: 'bearerTokenFile', text: told('bearer token file') } : undefined;
}

/** A timeout is held against the endpoint's interval, and where it has none against the Prometheus object's (seen). */
function timeoutOf(endpoint: unknown, prometheus: KubernetesObject): Rejection | undefined {
  const timeout = textAt(endpoint, 'scrapeTimeout');
  if (!timeout) return undefined;
  const interval = textAt(endpoint, 'interval') || textAt(prometheus, 'spec.scrapeInterval') || '30s';
  const [long, short] = [millisecondsOf(timeout), millisecondsOf(interval)];
  return long !== undefined && short !== undefined && long > short
    ? { path: 'scrapeTimeout', text: `scrapeTimeout "${timeout}" greater than scrapeInterval "${interval}"` }
    : undefined;
}

const needTarget = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'];

function relabelingOf(endpoint: unknown, field: string, named: string): Rejection | undefined {
  return first(endpoint, field, (written, place) => {
    const rule = ruleOf(written);
    const text =
      needTarget.includes(rule.action) && rule.targetLabel === ''
        ? `relabel configuration for ${rule.action} action needs targetLabel value`
        : rule.action === 'hashmod' && !numberAt(written, 'modulus')
          ? 'relabel configuration for hashmod requires non-zero modulus'
          : anchored(rule.regex) === 'invalid'
            ? `invalid regex ${rule.regex} for relabel configuration`
            : undefined;
    return text === undefined ? undefined : { path: `${field}.${place}`, text: `${named}: [${place}]: ${text}` };
  });
}
