import { alertRounds } from '../alerts/looks.ts';
import type { Runbook } from '../diagnosis.ts';
import { kinds, ref } from '../kubernetes/kinds.ts';
import { isOutside, type Look } from '../look.ts';
import { hostLooks, type Procedure } from '../procedures/procedure.ts';
import type { EnvironmentName } from '../setup/settings.ts';
import { sightOf } from '../sight.ts';
import { pointRounds } from '../verify/looks.ts';
import { ownNames } from '../verify/names.ts';
import { type CommandRights, commandRights, toKnowTheCluster } from './command-rights.ts';
import { rightOfLook } from './of-look.ts';
import type { Places } from './places.ts';
import { type Right, rightTo } from './right.ts';
import { runbookRights } from './runbook-rights.ts';
import { rightsOfWrite } from './write.ts';

/** What verifying needs: the points' own looks, and those of the runbooks whose detectors judge them. */
export function verifyRights(
  runbooks: readonly Runbook[],
  places: Places,
  environment: EnvironmentName,
): CommandRights {
  const { namespace } = places;
  const own = pointRounds({ namespace, environment }).slice(0, 1);
  return commandRights(
    [
      ...firstOf(own, namespace),
      // Whether alerts reach anybody is asked beside what Prometheus scrapes.
      ...(runbooks.some(({ name }) => name === 'prometheus-not-scraping')
        ? places.alertmanagers.map((alertmanager) => rightOfLook({ at: 'alert-routes', alertmanager }))
        : []),
      rightTo('get', kinds.Secret, { namespace, name: 'auth-tls-secret' }),
      ...runbooks.flatMap((runbook) => runbookRights(runbook, places).look),
    ],
    [],
  );
}

/** What a testing procedure needs: its runbook's looks and its own. */
export function procedureRights(procedure: Procedure, runbook: Runbook | undefined, places: Places): readonly Right[] {
  const { namespace } = places;
  return [...firstOf(procedure.rounds.slice(0, 1), namespace), ...(runbook ? runbookRights(runbook, places).look : [])];
}

/**
 * A node is cordoned and let go again, and the pods of the service's budgets are evicted; HTTPS is watched meanwhile. Of a whole node
 * whoever is on it is evicted, which may be anybody.
 */
export function drainRights({ namespace }: Places, wholeNode: boolean): readonly Right[] {
  const of = wholeNode ? {} : { namespace };
  return [
    toKnowTheCluster,
    rightTo('list', kinds.Node),
    ...rightsOfWrite({ do: 'patch', kind: kinds.Node }),
    ...rightsOfWrite({ do: 'evict', kind: kinds.Pod, ...of }),
    rightTo('list', kinds.Pod, of),
    // Whether one of another workload is gone.
    ...(wholeNode ? [rightTo('get', kinds.Pod)] : []),
    rightTo('list', kinds.PodDisruptionBudget, { namespace }),
    ...rightsOf(hostLooks({ namespace })),
  ];
}

/** One alert is posted to an Alertmanager and looked for there; its routes are shown before. */
export function alertRights({ namespace, prometheuses, alertmanagers }: Places): readonly Right[] {
  return [
    toKnowTheCluster,
    ...firstOf(alertRounds(namespace).slice(0, 1), namespace),
    ...prometheuses.map((prometheus) => rightOfLook({ at: 'alertmanagers', prometheus })),
    ...alertmanagers.flatMap((alertmanager) => {
      const { namespace: where, scheme, service, port } = alertmanager;
      const name = `${scheme}:${service}:${port}`;
      return [
        rightOfLook({ at: 'alert-routes', alertmanager }),
        ...rightsOfWrite({ do: 'alert', kind: kinds.Service, namespace: where, name }),
      ];
    }),
  ];
}

/** A first round is asked whatever is seen. */
const firstOf = (rounds: Procedure['rounds'], namespace: string): readonly Right[] => {
  const sight = sightOf({ now: new Date(0), target: ref(kinds.Deployment, ownNames.deployment, namespace), seen: {} });
  return rightsOf(rounds.flatMap((round) => round(sight)));
};

const rightsOf = (looks: readonly Look[]): readonly Right[] =>
  looks.flatMap((look) => (isOutside(look) ? [] : [rightOfLook(look)]));
