import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fetched } from '../core/fetched.ts';
import type { AnswerOf, ManifestsLooker, OutsideLook } from '../core/look.ts';
import { type Scenario, scenarioSchema, type World } from '../core/scenario.ts';
import { lookInto } from '../core/scenario-look.ts';
import { everything, type Rule, type User } from './access.ts';
import { answerRequest } from './api.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { baseWorld } from './base-cluster.ts';
import { changeByHand } from './by-hand.ts';
import { type PracticeClock, practiceClock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { allControllers } from './controllers/all.ts';
import { merged } from './json.ts';
import { contextName, kubeconfigText } from './kubeconfig.ts';
import { load } from './loading.ts';
import { makeLoop, type Surroundings } from './loop.ts';
import { randomNames } from './random-names.ts';
import { type Asked, startServer } from './server.ts';
import { makeSigner } from './signer.ts';
import { Store } from './store.ts';
import { livingWorld } from './world-of-evidence.ts';

export type PracticeOptions = {
  /** A story, or a cluster with the prerequisites only, in which set-up can run from nothing. */
  readonly scenario: Scenario | 'empty';
  /** How much faster than the real one the practice clock runs; 0 stands still and is advanced by hand. */
  readonly speed: number;
  /** A folder of our own, for kubeconfigs. */
  readonly dir: string;
};

export type Practice = {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly contextName: string;
  readonly clock: PracticeClock;
  /** What this machine would see of the world outside. */
  readonly probes: <L extends OutsideLook>(look: L, signal: AbortSignal) => Promise<Fetched<AnswerOf<L>>>;
  /** What is answered to the manifests that the story knows. */
  readonly manifests: ManifestsLooker;
  /** The world changes: merged in (RFC 7386). */
  readonly mergeWorld: (patch: object) => void;
  /** Somebody changes an object, `Kind/name` or `Kind/namespace/name`, by a merge patch; null deletes it. */
  readonly patchObject: (name: string, patch: object | null) => void;
  /** Time passes at once: milliseconds, or text as `20m`. */
  readonly advance: (duration: number | string) => void;
  readonly requests: () => readonly Asked[];
  /** Another user with these rights only. Tells the path of their kubeconfig. */
  readonly userWith: (rules: readonly Rule[], name?: string) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Starts a practice cluster: the Kubernetes API over HTTPS on this machine, with controllers and a world around it. */
export async function startPractice({ scenario: chosen, speed, dir }: PracticeOptions): Promise<Practice> {
  const story = chosen === 'empty' ? emptyScenario(new Date()) : chosen;
  const scenario = story.source === 'live' ? livingWorld(story) : story;
  const clock = practiceClock(new Date(scenario.now), speed);
  const moment = { now: new Date(scenario.now) };
  const cluster: Cluster = { store: new Store(), now: () => moment.now, names: randomNames() };
  let surroundings: Surroundings = { world: scenario.world, changes: 0, byHand: 0 };
  const loading = load(cluster, scenario);
  const loop = makeLoop({
    cluster,
    controllers: allControllers,
    signer: makeSigner(),
    surroundings: () => surroundings,
    loading,
    heal: scenario.heal,
    moment,
  });
  const catchUp = (): void => loop.settle(clock.now());

  const users = new Map<string, User>();
  const answer = (request: ApiRequest): ApiAnswer => {
    catchUp();
    const said = answerRequest(cluster, request, { refused: scenario.refused, world: surroundings.world });
    catchUp();
    return said;
  };
  const server = await startServer({ answer, userOf: (token) => users.get(token), now: () => moment.now });
  const addUser = async (name: string, rules: readonly Rule[]): Promise<string> => {
    const token = randomBytes(24).toString('base64url');
    users.set(token, { name, rules });
    const path = join(dir, `${name}.kubeconfig.yaml`);
    const { namespace } = scenario.target;
    await writeFile(
      path,
      kubeconfigText({ url: server.url, authority: server.authority, namespace }, { name, token }),
      { mode: 0o600 },
    );
    return path;
  };
  // Who gets no practice cluster has none to close.
  const kubeconfig = await addUser('admin', everything).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });

  return {
    kubeconfig,
    contextName,
    clock,
    probes: async (look, signal) => {
      signal.throwIfAborted();
      catchUp();
      return lookInto({ ...scenario, objects: cluster.store.all(), world: surroundings.world }, look);
    },
    manifests: async (look) => lookInto({ ...scenario, world: surroundings.world }, look),
    mergeWorld: (patch) => {
      catchUp();
      surroundings = {
        ...surroundings,
        world: worldOf(merged(surroundings.world, patch)),
        changes: surroundings.changes + 1,
      };
      catchUp();
    },
    patchObject: (name, patch) => {
      catchUp();
      surroundings = { ...surroundings, byHand: surroundings.byHand + 1 };
      changeByHand(cluster, name, scenario.target.namespace, patch);
      catchUp();
    },
    advance: (duration) => {
      const span = typeof duration === 'number' ? duration : millisecondsOf(duration);
      loop.settle(new Date(clock.now().getTime() + span));
      clock.skip(span);
    },
    requests: server.requests,
    userWith: (rules, name = `user-${users.size}`) => addUser(name, rules),
    close: server.close,
  };
}

const worldOf = (value: unknown): World => scenarioSchema.shape.world.parse(value);

const emptyScenario = (now: Date): Scenario => ({
  ...scenarioSchema.parse({
    apiVersion: 'orion-setup/v1',
    kind: 'Scenario',
    name: 'empty',
    runbook: 'cert-pending',
    title: 'A cluster with the prerequisites and nothing else',
    source: 'written',
    now: now.toISOString(),
    target: { kind: 'Certificate', namespace: 'default', name: 'auth-tls-cert' },
    world: baseWorld(),
  }),
  objects: [],
});

/** `20m`, `1h30m`, `2d`, `10s`. */
function millisecondsOf(text: string): number {
  const found = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (!found) throw new Error(`"${text}" is no duration: write it as 20m, 1h30m or 2d`);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = found;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
