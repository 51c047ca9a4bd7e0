import type { Diagnosis } from '../diagnosis.ts';
import { podsOf } from '../kubernetes/budget.ts';
import { covers } from '../kubernetes/eviction.ts';
import { at, condition, listAt, numberAt, textAt } from '../kubernetes/field.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import type { TestReport } from '../report/test-report.ts';
import type { Sight } from '../sight.ts';
import { CouldNotLook } from '../sight.ts';
import { ownNames } from '../verify/names.ts';
import type { Subject } from '../verify/point.ts';
import { byRunbook } from './by-runbook.ts';
import { type Check, checkOf, failed, noted, passed } from './check.ts';
import type { Procedure } from './procedure.ts';

/** Whether this very pod may be evicted now. */
export const evictionLook = ({ metadata }: KubernetesObject) =>
  ({ at: 'evict', namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid ?? '' }) as const;

const isAlive = (pod: KubernetesObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase') ?? '');

export const isReady = (pod: KubernetesObject): boolean => condition(pod, 'Ready')?.status === 'True';

/** The budgets over the service's pods. */
export const ownBudgets = (
  budgets: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): readonly KubernetesObject[] => budgets.filter((budget) => pods.some((pod) => covers(budget, pod)));

/** The service's pods that have not ended, by its label. */
export const ownPods = (pods: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  pods.filter((pod) => isAlive(pod) && pod.metadata.labels?.['app'] === ownNames.deployment);

/** An eviction of every pod of the service, tried and not done, and the sum of its budgets. */
export const evictionProcedure = ({ namespace }: Subject): Procedure => ({
  rounds: [
    (sight) => {
      const pods = sight.tryList(kinds.Pod, namespace);
      return pods.ok ? ownPods(pods.value).map(evictionLook) : [];
    },
  ],
  judge: (sight, diagnosis) => ({
    checks: checks(sight, namespace, diagnosis),
    evictions: rows(sight, namespace),
    budgets: budgets(sight, namespace),
  }),
});

function checks(sight: Sight, namespace: string, diagnosis: Diagnosis | undefined): readonly Check[] {
  const pods = () => ownPods(sight.list(kinds.Pod, namespace));
  const own = () => ownBudgets(sight.list(kinds.PodDisruptionBudget, namespace), pods());
  return [
    ...byRunbook(diagnosis, 'evictable', 'Nothing holds a drain', 'pdb-blocking'),
    checkOf({ id: 'budget', title: 'A budget covers the pods', expected: 'exactly one' }, () => {
      if (pods().length === 0) return failed('there is no pod of the service', { runbook: 'pdb-blocking' });
      const found = own();
      const [budget] = found;
      if (!budget) return failed('no PodDisruptionBudget selects the pods', { runbook: 'pdb-blocking' });
      const object = `PodDisruptionBudget/${budget.metadata.name}`;
      return found.length === 1
        ? passed(sumOf(budget), { object })
        : failed(`${found.length} of them: ${found.map(({ metadata }) => metadata.name).join(', ')}`, {
            object,
            runbook: 'pdb-blocking',
          });
    }),
    checkOf({ id: 'evictions', title: 'Evictions, tried one by one', expected: 'one of them may go at a time' }, () => {
      const answers = pods().map((pod) => ({ pod, answer: sight.must(evictionLook(pod)) }));
      const allowed = answers.filter(({ answer }) => answer.code < 300);
      const saw = `${allowed.length} of ${answers.length} would be allowed`;
      const refused = answers.find(({ answer }) => answer.code >= 300);
      if (allowed.length === 0)
        return failed(refused ? `${saw}: ${refused.answer.causes[0]?.message ?? refused.answer.message}` : saw, {
          runbook: 'pdb-blocking',
        });
      return passed(saw);
    }),
    checkOf({ id: 'at-once', title: 'How many may go at once', expected: 'few enough to bear the load' }, () => {
      const [budget] = own();
      if (!budget) throw new CouldNotLook('budget', { ok: false, why: 'not-looked', detail: 'there is no budget' });
      const allowed = numberAt(budget, 'status.disruptionsAllowed') ?? 0;
      const healthy = numberAt(budget, 'status.currentHealthy') ?? 0;
      return allowed > 1
        ? noted(`${allowed} of ${healthy} may go at once; "maxUnavailable: 1" would let one go at a time`)
        : passed(`${allowed} of ${healthy}`);
    }),
    ...emptyDirs(sight, namespace),
  ];
}

/** What `kubectl drain` wants to be told before it touches a pod. */
function emptyDirs(sight: Sight, namespace: string): readonly Check[] {
  const pods = sight.tryList(kinds.Pod, namespace);
  const found = (pods.ok ? ownPods(pods.value) : []).some((pod) =>
    listAt(pod, 'spec.volumes').some((volume) => at(volume, 'emptyDir') !== undefined),
  );
  if (!found) return [];
  const title = { id: 'empty-dir', title: 'Local data', expected: 'nothing that is missed' };
  return [
    checkOf(title, () =>
      noted('the pods have an emptyDir, which goes with them: kubectl drain wants --delete-emptydir-data'),
    ),
  ];
}

function rows(sight: Sight, namespace: string): NonNullable<TestReport['evictions']> {
  const pods = sight.tryList(kinds.Pod, namespace);
  return (pods.ok ? ownPods(pods.value) : []).map((pod) => {
    const tried = sight.try(evictionLook(pod));
    const base = { pod: pod.metadata.name, node: textAt(pod, 'spec.nodeName') ?? '', ready: isReady(pod) };
    if (!tried.ok) return { ...base, answer: 'not-looked' as const, code: null, detail: tried.detail };
    const { code, causes, message } = tried.value;
    return {
      ...base,
      answer: code < 300 ? ('allowed' as const) : ('refused' as const),
      code,
      detail: causes[0]?.message ?? message,
    };
  });
}

function budgets(sight: Sight, namespace: string): NonNullable<TestReport['budgets']> {
  const [pods, all] = [sight.tryList(kinds.Pod, namespace), sight.tryList(kinds.PodDisruptionBudget, namespace)];
  return (pods.ok && all.ok ? ownBudgets(all.value, ownPods(pods.value)) : []).map((budget) => ({
    name: budget.metadata.name,
    rule: ruleOf(budget),
    expectedPods: numberAt(budget, 'status.expectedPods') ?? 0,
    healthy: numberAt(budget, 'status.currentHealthy') ?? 0,
    desiredHealthy: numberAt(budget, 'status.desiredHealthy') ?? 0,
    allowed: numberAt(budget, 'status.disruptionsAllowed') ?? 0,
    sum: sumOf(budget),
  }));
}

const ruleOf = (budget: KubernetesObject): string => {
  const most = at(budget, 'spec.maxUnavailable');
  return most === undefined || most === null
    ? `minAvailable: ${at(budget, 'spec.minAvailable') ?? 'not set'}`
    : `maxUnavailable: ${most}`;
};

/** The controller's own sum, step by step. */
function sumOf(budget: KubernetesObject): string {
  const number = (path: string) => numberAt(budget, `status.${path}`) ?? 0;
  const [expected, healthy, desired, allowed] = [
    'expectedPods',
    'currentHealthy',
    'desiredHealthy',
    'disruptionsAllowed',
  ].map(number);
  const rule = at(budget, 'spec.minAvailable') ?? at(budget, 'spec.maxUnavailable');
  const share = typeof rule === 'string' ? podsOf(rule, expected ?? 0) : undefined;
  const meant = share === undefined ? '' : ` (${share} of ${expected})`;
  return `${ruleOf(budget)}${meant} of ${expected} pods: ${healthy} healthy - ${desired} that must stay = ${allowed} may go`;
}
