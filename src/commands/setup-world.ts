import { mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { parseConnectTo, parseResolver } from '../core/addresses.ts';
import type { SecretKey } from '../core/manifests/secrets-env.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { Io } from '../core/outside/io.ts';
import type { Shell } from '../core/outside/shell.ts';
import type { Journey } from '../core/setup/state.ts';
import { systemClock } from '../edges/clock/system-clock.ts';
import { firstOfEachName, kubeconfigFiles, loadKubeconfig } from '../edges/cluster/load-kubeconfig.ts';
import { makeProbes, type Probes } from '../edges/probes/make-probes.ts';
import { systemShell } from '../edges/shell/system-shell.ts';
import type { Cluster } from '../engine/deploy/ports.ts';
import { openCluster } from './open-cluster.ts';

export type EnteredCluster = Cluster & { readonly close: () => void };

/** The world that set-up works in: the real one, or that of the practice cluster. */
export type SetupWorld = {
  readonly contexts: () => Promise<{ readonly names: readonly string[]; readonly current: string | null }>;
  readonly connect: (context: string) => Promise<EnteredCluster>;
  readonly outside: Probes;
  /** How long something takes, from before a cluster is known. What is in one is dated by its own clock. */
  readonly clock: Clock;
  readonly shell: Shell;
  /** Of a practice world: answers that Enter takes, and secrets made up. */
  readonly suggests?: {
    readonly answers: Journey['earlier'];
    readonly secret: (key: SecretKey) => string;
  };
};

/** A pod of the cluster itself has no kubeconfig, and needs none. */
const inCluster = 'in-cluster';

export function realWorld(invocation: Invocation, io: Io): SetupWorld {
  const { options } = invocation;
  return {
    contexts: async () => {
      const env = io.env as NodeJS.ProcessEnv;
      const loaded = await loadKubeconfig(kubeconfigFiles(options.kubeconfig, env), options.kubeconfig !== undefined);
      const names = firstOfEachName(loaded.flatMap(({ config }) => config.getContexts())).map(({ name }) => name);
      if (names.length === 0 && io.env['KUBERNETES_SERVICE_HOST']) return { names: [inCluster], current: inCluster };
      const current = loaded.map(({ config }) => config.getCurrentContext()).find((name) => name);
      return { names, current: options.context ?? current ?? null };
    },
    connect: (context) =>
      openCluster(
        invocation,
        io,
        context === inCluster && io.env['KUBERNETES_SERVICE_HOST'] ? undefined : context,
        'said-by-caller',
      ),
    outside: makeProbes({
      resolvers: (options.resolver ?? []).map(parseResolver),
      connectTo: (options['connect-to'] ?? []).map(parseConnectTo),
    }),
    clock: systemClock,
    shell: systemShell,
  };
}

export const canAsk = ({ options }: Invocation, io: Io): boolean => mayAsk(options, io);
