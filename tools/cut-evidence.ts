// Cuts evidence that `runbook --save` kept down to a live scenario: `node tools/cut-evidence.ts EVIDENCE NAME TITLE [NAMESPACE …]`.
// What the cause does not hang on is left out; nothing that stays is edited. The further namespaces are kept as well. `heal` is
// written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { runbooks } from '../runbooks/index.ts';
import { type KindName, kinds } from '../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../src/core/kubernetes/object.ts';
import { parseScenario, type Scenario } from '../src/core/scenario.ts';
import { scenarioLooker } from '../src/core/scenario-look.ts';
import { diagnose } from '../src/engine/diagnose.ts';

const [file = '', name = '', title = '', ...further] = process.argv.slice(2);
const whole = parseScenario(readFileSync(file, 'utf8'), file);
const kept = [whole.target.namespace, 'cert-manager', 'ingress-nginx', ...further];
const ofOthers = new Set(['Certificate', 'Ingress', 'Challenge', 'Order', 'CertificateRequest', 'Event', 'Secret']);

const issuers = new Set(
  whole.objects
    .filter(({ kind, metadata }) => kind === 'Certificate' && metadata.namespace === whole.target.namespace)
    .map(({ spec }) => (spec as { issuerRef?: { name?: string } }).issuerRef?.name),
);

function isKept({ kind, metadata, ...others }: KubernetesObject): boolean {
  if (kind === 'ClusterIssuer')
    return (
      [whole.target.namespace, 'letsencrypt-'].some((start) => metadata.name.startsWith(start)) ||
      issuers.has(metadata.name)
    );
  if (kind === 'Event' && (others as { type?: string }).type === 'Normal') return false;
  const { namespace } = metadata;
  if (namespace === undefined) return true;
  return kept.includes(namespace) && (!ofOthers.has(kind) || ![kept[1], kept[2]].includes(namespace));
}

/** Paths, with `*` for any one step, that no detector reads. */
const unread = [
  'metadata.managedFields.*.fieldsV1',
  'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
  'spec.acme.caBundle',
  ...['spec', 'spec.template.spec'].flatMap((pod) => [
    ...['tolerations', 'dnsPolicy', 'restartPolicy', 'schedulerName', 'terminationGracePeriodSeconds'].map(
      (field) => `${pod}.${field}`,
    ),
    ...['terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy'].map(
      (field) => `${pod}.containers.*.${field}`,
    ),
  ]),
];

function cut(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => cut(item, [...path, '*']));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !unread.includes([...path, key].join('.')))
      .map(([key, item]) => [key, cut(item, [...path, key])]),
  );
}

/** Who wrote which field is read of a Secret only; when, of what dates its conditions by a clock of its own. */
function withoutUnread(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'Secret') return object;
  const { managedFields, ...metadata } = (cut(object) as KubernetesObject).metadata;
  const dated =
    managedFields && ['Certificate', 'CertificateRequest', 'Lease'].includes(object.kind) ? { managedFields } : {};
  return { ...(cut(object) as KubernetesObject), metadata: { ...metadata, ...dated } };
}

const scenario = { ...whole, name, title, objects: whole.objects.filter(isKept).map(withoutUnread) };
const [before, after] = await Promise.all([whole, scenario].map(saidOf));
if (!before || !after || JSON.stringify(before) !== JSON.stringify(after))
  throw new Error(`Cut too far: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);

const { outcome, roots, echoes } = after;
const { apiVersion, kind, runbook, source, now, target, objects, refused, world } = scenario;
const text = JSON.stringify({
  ...{ apiVersion, kind, name, runbook, title, source, now, target },
  expect: { outcome, roots, ...(echoes.length > 0 ? { echoes } : {}), notFound: [] },
  world: { looks: world.looks },
  heal: [],
  ...(refused.length > 0 ? { refused } : {}),
  objects,
});
const document = parseDocument(text);
const isShort = (node: unknown): boolean => String(JSON.stringify(node)).length < 100;
visit(document, {
  Scalar: (_, node) => {
    node.type = 'PLAIN';
  },
  Collection: (_, node) => {
    const parts = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
    node.flow = parts.every((part) => isScalar(part) || part === null || isShort(part)) && isShort(node);
  },
});
const path = fileURLToPath(new URL(`../runbooks/${runbook}/scenarios/${name}.yaml`, import.meta.url));
writeFileSync(path, document.toString({ lineWidth: 0, flowCollectionPadding: true }));
console.log(`${path}: ${JSON.stringify(after)}`);

async function saidOf(one: Scenario) {
  const runbook = runbooks.find((each) => each.name === one.runbook);
  if (!runbook) throw new Error(`There is no runbook ${one.runbook}`);
  const target = { apiVersion: kinds[one.target.kind as KindName].apiVersion, ...one.target };
  const never = new AbortController().signal;
  const said = await diagnose(runbook, target, scenarioLooker(one), new Date(one.now), never);
  const found = said.findings.filter(({ root }) => !root).map(({ code }) => code);
  const remedies = said.findings.flatMap((finding) => finding.remedies.map(({ id, blockedBy }) => ({ id, blockedBy })));
  return { outcome: said.outcome, roots: said.rootCauses, echoes: found, unrecognised: said.unrecognised, remedies };
}
