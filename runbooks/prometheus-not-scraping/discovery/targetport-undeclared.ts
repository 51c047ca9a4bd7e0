import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { serviceSelects } from '../../../src/core/kubernetes/selectors.ts';
import { containerPorts } from '../../../src/core/prometheus/discovery.ts';
import type { PromView } from '../view.ts';
import { doubts, meantServices, portNames } from './doubt.ts';
import { poolEvidence } from './service-label-mismatch.ts';

export const targetportUndeclared: Cause<PromView> = {
  code: 'targetport-undeclared',
  title: 'The ServiceMonitor goes by a targetPort that no container declares',
  severity: 'error',
  owner: 'operator',
  explains: [],
  look(view) {
    const { monitor } = view;
    if (!monitor) return clear();
    for (const doubt of doubts(view)) {
      const wanted = at(doubt.spec, 'targetPort');
      if (textAt(doubt.spec, 'port') || (typeof wanted !== 'number' && typeof wanted !== 'string')) continue;
      const services = meantServices(view, doubt.spec);
      const pods = podsOf(view, services);
      const [pod] = pods;
      const [service] = services;
      if (!pod || !service || pods.some((one) => declares(one, wanted))) continue;
      const declared = containerPorts(pod).map(({ name, number }) => `${number}${name ? ` ("${name}")` : ''}`);
      const named = portNames(service).find(Boolean);
      return found({
        object: refTo(monitor),
        because: `${monitor.metadata.name} asks for targetPort ${JSON.stringify(wanted)}; the containers of ${service.metadata.name} declare ${declared.join(', ') || 'no port'}.`,
        confidence: doubt.confidence,
        evidence: [
          saw(monitor, `spec.endpoints.${doubt.place}.targetPort`, declared.join(', ')),
          saw(pod, 'spec.containers.0.ports'),
          ...poolEvidence(view),
        ],
        remedies: [
          byHand({
            id: 'use-service-port',
            title: named
              ? `Ask for the Service's port "${named}" instead, or declare the port in the Deployment`
              : 'Name a port of the Service and ask for it instead, or declare the port in the Deployment',
            risk: 'low',
            commands: [
              `kubectl -n ${monitor.metadata.namespace} patch servicemonitor ${monitor.metadata.name} --type json -p '${JSON.stringify(
                [
                  { op: 'remove', path: `/spec/endpoints/${doubt.place}/targetPort` },
                  { op: 'add', path: `/spec/endpoints/${doubt.place}/port`, value: named ?? 'NAME' },
                ],
              )}'`,
            ],
          }),
        ],
      });
    }
    return clear();
  },
};

const podsOf = (view: PromView, services: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  view
    .surroundings()
    .pods.filter((pod) =>
      services.some(
        (service) =>
          service.metadata.namespace === pod.metadata.namespace &&
          serviceSelects(at(service, 'spec.selector'), pod.metadata.labels ?? {}),
      ),
    );

const declares = (pod: KubernetesObject, wanted: number | string): boolean =>
  containerPorts(pod).some(({ name, number }) => (typeof wanted === 'number' ? number === wanted : name === wanted));
