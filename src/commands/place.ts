import { homedir } from 'node:os';
import type { Invocation } from '../cli/invocation.ts';
import type { Ground } from '../core/consent.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { ClusterIdentity } from '../core/outside/cluster-reader.ts';
import type { Io } from '../core/outside/io.ts';
import { differencesFrom, type Profile, type ProfileEnvironment } from '../core/profile.ts';
import { foldersOf } from '../edges/files/folders.ts';
import { makeProfiles } from '../edges/profiles/profiles.ts';

/** Where a command works, as far as the profile and the command line say. */
export type Place = {
  readonly profile: Profile | undefined;
  readonly environment: 'staging' | 'production' | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
};

export const foldersFor = ({ env }: Pick<Io, 'env'>) => foldersOf(env, env['HOME'] || homedir(), process.platform);

/** The profile named, else the one in use; of its environments the one whose namespace was named, else staging. --context and -n go before it. */
export async function placeOf({ options }: Invocation, io: Io): Promise<Place> {
  const profiles = makeProfiles(foldersFor(io).config);
  const profile = options.profile === undefined ? await profiles.current() : await profiles.get(options.profile);
  const elsewhere =
    options.profile === undefined && (options.context !== undefined || options.kubeconfig !== undefined);
  if (!profile || elsewhere)
    return { profile: undefined, environment: undefined, context: options.context, namespace: options.namespace };
  const { staging, production } = profile.environments;
  const named = options.namespace;
  const environment =
    named === undefined
      ? staging
        ? 'staging'
        : 'production'
      : staging?.namespace === named
        ? 'staging'
        : production?.namespace === named
          ? 'production'
          : undefined;
  const known: ProfileEnvironment | undefined = environment && profile.environments[environment];
  return {
    profile,
    environment: known ? environment : undefined,
    context: options.context ?? known?.context,
    namespace: named ?? known?.namespace,
  };
}

/** Whose consent counts for what. On another cluster than the pinned one nothing may be written. */
export function groundOf(place: Place, identity: ClusterIdentity, namespace: string): Ground {
  return { namespace, context: identity.context, environment: place.environment };
}

/**
 * A write on a cluster that is not the pinned one is refused, whatever its name; so is one of production where
 * kube-system may not be read, as that cluster cannot be told for sure. Without a profile a namespace counts as production.
 */
export function insistOnPin({ profile, environment }: Place, identity: ClusterIdentity): void {
  const pinned = profile && environment ? profile.environments[environment] : undefined;
  const differences = pinned ? differencesFrom(pinned.pin, identity) : [];
  if (differences.length > 0) {
    throw new ExpectedStop(
      'refused',
      `This is not the cluster that profile "${profile?.name}" is pinned to for ${environment}: ${differences.join('; ')}. Nothing was changed.`,
      [`orion-setup profile show ${profile?.name}`],
    );
  }
  if (environment !== 'staging' && identity.uid === null) {
    const counts = environment === undefined ? ', and without a profile a namespace counts as production' : '';
    throw new ExpectedStop(
      'refused',
      `The namespace kube-system may not be read, so this cluster cannot be told for sure; production is not written to${counts}. Nothing was changed.`,
      ['The right that is missing: get namespaces kube-system'],
    );
  }
}
