import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { ownerElsewhere } from '../../../src/core/kubernetes/owner-elsewhere.ts';
import { anchored } from '../../../src/core/kubernetes/re2.ts';
import { patchOf } from '../../../src/core/patch-of.ts';
import type { Remedy } from '../../../src/core/remedy.ts';
import type { PromView } from '../view.ts';
import { type Doubt, doubts, meantServices, portNames } from './doubt.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const portNameMismatch: Cause<PromView> = {
  code: 'port-name-mismatch',
  title: 'The ServiceMonitor names a port that the Service does not have',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor) return clear();
    for (const doubt of doubts(view)) {
      const port = textAt(doubt.spec, 'port');
      const services = port === undefined ? [] : meantServices(view, doubt.spec);
      const [service] = services;
      if (!port || !service || services.some((one) => portNames(one).some((name) => fits(port, name)))) continue;
      return found({
        object: refTo(monitor),
        because: `${monitor.metadata.name} asks for port "${port}"; Service ${service.metadata.name} has ${namesOf(service)}.`,
        confidence: doubt.confidence,
        evidence: [
          saw(monitor, `spec.endpoints.${doubt.place}.port`, namesOf(service)),
          saw(service, 'spec.ports'),
          ...poolEvidence(view),
        ],
        remedies: [remedyFor(monitor, service, doubt, port)],
      });
    }
    return clear();
  },
};

/** The operator makes a regular expression of the name, unescaped. */
function fits(wanted: string, name: string): boolean {
  const pattern = anchored(wanted);
  return typeof pattern === 'string' ? wanted === name : pattern.test(name);
}

function namesOf(service: KubernetesObject): string {
  const names = portNames(service).filter(Boolean);
  if (names.length === 0) return 'only a port without a name';
  return `${names.length > 1 ? 'the ports' : 'the port'} ${names.map((name) => `"${name}"`).join(', ')}`;
}

/** The Service's only port is the one that is meant; of several, which one serves metrics is for people to say. */
function remedyFor(monitor: KubernetesObject, service: KubernetesObject, { place }: Doubt, port: string): Remedy {
  const ports = listAt(service, 'spec.ports');
  const [name = ''] = portNames(service);
  const { name: monitorName, namespace } = monitor.metadata;
  if (ports.length === 1 && name !== '')
    return automatic(monitor, {
      id: 'name-service-port',
      title: `Ask for port "${name}" instead of "${port}"`,
      path: ['spec', 'endpoints', place, 'port'],
      to: name,
    });
  // A port without a name cannot be referred to by one, so nothing else can depend on it.
  if (ports.length === 1 && isPortName(port))
    return automatic(service, {
      id: 'name-port-of-service',
      title: `Name the only port of Service ${service.metadata.name} "${port}"`,
      path: ['spec', 'ports', 0, 'name'],
      to: port,
    });
  return byHand({
    id: 'choose-port',
    title: 'Ask for the port of the Service that serves the metrics, by its name',
    risk: 'low',
    commands: [
      `kubectl -n ${service.metadata.namespace} get service ${service.metadata.name} -o jsonpath='{.spec.ports}'`,
      `kubectl -n ${namespace} patch servicemonitor ${monitorName} --type json -p '${JSON.stringify([{ op: 'replace', path: `/spec/endpoints/${place}/port`, value: 'NAME' }])}'`,
    ],
  });
}

/** IANA_SVC_NAME, as the API asks of it. */
const isPortName = (name: string): boolean =>
  name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) && /[a-z]/.test(name);

function automatic(
  object: KubernetesObject,
  { id, title, path, to }: { id: string; title: string; path: readonly (string | number)[]; to: string },
): Remedy {
  const owner = ownerElsewhere(object);
  const { name, namespace } = object.metadata;
  const json = JSON.stringify([{ op: 'add', path: `/${path.join('/')}`, value: to }]);
  return {
    id,
    title,
    risk: 'low',
    automatic: 'yes',
    commands: [`kubectl -n ${namespace} patch ${object.kind.toLowerCase()} ${name} --type json -p '${json}'`],
    changes: [patchOf(object, [{ path, to }])],
    undo: 'Puts the name back as it was.',
    reversible: true,
    blockedBy: owner ? `${owner} renders this ${object.kind} and would put it back: change it there` : null,
    healsWithin: 300,
  };
}
