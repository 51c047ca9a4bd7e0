import { expect, test } from 'vitest';
import { runbooks } from '../../runbooks/index.ts';
import { targetOf as changed } from '../../src/core/change.ts';
import { kindOf } from '../../src/core/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../src/core/kubernetes/object.ts';
import { isOutside } from '../../src/core/look.ts';
import { addressOf } from '../../src/core/prometheus/address.ts';
import { rightOfLook } from '../../src/core/rights/of-look.ts';
import type { Places } from '../../src/core/rights/places.ts';
import { covers, type Right, rightText } from '../../src/core/rights/right.ts';
import { runbookRights } from '../../src/core/rights/runbook-rights.ts';
import { rightsOfWrite } from '../../src/core/rights/write.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { scenarioLooker } from '../../src/core/scenario-look.ts';
import { diagnosisOf, runbookOf, scenarios, targetOf } from './scenario-files.ts';

/** What each runbook declares of its later rounds and its remedies, held against what it does in every scenario. */

type Asked = { readonly right: Right; readonly scenario: string };

const placesOf = (scenario: Scenario): Places => ({
  namespace: targetOf(scenario).namespace ?? '',
  prometheuses: (scenario.objects as readonly KubernetesObject[])
    .filter(({ kind }) => kind === 'Prometheus' || kind === 'PrometheusAgent')
    .map(addressOf),
  alertmanagers: [],
});

async function playedBy(scenario: Scenario) {
  const asked: Right[] = [];
  const look = scenarioLooker(scenario);
  const { findings } = await diagnosisOf(scenario, (item, signal) => {
    if (!isOutside(item) && item.at !== 'manifests') asked.push(rightOfLook(item));
    return look(item, signal);
  });
  const changes = findings.flatMap(({ remedies }) => remedies.flatMap((remedy) => remedy.changes));
  const writes = changes.flatMap((change) => {
    const { name, namespace, ...target } = changed(change);
    const kind = kindOf(target);
    return kind ? rightsOfWrite({ do: change.do, kind, name, ...(namespace ? { namespace } : {}) }) : [];
  });
  return { asked, writes };
}

/** Objects of other names than the service's own, and Secrets that a monitor refers to: those are asked for by the report itself. */
const notDeclared = [
  'get secrets Auth_TLS',
  'get secrets letsencrypt-staging-account-key',
  'get secrets metrics-token',
  'get secrets metrics-login',
  'get secrets absent',
  'get clusterissuers.cert-manager.io class-2b86da-acme',
  'patch clusterissuers.cert-manager.io class-2b86da-acme',
  'get pods/proxy',
];

const undeclared: Asked[] = [];
const used = new Map<string, Set<string>>();
const declared = new Map<string, { readonly look: Set<string>; readonly fix: Set<string> }>();

/** Of which namespace and which Prometheus it is said does not matter: each scenario has its own. */
const alike = ({ name, namespace, ...right }: Right, { namespace: own }: Places): string =>
  rightText({
    ...right,
    ...(namespace === undefined ? {} : { namespace: namespace === own ? 'its namespace' : namespace }),
    ...(name === undefined || right.resource === 'services/proxy' || /^prometheus-/.test(name) ? {} : { name }),
  });

for (const scenario of scenarios) {
  const runbook = runbookOf(scenario);
  const places = placesOf(scenario);
  const { asked, writes } = await playedBy(scenario);
  const { look, fix } = runbookRights(runbook, places);
  const known = declared.get(runbook.name) ?? { look: new Set(), fix: new Set() };
  declared.set(runbook.name, known);
  // Of several Prometheuses one is the meant one; what is asked of the others depends on them.
  if (places.namespace === 'orion-staging' && places.prometheuses.length < 2) {
    for (const right of look) known.look.add(alike(right, places));
    for (const right of fix) known.fix.add(alike(right, places));
  }
  const uses = used.get(runbook.name) ?? new Set();
  used.set(runbook.name, uses);
  const hold = (right: Right, by: readonly Right[]): void => {
    const allowing = by.filter((one) => covers(one, right));
    for (const one of allowing) uses.add(alike(one, places));
    if (allowing.length === 0) undeclared.push({ right, scenario: scenario.name });
  };
  for (const right of asked) hold(right, look);
  for (const right of writes) hold(right, [...look, ...fix]);
}

test('the rights suffice for every look and every change in every scenario', () => {
  const surprising = undeclared.filter(({ right }) => !notDeclared.some((known) => rightText(right).startsWith(known)));
  expect(surprising.map(({ right, scenario }) => `${rightText(right)}: ${scenario}`)).toEqual([]);
});

test.each(runbooks.map(({ name }) => name))('%s asks for no right that no scenario needs', (name) => {
  // Which cluster this is is asked before any change; production's issuer is staging's in another place.
  const always = [
    'get namespaces kube-system',
    'get clusterissuers.cert-manager.io letsencrypt-prod',
    'patch clusterissuers.cert-manager.io letsencrypt-prod',
  ];
  const idle = (set: 'look' | 'fix') =>
    [...(declared.get(name)?.[set] ?? [])].filter((right) => !used.get(name)?.has(right) && !always.includes(right));
  expect({ look: idle('look'), fix: idle('fix') }).toEqual({ look: [], fix: [] });
});
