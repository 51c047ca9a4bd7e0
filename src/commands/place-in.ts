import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { type EnvironmentName, environmentNames, namespaces } from '../core/setup/settings.ts';
import { type Place, placeOf } from './place.ts';

/** Where a command works that takes ENV, and what it is to be judged as. */
export type PlaceIn = Place & {
  /** As named, as the profile says, or by the namespace's usual name; undefined where nothing says it. */
  readonly judgedAs: EnvironmentName | undefined;
  readonly host: string | undefined;
};

/**
 * ENV of the profile. Without a profile: its usual namespace, and without ENV the one that kubectl would use. `-n` goes before all of it.
 * Without a profile the place counts as production where something is to be changed, whatever ENV says.
 */
export async function placeIn(word: string | undefined, invocation: Invocation, io: Io): Promise<PlaceIn> {
  const wanted = environmentNames.find((name) => name === word);
  if (word !== undefined && wanted === undefined)
    throw new ExpectedStop('usage', `ENV is ${environmentNames.join(' or ')}, not "${word}".`);
  const place = await placeOf(invocation, io);
  const { profile } = place;
  if (!profile) {
    const namespace = place.namespace ?? (wanted && namespaces[wanted]);
    return { ...place, namespace, host: undefined, judgedAs: wanted ?? usualFor(namespace) };
  }
  const known = profile.environments[wanted ?? place.environment ?? 'staging'];
  if (wanted === undefined) return { ...place, host: place.environment && known?.host, judgedAs: place.environment };
  if (!known)
    throw new ExpectedStop('usage', `Profile "${profile.name}" has no ${wanted}.`, [
      `orion-setup setup --env ${wanted}`,
    ]);
  const isElsewhere = invocation.options.namespace !== undefined && invocation.options.namespace !== known.namespace;
  return {
    profile,
    environment: isElsewhere ? undefined : wanted,
    context: invocation.options.context ?? known.context,
    namespace: invocation.options.namespace ?? known.namespace,
    host: isElsewhere ? undefined : known.host,
    judgedAs: wanted,
  };
}

/** Where kubectl's own namespace is to be used its name is known only later. */
export const usualFor = (namespace: string | undefined): EnvironmentName | undefined =>
  environmentNames.find((name) => namespaces[name] === namespace);
