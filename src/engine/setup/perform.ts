import type { KubernetesObject } from '../../core/kubernetes/object.ts';
import type { See } from '../../core/prerequisites/looks.ts';
import { type Effect, type EffectName, type Effects, type Part, request } from '../../core/setup/effect.ts';
import { judgeFit } from '../../core/setup/fit/judge.ts';
import { learn } from '../../core/setup/journey.ts';
import { type EnvironmentName, namespaces } from '../../core/setup/settings.ts';
import { clusterOf, hostOf } from '../../core/setup/settings-of.ts';
import { givenText, type Journey, known } from '../../core/setup/state.ts';
import { gateOf } from '../../core/verify/gate.ts';
import { applying, changeSet, type Occasion } from '../deploy/change-set.ts';
import { type Plan, plan } from '../deploy/plan.ts';
import type { Cluster } from '../deploy/ports.ts';
import { waitReady } from '../deploy/ready.ts';
import { readGate, remember, revisionNow } from '../deploy/remember.ts';
import { renderTree } from '../deploy/render-tree.ts';
import { verifySettled } from '../deploy/verify-settled.ts';
import { contextOf, environmentOf, identityOf, mustSettings, profileIn, titleOf, treeOf } from './from-journey.ts';
import { guardPin } from './guard-pin.ts';
import { lookCluster, lookMachine, resolveHosts } from './look.ts';
import { tryPod } from './pod.ts';
import type { Emit, SetupPorts } from './ports.ts';
import { lookSecrets } from './secrets.ts';
import { writeTree } from './tree.ts';

type Performed = {
  readonly [N in EffectName]: (args: Effects[N]['args'], journey: Journey) => Promise<Effects[N]['result']>;
};
export type Perform = <N extends EffectName>(effect: Effect<N>, journey: Journey) => Promise<Effects[N]['result']>;

