// Prints src/practice/known-fields.json: every field of the built-in kinds, as the client's own models (printed from Kubernetes' OpenAPI)
// have them. A type is a line of its fields; `field:Type` where it goes on. Run it after an update of @kubernetes/client-node.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const models = await import('@kubernetes/client-node');
const kinds = {
  ConfigMap: 'V1ConfigMap',
  Deployment: 'V1Deployment',
  HorizontalPodAutoscaler: 'V2HorizontalPodAutoscaler',
  Ingress: 'V1Ingress',
  Namespace: 'V1Namespace',
  NetworkPolicy: 'V1NetworkPolicy',
  Pod: 'V1Pod',
  PodDisruptionBudget: 'V1PodDisruptionBudget',
  Secret: 'V1Secret',
  Service: 'V1Service',
  ServiceAccount: 'V1ServiceAccount',
};

const types = {};
for (const type of Object.values(kinds)) walk(type);

function walk(type) {
  if (types[type] !== undefined) return;
  types[type] = '';
  const fields = models[type].attributeTypeMap.map(({ baseName, type: of }) => ({ baseName, next: modelIn(of) }));
  types[type] = fields.map(({ baseName, next }) => (next ? `${baseName}:${next}` : baseName)).join(' ');
  for (const { next } of fields) if (next) walk(next);
}

/** `Array<V1Container>` goes on with a container, a map of texts ends here. */
function modelIn(type) {
  const name = /^(?:Array<)?(\w+)>?$/.exec(type)?.[1] ?? '';
  return models[name]?.attributeTypeMap ? name : undefined;
}

const text = JSON.stringify({ kinds, types }, null, 2);
writeFileSync(fileURLToPath(new URL('../src/practice/known-fields.json', import.meta.url)), `${text}\n`);
