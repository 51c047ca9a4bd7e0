import { byHand } from '../../../src/core/by-hand.ts';
import type { Cause, Evidence } from '../../../src/core/diagnosis.ts';
import { clear, found, saw } from '../../../src/core/evidence.ts';
import { at, listAt, textAt } from '../../../src/core/kubernetes/field.ts';
import { type KubernetesObject, refTo } from '../../../src/core/kubernetes/object.ts';
import { serviceSelects } from '../../../src/core/kubernetes/selectors.ts';
import { containerPorts } from '../../../src/core/prometheus/discovery.ts';
import type { PromView } from '../view.ts';
import { youngSince } from '../young.ts';
import { doubts, portNames, selectedServices } from './doubt.ts';

export const serviceNoEndpoints: Cause<PromView> = {
  code: 'service-no-endpoints',
  title: 'The Service leads to no pod',
  severity: 'error',
  owner: 'application',
  explains: [],
  look(view) {
    for (const doubt of doubts(view)) {
      const port = textAt(doubt.spec, 'port');
      const services = selectedServices(view).filter((one) => port === undefined || portNames(one).includes(port));
      const [service] = services;
      // Unready pods are scraped all the same: what counts is an address with a port.
      if (!service || services.some((one) => leadsSomewhere(view, one, port))) continue;
      const why = reasonFor(view, service, port);
      if (why.mayPass && youngSince(view)) continue;
      return found({
        object: refTo(service),
        because: why.because,
        confidence: doubt.confidence,
        evidence: why.evidence,
        remedies: [
          byHand({
            id: 'lead-service-to-pods',
            title: why.title,
            risk: 'low',
            commands: why.commands,
          }),
        ],
      });
    }
    return clear();
  },
};

const slicesOf = (view: PromView, service: KubernetesObject): readonly KubernetesObject[] =>
  view
    .surroundings()
    .slices.filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace &&
        metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
    );

const leadsSomewhere = (view: PromView, service: KubernetesObject, port: string | undefined): boolean =>
  slicesOf(view, service).some(
    (slice) =>
      listAt(slice, 'endpoints').length > 0 &&
      listAt(slice, 'ports').some((item) => port === undefined || (textAt(item, 'name') ?? '') === port),
  );

type Reason = {
  readonly because: string;
  /** Pods that start have no address yet: at first that is no fault. */
  readonly mayPass?: true;
  readonly title: string;
  readonly evidence: readonly Evidence[];
  readonly commands: readonly string[];
};

function reasonFor(view: PromView, service: KubernetesObject, port: string | undefined): Reason {
  const { name, namespace } = service.metadata;
  const selector = at(service, 'spec.selector');
  const pods = view.surroundings().pods.filter(({ metadata }) => metadata.namespace === namespace);
  const matched = pods.filter(({ metadata }) => serviceSelects(selector, metadata.labels ?? {}));
  const [slice] = slicesOf(view, service);
  const shown = [
    saw(service, 'spec.selector'),
    ...(slice ? [saw(slice, 'endpoints', 'the addresses of pods'), saw(slice, 'ports')] : []),
  ];
  const [pod] = matched;
  if (!pod) {
    const [other] = pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'ReplicaSet'));
    return {
      because: `Service ${name} selects pods by ${JSON.stringify(selector ?? null)}, and no pod in ${namespace} has these labels.`,
      title: 'Let the Service select the labels that the pods have, or start the pods',
      evidence: [...shown, ...(other ? [saw(other, 'metadata.labels')] : [])],
      commands: [
        `kubectl -n ${namespace} get pods --show-labels`,
        `kubectl -n ${namespace} patch service ${name} --type merge -p '{"spec":{"selector":{"KEY":"VALUE"}}}'`,
      ],
    };
  }
  const target = listAt(service, 'spec.ports').find((item) => port === undefined || textAt(item, 'name') === port);
  const named = textAt(target, 'targetPort');
  if (named !== undefined && !containerPorts(pod).some((item) => item.name === named)) {
    const declared = containerPorts(pod).map((item) => `"${item.name}" ${item.number}`);
    return {
      because: `Service ${name} leads to the container port "${named}"; its pods declare ${declared.join(', ') || 'no port'}.`,
      title: 'Lead the Service to a port that the pods declare',
      evidence: [saw(service, 'spec.ports', declared.join(', ')), ...shown, saw(pod, 'spec.containers.0.ports')],
      commands: [
        `kubectl -n ${namespace} get pod ${pod.metadata.name} -o jsonpath='{.spec.containers[*].ports}'`,
        `kubectl -n ${namespace} edit service ${name}   # spec.ports[].targetPort`,
      ],
    };
  }
  return {
    because: `Service ${name} has no endpoint, although ${matched.length} of its pods ${matched.length === 1 ? 'is' : 'are'} there.`,
    mayPass: true,
    title: 'See why the pods have no address yet',
    evidence: [...shown, saw(pod, 'status.phase')],
    commands: [
      `kubectl -n ${namespace} get pods -o wide`,
      `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}`,
    ],
  };
}
