import { ExpectedStop } from '../../core/failure.ts';
import type { Fetched } from '../../core/fetched.ts';
import { type ClusterLook, nameOf } from '../../core/look.ts';
import { clusterFacts } from '../../core/prerequisites/cluster-facts.ts';
import { components } from '../../core/prerequisites/components.ts';
import { firstLooks, type See, secondLooks, seeing, thirdLooks } from '../../core/prerequisites/looks.ts';
import { kubectl, kubectlVersion } from '../../core/prerequisites/machine.ts';
import { monitoringFacts, monitoringRights } from '../../core/prerequisites/monitoring.ts';
import type { Prerequisite } from '../../core/prerequisites/prerequisite.ts';
import { rights, rightsFor } from '../../core/prerequisites/rights.ts';
import type { ClusterFacts, HostFacts, MachineFacts } from '../../core/setup/effect.ts';
import type { EnvironmentName } from '../../core/setup/settings.ts';
import type { Cluster } from '../deploy/ports.ts';
import type { SetupPorts } from './ports.ts';

/** The looks of set-up: this machine, a cluster, the hosts' names. Nothing here changes anything. */

export async function lookMachine(ports: SetupPorts, signal: AbortSignal): Promise<MachineFacts> {
  const { names, current } = await ports.contexts();
  if (names.length === 0) {
    throw new ExpectedStop('no-connection', 'There is no cluster to go to: the kubeconfig names no context.', [
      'Get a kubeconfig from whoever runs the cluster, and name it: --kubeconfig FILE, or KUBECONFIG.',
      'orion-setup practice needs no cluster.',
    ]);
  }
  const { command, args } = kubectlVersion;
  const [client, helm] = await Promise.all([
    ports.shell.run(command, args, { timeoutMs: 10_000 }, signal),
    ports.shell.run('helm', ['version', '--short'], { timeoutMs: 10_000 }, signal),
  ]);
  return { kubectl: kubectl(client), helm: helm.ok, contexts: names, current };
}

/** What was seen is kept beside the facts: the fit is judged from it later. */
export async function lookCluster(
  ports: SetupPorts,
  context: string,
  environments: readonly EnvironmentName[],
  signal: AbortSignal,
): Promise<{ readonly facts: ClusterFacts; readonly see: See }> {
  const cluster = await ports.connect(context);
  const identity = await cluster.reader.identity(signal);
  const see = await seeComponents(cluster, signal);
  const dismissed = await ports.dismissed();
  const reviewed = await Promise.all(
    rightsFor(environments).map(async (right) => ({ right, may: await cluster.reader.may(right, signal) })),
  );
  const optional = await Promise.all(
    monitoringRights(see, environments).map(async (right) => ({ right, may: await cluster.reader.may(right, signal) })),
  );
  return {
    facts: {
      identity,
      prerequisites: [...components(see), rights(reviewed)].map((one) => withoutNotices(one, dismissed)),
      ...clusterFacts(see),
      monitoring: monitoringFacts(see, optional),
    },
    see,
  };
}

const withoutNotices = (one: Prerequisite, dismissed: readonly string[]): Prerequisite =>
  one.notices === undefined ? one : { ...one, notices: one.notices.filter(({ id }) => !dismissed.includes(id)) };

/** What of the components can be seen of a cluster, in three rounds. */
export async function seeComponents({ reader }: Pick<Cluster, 'reader'>, signal: AbortSignal): Promise<See> {
  let answers: Readonly<Record<string, Fetched<unknown>>> = {};
  for (const round of [() => firstLooks, secondLooks, thirdLooks]) {
    const looks: readonly ClusterLook[] = round(seeing(answers));
    const got = await Promise.all(looks.map(async (look) => [nameOf(look), await reader.look(look, signal)] as const));
    answers = { ...answers, ...Object.fromEntries(got) };
  }
  return seeing(answers);
}

/** Whether each host leads to the load balancer. A name in front of it (a CDN, a CNAME) leads elsewhere and may still be right. */
export async function resolveHosts(
  ports: SetupPorts,
  hosts: readonly {
    readonly host: string;
    readonly environment: EnvironmentName;
    readonly balancer: readonly string[];
  }[],
  signal: AbortSignal,
): Promise<readonly HostFacts[]> {
  return await Promise.all(
    hosts.map(async ({ host, environment, balancer }): Promise<HostFacts> => {
      const [target] = balancer;
      const isName = target !== undefined && /[a-z]/i.test(target) && !target.includes(':');
      const type = target === undefined ? '' : isName ? 'CNAME' : target.includes(':') ? 'AAAA' : 'A';
      const record = target === undefined ? null : `${host}.  ${type}  ${target}${isName ? '.' : ''}`;
      const answer = await ports.outside({ at: 'dns', name: host }, signal);
      const base = { host, environment, record };
      if (!answer.ok)
        return { ...base, addresses: [], state: 'unknown', because: `could not be looked up: ${answer.detail}` };
      const { a, aaaa, rcode } = answer.value;
      const addresses = [...a, ...aaaa];
      if (addresses.length === 0)
        return { ...base, addresses, state: 'no-address', because: `no address yet (${rcode})` };
      const listed = addresses.join(', ');
      if (target === undefined || isName) return { ...base, addresses, record: null, state: 'ready', because: listed };
      const isOurs = addresses.some((one) => balancer.includes(one));
      return isOurs
        ? { ...base, addresses, record: null, state: 'ready', because: `${listed}, your load balancer` }
        : {
            ...base,
            addresses,
            state: 'elsewhere',
            because: `${listed}, which is not your load balancer (${balancer.join(', ')})`,
          };
    }),
  );
}