/** Fits each request of the journey to what does it. What a plan found and a look saw is kept for the request after it. */
export function performer(ports: SetupPorts, timeoutMs: number, emit: Emit, signal: AbortSignal): Perform {
  const sights = new Map<string, See>();
  const plans = new Map<Part, Plan>();
  let isClockTold = false;

  const table: Performed = {
    'look-machine': () => lookMachine(ports, signal),
    'look-cluster': async ({ context }, journey) => {
      const here = journey.wants.environments.filter(
        (name) => (givenText(journey, `context.${name}`) ?? context) === context,
      );
      const { facts, see } = await lookCluster(ports, context, here, signal);
      sights.set(context, see);
      const { clock, aheadMs } = await ports.connect(context);
      const off = aheadMs();
      // Both environments' clusters may tell the same of this machine.
      if (off !== 0 && !isClockTold) emit({ event: 'clock-off-found', aheadMs: off });
      isClockTold ||= off !== 0;
      for (const run of await ports.journals.otherRuns(facts.identity, clock.now())) emit(run);
      return facts;
    },
    'keep-profile': async ({ name }, journey) => {
      for (const environment of journey.wants.environments)
        await guardPin(ports, profileIn(journey), environment, identityOf(journey, environment));
      await ports.profile.keep(name, journey);
      return { name };
    },
    'look-secrets': ({ environment }, journey) => lookSecrets(ports, treeOf(ports, journey), environment),
    'resolve-hosts': (_, journey) =>
      resolveHosts(
        ports,
        journey.wants.environments.map((environment) => ({
          environment,
          host: hostOf(journey, environment),
          balancer: clusterOf(journey, environment)?.loadBalancer ?? [],
        })),
        signal,
      ),
    'write-tree': async ({ overwrite }, journey) => {
      const settings = mustSettings(ports, journey);
      const name = profileIn(journey);
      // With the domain known the profile can pin its clusters, before anything is written to them.
      if (name !== undefined) await ports.profile.keep(name, journey);
      const facts = await writeTree(ports, settings, overwrite);
      if (facts.written.length > 0) emit({ event: 'tree-written', folder: settings.tree, files: facts.written });
      return facts;
    },
    'look-fit': async ({ environment }, journey) => {
      const settings = mustSettings(ports, journey);
      const context = contextOf(journey, environment);
      const see = sights.get(context);
      if (see === undefined) return [];
      const { objects } = await renderTree(ports, settings.tree, environment, signal);
      const pod = await tryPod(await ports.connect(context), objects, environment, see, signal);
      return judgeFit({ see, environment, settings, objects, pod });
    },
    plan: async ({ part }, journey) => {
      const cluster = await clusterFor(part, journey);
      const found = await plan(cluster, await objectsOf(part, journey), signal);
      plans.set(part, found);
      return found.facts;
    },
    apply: async ({ part }, journey) => {
      const environment = environmentOf(part, journey);
      const cluster = await clusterFor(part, journey);
      const identity = await cluster.reader.identity(signal);
      await guardPin(ports, profileIn(journey), environment, identity);
      const occasion: Occasion = { identity, namespace: namespaces[environment], title: titleOf(part) };
      const planned = plans.get(part)?.changes ?? [];
      const changes = changeSet(ports, cluster, occasion, emit, signal);
      const facts = await changes.send(planned.map(applying));
      if (facts.outcome === 'applied') await changes.close('applied');
      if (facts.outcome === 'applied' && part !== 'issuers') await rememberNow(part, journey, cluster, occasion, false);
      return facts;
    },
    'wait-ready': async ({ part }, journey) => {
      const context = contextOf(journey, environmentOf(part, journey));
      const cluster = await clusterFor(part, journey);
      // Everything of the part is as it should be now: what an earlier run left open about it is settled.
      const work = { title: titleOf(part), namespace: namespaces[environmentOf(part, journey)] };
      await ports.journals.settle(await cluster.reader.identity(signal), work, cluster.clock.now());
      return await waitReady(
        ports,
        cluster,
        { part, environments: journey.wants.environments, context, timeoutMs },
        emit,
        signal,
      );
    },
    verify: async ({ environment }, journey) => {
      const subject = { namespace: namespaces[environment], environment, host: hostOf(journey, environment) };
      // What the platform must allow first (HSTS and headers) is said by the fit, and does not hold set-up up.
      const context = contextOf(journey, environment);
      const settling = { context, environment, subject: { ...subject, withoutHeaders: true }, timeoutMs } as const;
      return gateOf(await verifySettled(ports, await ports.connect(context), settling, emit, signal));
    },
    'keep-gate': async ({ environment }, journey) => {
      const cluster = await ports.connect(contextOf(journey, environment));
      const identity = await cluster.reader.identity(signal);
      await guardPin(ports, profileIn(journey), environment, identity);
      const occasion: Occasion = {
        identity,
        namespace: namespaces[environment],
        title: `Remember what ${environment} passed`,
      };
      const gate = await rememberNow(environment, journey, cluster, occasion, true);
      const name = profileIn(journey);
      const after = learn(
        journey,
        request('keep-gate', environment === 'staging' ? 'gate' : 'production', { environment }),
        gate,
      );
      if (name !== undefined) await ports.profile.keep(name, after);
      return gate;
    },
    'read-gate': async (_, journey) => {
      const context = givenText(journey, 'context.staging') ?? contextOf(journey, 'production');
      const { gateDigest } = await renderTree(ports, treeOf(ports, journey), 'production', signal);
      return await readGate(await ports.connect(context), gateDigest, signal);
    },
  };

  const clusterFor = (part: Part, journey: Journey): Promise<Cluster> =>
    ports.connect(contextOf(journey, environmentOf(part, journey)));

  const objectsOf = async (part: Part, journey: Journey): Promise<readonly KubernetesObject[]> => {
    const { objects } = await renderTree(ports, treeOf(ports, journey), environmentOf(part, journey), signal);
    return part === 'issuers' ? objects.filter(({ kind }) => kind === 'ClusterIssuer') : objects;
  };

  const rememberNow = async (
    environment: EnvironmentName,
    journey: Journey,
    cluster: Cluster,
    occasion: Occasion,
    isVerified: boolean,
  ) => {
    const { objects, image, gateDigest } = await renderTree(ports, treeOf(ports, journey), environment, signal);
    const verified = isVerified ? known(journey, request('verify', environment, { environment })) : undefined;
    const changes = changeSet(ports, cluster, occasion, emit, signal);
    const { overrideGate: overridden } = journey.wants;
    const revision = isVerified ? await revisionNow(cluster, environment, signal) : null;
    const gate = await remember(
      ports,
      cluster,
      changes,
      {
        environment,
        image,
        objects,
        gateDigest,
        verified,
        revision,
        ...(environment === 'production' ? { overridden } : {}),
      },
      signal,
    );
    await changes.close('remembered');
    return gate;
  };

  // Each name has its own arguments and result; the table's type holds them together.
  return <N extends EffectName>({ name, args }: Effect<N>, journey: Journey) => table[name](args, journey);
}
