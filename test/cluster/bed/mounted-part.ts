import type { ApiServer } from './api-server.ts';
import { flags, type Ground, type Part, startPart } from './part.ts';
import { until } from './waiting.ts';

export type MountedPart = {
  /** Runs it as the pod that the operator made for it, and gives that pod's address. */
  readonly start: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

/**
 * A program in place of a container, with what a pod would have mounted; that is written anew whenever it changes, and the program is told
 * so, as the config-reloader does.
 */
export function mountedPart(
  { ground, api }: { readonly ground: Ground; readonly api: ApiServer },
  {
    name,
    pod,
    port,
    mount,
    options,
  }: {
    readonly name: string;
    /** The pod's own path at the API server. */
    readonly pod: string;
    readonly port: number;
    /** Writes what is to be mounted; undefined where the operator has not made it yet. The text stands for all that was written. */
    readonly mount: () => Promise<{ readonly whole: string; readonly write: () => void } | undefined>;
    readonly options: Readonly<Record<string, string>>;
  },
): MountedPart {
  let part: Part | undefined;
  let reloading: NodeJS.Timeout | undefined;
  let written = '';
  let runsAt = '';

  const refresh = async (): Promise<true | undefined> => {
    const mounted = await mount();
    if (mounted === undefined) return undefined;
    if (mounted.whole === written) return true;
    written = mounted.whole;
    mounted.write();
    part?.signal('SIGHUP');
    return true;
  };

  return {
    start: async () => {
      const address = await until(
        `the pod of ${name}`,
        async () => (await api.asBed.find(pod))?.status?.podIP as string | undefined,
      );
      await until(`the configuration of ${name}`, refresh);
      if (part?.running() && runsAt === address) return address;
      // Its pod was evicted, and has another address where it came up again.
      await part?.stop();
      clearInterval(reloading);
      runsAt = address;
      part = startPart(ground, name, flags({ ...options, 'web.listen-address': `${address}:${port}` }));
      reloading = setInterval(
        () => void refresh().catch((error: Error) => console.error(`bed: ${name}: ${error.message}`)),
        1000,
      );
      reloading.unref();
      await until(name, async () => ((await fetch(`http://${address}:${port}/-/ready`)).ok ? true : undefined));
      return address;
    },
    stop: async () => {
      clearInterval(reloading);
      await part?.stop();
      part = undefined;
      written = '';
    },
  };
}
