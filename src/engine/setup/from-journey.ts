import { ExpectedStop } from '../../core/failure.ts';
import type { Part } from '../../core/setup/effect.ts';
import { type EnvironmentName, environmentNames, type Settings } from '../../core/setup/settings.ts';
import { clusterOf, settingsOf } from '../../core/setup/settings-of.ts';
import { givenText, type Journey } from '../../core/setup/state.ts';
import type { SetupPorts } from './ports.ts';

/** What a request needs of the journey, which has it by the time it asks. */

export const profileIn = (journey: Journey) => givenText(journey, 'profile');

export const environmentOf = (part: Part, journey: Journey): EnvironmentName =>
  part === 'issuers' ? (journey.wants.environments[0] ?? 'staging') : part;

export const titleOf = (part: Part): string => (part === 'issuers' ? 'Set up the ClusterIssuers' : `Set up ${part}`);

export const contextOf = (journey: Journey, environment: EnvironmentName): string =>
  must(givenText(journey, `context.${environment}`), `context of ${environment}`);

export const identityOf = (journey: Journey, environment: EnvironmentName) =>
  must(clusterOf(journey, environment)?.identity, `cluster of ${environment}`);

/** The folder of the manifests, absolute. */
export const treeOf = (ports: SetupPorts, journey: Journey): string =>
  ports.placeOf(givenText(journey, 'tree') ?? './k8s');

export function mustSettings(ports: SetupPorts, journey: Journey): Settings {
  const settings = must(settingsOf(journey), 'answers');
  const missing = journey.wants.environments.filter((name) => settings.environments[name] === undefined);
  if (missing.length > 0)
    throw new ExpectedStop(
      'usage',
      `The secrets of ${missing.join(' and ')} are not complete.`,
      missing.map((name) => `orion-setup setup secrets ${name}`),
    );
  const environments = Object.fromEntries(
    environmentNames.flatMap((name) => (settings.environments[name] ? [[name, settings.environments[name]]] : [])),
  );
  return { ...settings, tree: treeOf(ports, journey), environments };
}

/** The journey asks for nothing before it has what that needs; if it did, that is a fault of this tool. */
function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`Set-up has no ${what} yet.`);
  return value;
}
