import { at, listAt, textAt, textMapAt } from '../../core/kubernetes/field.ts';
import { kinds } from '../../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import { challengePath, solverLabel } from '../../core/world.ts';
import { admit } from '../admission.ts';
import { ApiRefusal } from '../api-status.ts';
import { adler32 } from '../checksums.ts';
import { isMap, merged } from '../json.ts';
import { ownerOf } from './status.ts';
import type { View, Write } from './turn.ts';

const by = 'cert-manager-challenges';
const prefix = 'cm-acme-http-solver-';
const port = 8089;

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

export function solverObjects(
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

function metadataOf(
  view: View,
  challenge: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject['metadata'] {
  return {
    name: `${prefix}${view.names.suffix()}`,
    generateName: prefix,
    namespace: challenge.metadata.namespace ?? '',
    labels: solverLabels(challenge),
    annotations,
    ownerReferences: [ownerOf(challenge)],
  };
}

const solverLabels = (challenge: KubernetesObject): Readonly<Record<string, string>> => ({
  'acme.cert-manager.io/http-domain': String(adler32(textAt(challenge, 'spec.dnsName') ?? '')),
  'acme.cert-manager.io/http-token': String(adler32(textAt(challenge, 'spec.token') ?? '')),
  [solverLabel]: 'true',
});

function solverPod(view: View, challenge: KubernetesObject): KubernetesObject {
  const template = at(challenge, 'spec.solver.http01.ingress.podTemplate.spec');
  const spec = {
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'acmesolver',
        image: 'quay.io/jetstack/cert-manager-acmesolver:v1.21.2',
        args: [
          `--listen-port=${port}`,
          `--domain=${textAt(challenge, 'spec.dnsName')}`,
          `--token=${textAt(challenge, 'spec.token')}`,
          `--key=${textAt(challenge, 'spec.key')}`,
        ],
        ports: [{ containerPort: port, name: 'http' }],
        resources: {
          limits: { cpu: '100m', memory: '64Mi' },
          requests: { cpu: '10m', memory: '64Mi' },
          ...(at(template, 'resources') as object | undefined),
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    enableServiceLinks: false,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    restartPolicy: 'OnFailure',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  };
  const { resources: _, ...extra } = isMap(template) ? template : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(view, challenge, {
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true',
      'sidecar.istio.io/inject': 'false',
    }),
    spec: { ...spec, ...extra },
  };
}

function solverService(view: View, challenge: KubernetesObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(view, challenge, { 'auth.istio.io/8089': 'NONE' }),
    spec: {
      type: textAt(challenge, 'spec.solver.http01.ingress.serviceType') ?? 'NodePort',
      ports: [{ name: 'http', port, targetPort: port }],
      selector: solverLabels(challenge),
    },
  };
}

function solverIngress(
  view: View,
  challenge: KubernetesObject,
  service: string,
  { field, annotation }: { readonly field: string | undefined; readonly annotation: string | undefined },
): KubernetesObject {
  const annotations = {
    'nginx.ingress.kubernetes.io/whitelist-source-range': '0.0.0.0/0,::/0',
    ...(annotation === undefined ? {} : { 'kubernetes.io/ingress.class': annotation }),
    ...textMapAt(challenge, 'spec.solver.http01.ingress.ingressTemplate.metadata.annotations'),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(view, challenge, annotations),
    spec: {
      ...(field === undefined ? {} : { ingressClassName: field }),
      rules: [{ host: textAt(challenge, 'spec.dnsName'), http: { paths: [pathTo(challenge, service)] } }],
    },
  };
}

const pathTo = (challenge: KubernetesObject, service: string) => ({
  path: `${challengePath}${textAt(challenge, 'spec.token') ?? ''}`,
  pathType: 'Exact',
  backend: { service: { name: service, port: { number: port } } },
});
