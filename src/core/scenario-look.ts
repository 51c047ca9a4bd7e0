import { type Fetched, seen, type Unread } from './fetched.ts';
import { evictionAnswer } from './kubernetes/eviction.ts';
import { kindOf } from './kubernetes/kinds.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { selects } from './kubernetes/selectors.ts';
import {
  type AnswerOf,
  type EvictionLook,
  isOutside,
  type Look,
  type Looker,
  type ManifestsLook,
  nameOf,
  type OutsideLook,
  type ReadLook,
} from './look.ts';
import type { EvictionAnswer, ManifestsAnswer } from './look-answers.ts';
import { answerInside } from './prometheus/world.ts';
import { rightOfLook } from './rights/of-look.ts';
import { rightText } from './rights/right.ts';
import type { Scenario } from './scenario.ts';
import { answerOutside } from './world.ts';

/** Looks at a scenario instead of a cluster: the same looks, the same answers as where it came from. */
export function scenarioLooker(scenario: Scenario): Looker {
  return async <L extends Look>(look: L): Promise<Fetched<AnswerOf<L>>> => lookInto(scenario, look);
}

export function lookInto<L extends Look>(scenario: Scenario, look: L): Fetched<AnswerOf<L>> {
  const name = nameOf(look);
  const refusal = scenario.refused.find((item) => name === item.look || name.startsWith(`${item.look} `));
  if (refusal) return refused(refusal, look);
  const recorded = scenario.world.looks[name];
  if (recorded !== undefined) return seen(recorded as AnswerOf<L>);
  if (scenario.looked && !scenario.looked.includes(name)) return unseen;
  if (look.at === 'list' || look.at === 'get') return inCluster(scenario.objects, look) as Fetched<AnswerOf<L>>;
  if (look.at === 'manifests') {
    const known = scenario.world.manifests;
    return (known ? seen(manifestsOf(known, look)) : noManifests) as Fetched<AnswerOf<L>>;
  }
  if (look.at === 'evict')
    return evictionIn(scenario.objects, look, scenario.world.evictions.denied) as Fetched<AnswerOf<L>>;
  if (!isOutside(look)) {
    const answer = answerInside(look, scenario.objects, scenario.world, new Date(scenario.now));
    return answer as Fetched<AnswerOf<L>>;
  }
  return answerOutside(look, scenario.objects, scenario.world) as unknown as Fetched<AnswerOf<L>>;
}

const unseen: Unread = { ok: false, why: 'not-looked', detail: 'not looked at when the evidence was kept' };

function refused({ why, detail }: Scenario['refused'][number], look: Look): Unread {
  if (why !== 'forbidden' || isOutside(look)) return { ok: false, why, detail: detail ?? why };
  const needs = rightFor(look);
  return { ok: false, why, detail: detail ?? `not allowed to ${needs}`, needs };
}

/** Each look tries its own part of them. */
function manifestsOf({ tried, refused }: ManifestsAnswer, { of }: ManifestsLook): ManifestsAnswer {
  const isMeant = (name: string): boolean => name.startsWith('Certificate/') === (of === 'certificates');
  return { tried: tried.filter(isMeant), refused: refused.filter(({ object }) => isMeant(object)) };
}

export const noManifests: Unread = { ok: false, why: 'not-found', detail: 'No manifests are known here.' };

/** The right a look needs, as people and RBAC say it: `list challenges.acme.cert-manager.io in orion-staging`. */
export const rightFor = (look: Exclude<Look, OutsideLook>): string => rightText(rightOfLook(look));

function inCluster(
  objects: readonly KubernetesObject[],
  look: ReadLook,
): Fetched<readonly KubernetesObject[] | KubernetesObject> {
  const here = objects.filter(
    (object) =>
      kindOf(object)?.plural === look.kind.plural &&
      kindOf(object)?.apiVersion === look.kind.apiVersion &&
      (!look.kind.namespaced || look.namespace === undefined || object.metadata.namespace === look.namespace),
  );
  if (look.at === 'list') {
    return seen(
      look.labels === undefined
        ? here
        : here.filter((object) => selects(labelsOf(look.labels ?? ''), object.metadata.labels ?? {})),
    );
  }
  const found = here.find((object) => object.metadata.name === look.name);
  return found ? seen(found) : { ok: false, why: 'not-found', detail: `${look.kind.kind} ${look.name} does not exist` };
}

function evictionIn(
  objects: readonly KubernetesObject[],
  { namespace, name }: EvictionLook,
  denied: string | undefined,
): Fetched<EvictionAnswer> {
  const here = objects.filter((object) => object.metadata.namespace === namespace);
  const pod = here.find((object) => object.kind === 'Pod' && object.metadata.name === name);
  return pod
    ? seen(
        evictionAnswer(
          pod,
          here.filter(({ kind }) => kind === 'PodDisruptionBudget'),
          denied,
        ),
      )
    : { ok: false, why: 'not-found', detail: `Pod ${name} does not exist` };
}

/** `a=b,c=d`, the only form our looks use. */
function labelsOf(query: string): { matchLabels: Record<string, string> } {
  return { matchLabels: Object.fromEntries(query.split(',').map((pair) => pair.split('=') as [string, string])) };
}
