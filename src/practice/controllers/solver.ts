import { at, listAt, textAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { admit } from '../admission.ts';
import { ApiRefusal } from '../api-status.ts';
import { isMap, merged } from '../json.ts';
import { pathTo, solverIngress, solverPod, solverService } from './solver-objects.ts';
import type { View, Write } from './turn.ts';

const by = 'cert-manager-challenges';

/** What answers a challenge: a pod, its Service, and an Ingress for the one path (pkg/issuer/acme/http). */
export type Presenting = { readonly writes: readonly Write[]; readonly error?: string };

export function present(view: View, challenge: KubernetesObject): Presenting {
  const solver = at(challenge, 'spec.solver.http01.ingress');
  const classes = { field: textAt(solver, 'ingressClassName'), annotation: textAt(solver, 'class') };
  if (classes.field !== undefined && classes.annotation !== undefined)
    return { writes: [], error: 'the fields ingressClassName and class cannot be set at the same time' };
  const held = solverObjects(view, challenge);
  const service = held.service ?? solverService(view, challenge);
  const pod = held.pod ?? solverPod(view, challenge);
  const ingressName = textAt(solver, 'name');
  const wanted: readonly (KubernetesObject | undefined)[] = [
    held.pod ? undefined : pod,
    held.service ? undefined : service,
    held.ingress || ingressName !== undefined
      ? undefined
      : solverIngress(view, challenge, service.metadata.name, classes),
  ];
  const missing = wanted.filter((object) => object !== undefined);
  const refused = missing.map((object) => refusalOf(view, object));
  const writes = missing
    .filter((_, place) => refused[place] === undefined)
    .map((object): Write => ({ do: 'create', object, by }));
  const error = refused.find((said) => said !== undefined);
  if (ingressName === undefined) return { writes, ...(error === undefined ? {} : { error }) };
  return withPathIn(view, challenge, ingressName, service.metadata.name, writes, error);
}

/** `name:` adds the path to an Ingress that is there, instead of making one. */
function withPathIn(
  view: View,
  challenge: KubernetesObject,
  name: string,
  service: string,
  writes: readonly Write[],
  error: string | undefined,
): Presenting {
  const ingress = view.get(kinds.Ingress, challenge.metadata.namespace, name);
  if (!ingress) return { writes, error: error ?? `ingress.networking.k8s.io "${name}" not found` };
  const rules = listAt(ingress, 'spec.rules');
  const host = textAt(challenge, 'spec.dnsName');
  const path = pathTo(challenge, service);
  const has = rules.some((rule) => listAt(rule, 'http.paths').some((item) => textAt(item, 'path') === path.path));
  if (has) return { writes, ...(error === undefined ? {} : { error }) };
  const mine = rules.find((rule) => textAt(rule, 'host') === host);
  const next = mine
    ? rules.map((rule) =>
        rule === mine ? merged(rule, { http: { paths: [path, ...listAt(rule, 'http.paths')] } }) : rule,
      )
    : [...rules, { host, http: { paths: [path] } }];
  const spec = isMap(ingress['spec']) ? ingress['spec'] : {};
  return {
    writes: [...writes, { do: 'update', object: { ...ingress, spec: { ...spec, rules: next } }, by }],
    ...(error === undefined ? {} : { error }),
  };
}

/** Takes away what a challenge was presented with; the path in somebody's own Ingress too. */
export function cleanUp(view: View, challenge: KubernetesObject): readonly Write[] {
  const { pod, service, ingress } = solverObjects(view, challenge);
  const own = [pod, service, ingress]
    .filter((object) => object !== undefined)
    .map((object): Write => ({ do: 'delete', object }));
  const name = textAt(challenge, 'spec.solver.http01.ingress.name');
  const edited = name === undefined ? undefined : view.get(kinds.Ingress, challenge.metadata.namespace, name);
  if (!edited) return own;
  const path = pathTo(challenge, '').path;
  const rules = listAt(edited, 'spec.rules').map((rule) =>
    merged(rule, { http: { paths: listAt(rule, 'http.paths').filter((item) => textAt(item, 'path') !== path) } }),
  );
  const spec = isMap(edited['spec']) ? edited['spec'] : {};
  return [
    ...own,
    {
      do: 'update',
      object: { ...edited, spec: { ...spec, rules: rules.filter((rule) => listAt(rule, 'http.paths').length > 0) } },
      by,
    },
  ];
}

function solverObjects(
  view: View,
  challenge: KubernetesObject,
): {
  readonly pod: KubernetesObject | undefined;
  readonly service: KubernetesObject | undefined;
  readonly ingress: KubernetesObject | undefined;
} {
  const isMine = (object: KubernetesObject): boolean =>
    object.metadata.ownerReferences?.some(({ uid }) => uid === challenge.metadata.uid) ?? false;
  const { namespace } = challenge.metadata;
  return {
    pod: view.of(kinds.Pod, namespace).find(isMine),
    service: view.of(kinds.Service, namespace).find(isMine),
    ingress: view.of(kinds.Ingress, namespace).find(isMine),
  };
}

/** The API server's refusal of an object, without making it. */
function refusalOf(view: View, object: KubernetesObject): string | undefined {
  try {
    admit(view, object);
    return undefined;
  } catch (error) {
    if (error instanceof ApiRefusal) return error.message;
    throw error;
  }
}
