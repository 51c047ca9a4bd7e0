import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, nameOfObject, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt, textsAt } from '../../../src/core/kubernetes/field.ts';
import { kinds } from '../../../src/core/kubernetes/kinds.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import { rejectionOf } from '../../../src/core/prometheus/acceptance.ts';
import { referencesOf } from '../../../src/core/prometheus/references.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import { mostReferences } from '../looks.ts';
import type { PromView } from '../view.ts';

export const smRejected: Cause<PromView> = {
  code: 'sm-rejected',
  title: 'The operator rejects the ServiceMonitor',
  severity: 'error',
  owner: 'operator',
  // What was rejected is not waited for, whatever the operator let go by before.
  explains: ['sm-change-missed'],
  look(view) {
    const { monitor } = view;
    if (!monitor || view.isDiscovered()) return clear();
    const [taker] = view.takers();
    if (!taker) return clear();
    const rule = rejectionOf(monitor, taker);
    // What the two objects say is true now, whatever the configuration still holds from before.
    if (!rule && view.config() === 'present') return clear('the operator took it into the configuration');
    const told = rule ? [] : rejections(view, monitor, taker);
    if (!rule && told.length === 0) told.push(...missing(view, monitor));
    const [first] = told;
    if (!rule && !first) return clear();
    const said = rule?.text ?? first?.saw ?? '';
    return found({
      object: refTo(monitor),
      because: `The operator leaves ${monitor.metadata.name} out, with all its endpoints: ${said.replace(/^.*?rejected due to invalid configuration: /, '')}.`,
      // Events outlive what they tell of; the absence from the configuration does not.
      confidence: rule || view.config() === 'absent' ? 'confirmed' : 'likely',
      evidence: rule ? [saw(monitor, rule.path, rule.text), ...eventsOf(view, monitor)] : told,
      remedies: [remedyFor(monitor, rule?.path, said)],
    });
  },
};

/** What the operator said of this very ServiceMonitor, newest first: its status where that is switched on, and events. */
function rejections(view: PromView, monitor: KubernetesObject, prometheus: KubernetesObject): Evidence[] {
  const bindings = listAt(monitor, 'status.bindings').flatMap((binding, place) => {
    if (textAt(binding, 'name') !== prometheus.metadata.name) return [];
    const refused = listAt(binding, 'conditions').find(
      (item) =>
        textAt(item, 'type') === 'Accepted' &&
        textAt(item, 'status') === 'False' &&
        at(item, 'observedGeneration') === monitor.metadata.generation,
    );
    return refused
      ? [
          {
            from: nameOfObject(monitor),
            path: `status.bindings.${place}.conditions`,
            saw: textAt(refused, 'message') || textAt(refused, 'reason') || 'Accepted=False',
          },
        ]
      : [];
  });
  return [...bindings, ...eventsOf(view, monitor)];
}

/** Secrets and ConfigMaps that it names and that are not there: what is left to see once the event is gone (after an hour). */
function missing(view: PromView, monitor: KubernetesObject): readonly Evidence[] {
  if (view.config() !== 'absent') return [];
  return referencesOf(monitor)
    .slice(0, mostReferences)
    .flatMap(({ kind, name, key, field }) => {
      const object = view.sight.get(kinds[kind], name, view.namespace);
      const hasKey = textsAt(object, 'dataKeys').includes(key);
      if (object && hasKey) return [];
      const plural = `${kind.toLowerCase()}s`;
      return [
        {
          from: `${kind}/${name}`,
          saw: object
            ? `${field}: key "${key}" in ${kind.toLowerCase()} "${name}" not found`
            : `${field}: ${plural} "${name}" not found`,
          wanted: `key ${key}`,
        },
      ];
    });
}

function eventsOf(view: PromView, monitor: KubernetesObject): readonly Evidence[] {
  const listed = view.sight.tryList(kinds.Event, view.namespace);
  const events = listed.ok ? listed.value : [];
  return events
    .filter(
      (event) =>
        textAt(event, 'reason') === 'InvalidConfiguration' &&
        textAt(event, 'involvedObject.kind') === 'ServiceMonitor' &&
        textAt(event, 'involvedObject.name') === monitor.metadata.name,
    )
    .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .slice(0, 1)
    .map((event) => ({ from: nameOfObject(event), path: 'message', saw: textAt(event, 'message') ?? '' }));
}

const timeOf = (event: KubernetesObject): string =>
  textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? event.metadata.creationTimestamp ?? '';

/** Only a timeout has one answer that changes nothing else. */
function remedyFor(monitor: KubernetesObject, path: string | undefined, said: string): Remedy {
  const { name, namespace } = monitor.metadata;
  const interval = /^endpoints\[\d+\]: scrapeTimeout "[^"]*" greater than scrapeInterval "([^"]*)"/.exec(said)?.[1];
  if (path?.endsWith('.scrapeTimeout') && interval) {
    const steps = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const owner = ownerElsewhere(monitor);
    return {
      id: 'shorten-timeout',
      title: `Set scrapeTimeout to ${interval}, the interval`,
      risk: 'low',
      automatic: 'yes',
      commands: [
        `kubectl -n ${namespace} patch servicemonitor ${name} --type json -p '${JSON.stringify([{ op: 'replace', path: `/${steps.join('/')}`, value: interval }])}'`,
      ],
      changes: [patchOf(monitor, [{ path: steps, to: interval }])],
      undo: 'Puts the timeout back as it was.',
      reversible: true,
      blockedBy: owner ? `${owner} renders this ServiceMonitor and would put it back: change it there` : null,
      healsWithin: 300,
    };
  }
  const absent = /(secrets|configmaps) "([^"]+)" not found/.exec(said);
  return byHand({
    id: absent ? 'create-reference' : 'correct-servicemonitor',
    title: absent
      ? `Create the ${absent[1] === 'secrets' ? 'Secret' : 'ConfigMap'} "${absent[2]}" in ${namespace}, or name one that exists`
      : 'Correct the field that the operator names',
    risk: 'low',
    commands: [
      ...(absent ? [`kubectl -n ${namespace} get ${absent[1]}`] : []),
      `kubectl -n ${namespace} describe servicemonitor ${name}`,
      `kubectl -n ${namespace} edit servicemonitor ${name}`,
    ],
  });
}
