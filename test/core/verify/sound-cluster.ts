import { runbooks } from '../../../runbooks/index.ts';
import type { Fetched } from '../../../src/core/fetched.ts';
import { cutToAllowed } from '../../../src/core/kubernetes/allowed-fields.ts';
import type { KubernetesObject } from '../../../src/core/kubernetes/object.ts';
import { type AnswerOf, type Look, type Looker, nameOf } from '../../../src/core/look.ts';
import { scenarioSchema, type World } from '../../../src/core/scenario.ts';
import { lookInto } from '../../../src/core/scenario-look.ts';
import type { EnvironmentName } from '../../../src/core/setup/settings.ts';
import type { Subject } from '../../../src/core/verify/point.ts';
import type { PointResult, Verification } from '../../../src/core/verify/verification.ts';
import { verify } from '../../../src/engine/verify.ts';
import { baseWorld } from '../../../src/practice/base-cluster.ts';
import { quietCluster } from '../../practice/quiet-cluster.ts';
import { rendered, sampleEnvironment, sampleSecrets } from '../manifests/sample-settings.ts';

const hosts = { staging: 'auth-staging.example.org', production: 'auth.example.org' } as const;
const namespaces = { staging: 'orion-staging', production: 'orion-prod' } as const;

/** What a cluster is made of, and the world around it: to be changed, and looked at. */
export type Ground = { readonly objects: readonly KubernetesObject[]; readonly world: World; readonly now: Date };

/** An environment as the templates make it, brought up by the practice controllers: everything is as it should be. */
export function soundGround(environment: EnvironmentName = 'staging'): Ground {
  const settings = {
    domain: 'example.org',
    environments: {
      staging: sampleEnvironment('staging', { host: hosts.staging }),
      production: sampleEnvironment('production', { host: hosts.production }),
    },
  };
  const world = baseWorld();
  const cluster = quietCluster({ world });
  const namespace = namespaces[environment];
  for (const object of rendered(environment, settings, sampleSecrets))
    cluster.put(`${object.kind}/${object.metadata.name}`, object, namespace);
  cluster.pass(600);
  return { objects: cluster.cluster.store.all().map((object) => cutToAllowed(object)), world, now: cluster.now() };
}

export const subjectOf = (environment: EnvironmentName = 'staging'): Subject => ({
  namespace: namespaces[environment],
  environment,
});

export function lookerOn({ objects, world, now }: Ground): Looker {
  const scenario = {
    ...scenarioSchema.parse({
      apiVersion: 'orion-setup/v1',
      kind: 'Scenario',
      name: 'ground',
      runbook: 'cert-pending',
      title: '',
      source: 'written',
      now: now.toISOString(),
      target: { kind: 'Certificate', namespace: 'orion-staging', name: 'auth-tls-cert' },
    }),
    world,
    objects,
  };
  return async <L extends Look>(look: L): Promise<Fetched<AnswerOf<L>>> => lookInto(scenario, look);
}

export const verified = (ground: Ground, subject = subjectOf(), look = lookerOn(ground)): Promise<Verification> =>
  verify({ runbooks }, subject, look, ground.now, new AbortController().signal);

export const notGreen = ({ points }: Verification): readonly string[] =>
  points.filter(({ state }) => state !== 'passed').map(({ id, state }) => `${id} ${state}`);

export function pointOf({ points }: Verification, id: string): PointResult {
  const found = points.find((point) => point.id === id);
  if (!found) throw new Error(`no point ${id}`);
  return found;
}

/** Every look that verifying `ground` leads to, each once. */
export async function looksOf(ground: Ground): Promise<readonly Look[]> {
  const made = new Map<string, Look>();
  const look = lookerOn(ground);
  await verified(ground, subjectOf(), (item, signal) => {
    made.set(nameOf(item), item);
    return look(item, signal);
  });
  return [...made.values()];
}
