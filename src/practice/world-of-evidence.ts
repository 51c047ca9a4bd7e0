import { listAt, textAt } from '../core/kubernetes/field.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import type { DnsAnswer, HttpAnswer, TcpAnswer } from '../core/look-answers.ts';
import type { Scenario, World } from '../core/scenario.ts';
import { solverLabel } from '../core/world.ts';
import { lastingRefusals, prometheusWorld, unseenOfPrometheus } from './prometheus-of-evidence.ts';

/**
 * Saved evidence holds what was answered at one moment; in practice the world must go on, or no mend would ever show. So the answers
 * become the world that gave them: names their records, addresses what listens there, this cluster's own address its ingress, and
 * Prometheus' word what its pods show.
 */
export function livingWorld(scenario: Scenario): Scenario {
  const { looks, ...world } = scenario.world;
  const { looked: _, ...known } = scenario;
  const own = ownAddresses(scenario.objects);
  const dns: Record<string, World['dns'][string]> = { ...world.dns };
  const ports: Record<string, World['ports'][string]> = { ...world.ports };
  for (const [name, answer] of Object.entries(looks)) {
    const [at = '', first = '', second = '', third = ''] = name.split(' ');
    if (at === 'dns') dns[first] = recordsOf(answer as DnsAnswer);
    // `tcp ADDRESS PORT`; what is open is told better by what it answered.
    if (at === 'tcp') ports[`${first}:${second}`] ??= isOwn(first, own) ? 'ingress' : closed(answer as TcpAnswer);
    // `http URL at ADDRESS`
    if (at === 'http' && second === 'at') {
      const { protocol, port } = new URL(first);
      const place = `${third}:${port || (protocol === 'https:' ? '443' : '80')}`;
      ports[place] = isIngress(answer as HttpAnswer, isOwn(third, own)) ? 'ingress' : listening(answer as HttpAnswer);
    }
    if (at === 'tls' && isOwn(third, own)) ports[`${third}:443`] = 'ingress';
  }
  // Where nobody needed to ask, the ingress is sound.
  for (const address of own) for (const port of [80, 443]) ports[`${address}:${port}`] ??= 'ingress';
  const manifests = manifestsOf(looks) ?? world.manifests;
  const objects = [
    ...scenario.objects,
    ...unseenServices(scenario.objects),
    ...unseenAccounts(scenario.objects),
    ...unseenOfPrometheus(scenario),
  ];
  return {
    ...known,
    objects,
    refused: lastingRefusals(scenario),
    world: {
      ...world,
      ...(manifests ? { manifests } : {}),
      ...prometheusWorld(scenario),
      dns,
      ports,
      looks: {},
    },
  };
}

/** The parts of the operator's manifests that were tried, as one. */
function manifestsOf(looks: World['looks']): World['manifests'] {
  const answers = Object.entries(looks).flatMap(([name, answer]) =>
    name.startsWith('manifests of ') ? [answer as NonNullable<World['manifests']>] : [],
  );
  return answers.length === 0
    ? undefined
    : {
        tried: answers.flatMap(({ tried }) => tried),
        refused: answers.flatMap(({ refused }) => refused),
      };
}

const isOwn = (address: string, own: readonly string[]): boolean => own.includes(address);

const recordsOf = ({ rcode, a, aaaa, caa }: DnsAnswer): World['dns'][string] => ({
  rcode,
  a: [...a],
  aaaa: [...aaaa],
  caa: [...caa],
});

const closed = (answer: TcpAnswer): World['ports'][string] =>
  answer === 'open' ? { status: 404, body: '', server: '', location: '' } : answer;

/**
 * Whoever has the key is the ingress, at whatever address. At its own it answers by its own pages and for the services behind it; a login
 * page or a redirect stands in front of all that.
 */
function isIngress(answer: HttpAnswer, atOwn: boolean): boolean {
  if (answer.outcome === 'failed') return atOwn && answer.why !== 'bad-redirect';
  const { isKey, status, body, server } = answer;
  return isKey || (atOwn && (status >= 400 || server.startsWith('nginx') || /<center>nginx<\/center>/.test(body)));
}

function listening(answer: HttpAnswer): World['ports'][string] {
  if (answer.outcome === 'answered') {
    const { status, body, server, location } = answer;
    return { status, body, server, location };
  }
  const [, location] = /^redirects to (\S+?)(?:[;,] |$)/.exec(answer.detail) ?? [];
  if (answer.why === 'bad-redirect' && location !== undefined) return { status: 302, body: '', server: '', location };
  return answer.why === 'refused' || answer.why === 'unreachable' ? answer.why : 'timed-out';
}

function ownAddresses(objects: readonly KubernetesObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'Service' || kind === 'Ingress')
    .flatMap((object) => listAt(object, 'status.loadBalancer.ingress'))
    .flatMap((entry) => textAt(entry, 'ip') ?? []);
}

/** A diagnosis has no need of the solver's Service, but the way to its pod leads through it: named by the Ingress, and labelled alike. */
function unseenServices(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects
    .filter(({ kind, metadata }) => kind === 'Ingress' && metadata.labels?.[solverLabel] === 'true')
    .flatMap((ingress): readonly KubernetesObject[] => {
      const name = listAt(ingress, 'spec.rules')
        .flatMap((rule) => listAt(rule, 'http.paths'))
        .flatMap((path) => textAt(path, 'backend.service.name') ?? [])[0];
      const { namespace = '', labels = {}, creationTimestamp } = ingress.metadata;
      const isThere = objects.some(
        ({ kind, metadata }) => kind === 'Service' && metadata.name === name && metadata.namespace === namespace,
      );
      if (name === undefined || isThere) return [];
      return [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name, namespace, labels, ...(creationTimestamp ? { creationTimestamp } : {}) },
          spec: { type: 'ClusterIP', selector: labels, ports: [{ name: 'http', port: 8089, targetPort: 8089 }] },
        },
      ];
    });
}

/** Nor of the accounts that pods run as, without which none of them starts anew. */
function unseenAccounts(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const named = objects.flatMap((object) => {
    const name = textAt(object, 'spec.template.spec.serviceAccountName') ?? textAt(object, 'spec.serviceAccountName');
    return name ? [`${object.metadata.namespace ?? ''}/${name}`] : [];
  });
  return [...new Set(named)].flatMap((place) => {
    const [namespace = '', name = ''] = place.split('/');
    const isThere = objects.some(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name && metadata.namespace === namespace,
    );
    return isThere || name === 'default'
      ? []
      : [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }];
  });
}
