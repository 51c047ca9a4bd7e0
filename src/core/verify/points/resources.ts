import { at, listAt, textAt, textMapAt } from '../../kubernetes/field.ts';
import { kinds, ref } from '../../kubernetes/kinds.ts';
import { refTo } from '../../kubernetes/object.ts';
import { ownNames } from '../names.ts';
import type { Point } from '../point.ts';

const wanted = ['cpu', 'memory'] as const;

/** What is set for the whole pod counts for each of its containers. */
export const resources: Point = {
  id: 'resources',
  title: 'Resource limits are set',
  expects: () => 'requests and limits for CPU and memory on every container',
  runbook: null,
  detectors: [],
  judge({ deployment: find, namespace }) {
    const deployment = find();
    if (!deployment) return { state: 'failed', ...absent(namespace) };
    const object = refTo(deployment);
    const pod = at(deployment, 'spec.template.spec');
    const open = (['containers', 'initContainers'] as const)
      .flatMap((list) =>
        listAt(pod, list).map((container, place) => ({ container, path: `spec.template.spec.${list}.${place}` })),
      )
      // A container that ends before the others start is bounded by time; one that stays beside them is not.
      .filter(({ container, path }) => path.includes('.containers.') || textAt(container, 'restartPolicy') === 'Always')
      .flatMap(({ container, path }) =>
        (['requests', 'limits'] as const).flatMap((side) =>
          wanted
            .filter(
              (name) =>
                !(name in textMapAt(container, `resources.${side}`)) && !(name in textMapAt(pod, `resources.${side}`)),
            )
            .map((name) => ({
              name: textAt(container, 'name') ?? '',
              missing: `${side}.${name}`,
              path: `${path}.resources.${side}`,
            })),
        ),
      );
    const [first] = open;
    if (first)
      return {
        state: 'failed',
        lasting: true,
        commands: [
          `kubectl -n ${namespace} set resources deployment ${ownNames.deployment} -c ${first.name} --requests=cpu=100m,memory=128Mi --limits=cpu=500m,memory=512Mi`,
        ],
        saw: `container ${first.name} has no ${open
          .filter(({ name }) => name === first.name)
          .map(({ missing }) => missing)
          .join(', ')}`,
        object,
        field: first.path,
      };
    const [container] = listAt(pod, 'containers');
    const said = (side: string): string =>
      wanted
        .map((name) => textMapAt(container, `resources.${side}`)[name] ?? textMapAt(pod, `resources.${side}`)[name])
        .join(' / ');
    return {
      state: 'passed',
      saw: `requests ${said('requests')}, limits ${said('limits')}`,
      object,
      field: 'spec.template.spec.containers.0.resources',
    };
  },
};

export const absent = (namespace: string) => ({
  saw: `there is no Deployment ${ownNames.deployment} in ${namespace}`,
  object: ref(kinds.Deployment, ownNames.deployment, namespace),
});
