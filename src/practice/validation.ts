import { at, listAt, textAt, textMapAt } from '../core/kubernetes/field.ts';
import type { Kind } from '../core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../core/kubernetes/object.ts';
import { selects } from '../core/kubernetes/selectors.ts';
import { type Invalidity, invalid, invalidValue, requiredValue } from './api-status.ts';
import { same } from './json.ts';

/** The checks of the real API that a wrong manifest of this tool would meet; all else is taken as it comes. */
export function validate(kind: Kind, object: KubernetesObject, before: KubernetesObject | undefined): void {
  const found = [
    ...nameOf(kind, object),
    ...(before ? [] : required(object)),
    ...(rules[object.kind]?.(object, before) ?? []),
  ];
  if (found.length > 0) throw invalid(kind, object.metadata.name, found);
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const wordsOfSubdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const wordsOfLabel =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** RBAC names are path segments, and may hold colons. */
function nameOf(kind: Kind, { metadata }: KubernetesObject): readonly Invalidity[] {
  if (kind.apiVersion.startsWith('rbac.')) return [];
  const isLabel = kind.kind === 'Namespace' || kind.kind === 'Service';
  if (
    isLabel
      ? label.test(metadata.name) && metadata.name.length <= 63
      : subdomain.test(metadata.name) && metadata.name.length <= 253
  )
    return [];
  return [invalidValue('metadata.name', metadata.name, isLabel ? wordsOfLabel : wordsOfSubdomain)];
}

const requiredFields: Readonly<Record<string, readonly string[]>> = {
  Certificate: ['spec.issuerRef', 'spec.secretName'],
  ServiceMonitor: ['spec.endpoints', 'spec.selector'],
  Deployment: ['spec.selector', 'spec.template'],
  HorizontalPodAutoscaler: ['spec.maxReplicas', 'spec.scaleTargetRef'],
  Service: ['spec.ports'],
};

function required(object: KubernetesObject): readonly Invalidity[] {
  return (requiredFields[object.kind] ?? [])
    .filter((path) => at(object, path) === undefined && !isHeadless(object))
    .map((path) => requiredValue(path));
}

const isHeadless = (object: KubernetesObject): boolean =>
  object.kind === 'Service' &&
  (textAt(object, 'spec.clusterIP') === 'None' || textAt(object, 'spec.type') === 'ExternalName');

type Rule = (object: KubernetesObject, before: KubernetesObject | undefined) => readonly Invalidity[];

const rules: Readonly<Record<string, Rule>> = {
  Deployment: (object, before) => {
    const labels = textMapAt(object, 'spec.template.metadata.labels');
    const selector = at(object, 'spec.selector');
    const zero = (value: unknown): boolean => value === 0 || value === '0%';
    const replicas = at(object, 'spec.replicas');
    return [
      ...(typeof replicas === 'number' && replicas < 0
        ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]
        : []),
      ...(selector !== undefined && !selects(selector, labels)
        ? [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
        : []),
      ...(before && !same(at(before, 'spec.selector'), selector)
        ? [invalidValue('spec.selector', selector, 'field is immutable')]
        : []),
      ...(zero(at(object, 'spec.strategy.rollingUpdate.maxUnavailable')) &&
      zero(at(object, 'spec.strategy.rollingUpdate.maxSurge'))
        ? [
            invalidValue(
              'spec.strategy.rollingUpdate.maxUnavailable',
              at(object, 'spec.strategy.rollingUpdate.maxUnavailable'),
              'may not be 0 when `maxSurge` is 0',
            ),
          ]
        : []),
      ...(textAt(object, 'spec.strategy.type') === 'Recreate' && at(object, 'spec.strategy.rollingUpdate') !== undefined
        ? [
            {
              field: 'spec.strategy.rollingUpdate',
              message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
              reason: 'FieldValueForbidden',
            },
          ]
        : []),
    ];
  },
  PodDisruptionBudget: (object) =>
    at(object, 'spec.minAvailable') !== undefined && at(object, 'spec.maxUnavailable') !== undefined
      ? [invalidValue('spec', at(object, 'spec'), 'minAvailable and maxUnavailable cannot be both set')]
      : [],
  NetworkPolicy: (object) =>
    ['ingress', 'egress'].flatMap((way) =>
      listAt(object, `spec.${way}`).flatMap((rule, ruleAt) =>
        listAt(rule, 'ports').flatMap((entry, portAt) => {
          const port = at(entry, 'port');
          return typeof port === 'number' && (port < 1 || port > 65535)
            ? [
                invalidValue(
                  `spec.${way}[${ruleAt}].ports[${portAt}].port`,
                  port,
                  'must be between 1 and 65535, inclusive',
                ),
              ]
            : [];
        }),
      ),
    ),
  Secret: (object, before) =>
    before && textAt(before, 'type') !== textAt(object, 'type')
      ? [invalidValue('type', textAt(object, 'type'), 'field is immutable')]
      : [],
};
