import type { Fetched } from './fetched.ts';
import { at } from './kubernetes/field.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import type { Scenario } from './scenario.ts';
import type { Snapshot } from './snapshot.ts';

/** A snapshot as a scenario, so that --from finds the same: objects once, refused looks, and every outside answer by its name. */
export function evidenceOf(snapshot: Snapshot, runbook: Scenario['runbook'], title: string): Record<string, unknown> {
  const objects = new Map<string, KubernetesObject>();
  const refused: Scenario['refused'] = [];
  const looked: string[] = [];
  const looks: Record<string, unknown> = {};
  for (const [name, answer] of Object.entries(snapshot.seen)) {
    if (isAbsent(name, answer) || (isInCluster(name) && answer.ok)) looked.push(name);
    if (!answer.ok) {
      // A single object that is not there is told by its absence; a kind that is not served is not.
      if (answer.why === 'not-looked' || isAbsent(name, answer)) continue;
      refused.push({ look: name, why: answer.why, detail: answer.detail });
    } else if (isInCluster(name)) for (const object of objectsOf(answer)) objects.set(keyOf(object), object);
    else looks[name] = answer.value;
  }
  const { kind, namespace = '', name } = snapshot.target;
  return {
    apiVersion: 'orion-setup/v1',
    kind: 'Scenario',
    name: `saved-${snapshot.now
      .toISOString()
      .slice(0, 16)
      .replaceAll(/[^0-9]/g, '-')}`,
    runbook,
    title,
    source: 'live',
    now: snapshot.now.toISOString(),
    target: { kind, namespace, name },
    objects: [...objects.values()],
    refused,
    looked,
    world: { looks },
  };
}

const isAbsent = (name: string, answer: Fetched<unknown>): boolean =>
  !answer.ok && answer.why === 'not-found' && /^(get|manifests) /.test(name);

const isInCluster = (name: string): boolean => name.startsWith('list ') || name.startsWith('get ');

function objectsOf(answer: Extract<Fetched<unknown>, { ok: true }>): readonly KubernetesObject[] {
  return (Array.isArray(answer.value) ? answer.value : [answer.value]) as readonly KubernetesObject[];
}

const keyOf = (object: KubernetesObject): string =>
  [object.apiVersion, object.kind, at(object, 'metadata.namespace') ?? '', object.metadata.name].join(' ');
