import type { Profile } from '../core/profile.ts';
import { differencesFrom, pinOf } from '../core/profile.ts';
import { request } from '../core/setup/effect.ts';
import type { Beforehand } from '../core/setup/prefilled.ts';
import { type EnvironmentName, environmentNames, letsEncrypt, namespaces } from '../core/setup/settings.ts';
import { acmeOf, clusterOf, hostOf } from '../core/setup/settings-of.ts';
import { givenList, givenText, type Journey, known } from '../core/setup/state.ts';
import type { Profiles } from '../edges/profiles/profiles.ts';
import type { SetupPorts } from '../engine/setup/ports.ts';

/** Set-up's side of the profiles: what a profile answers beforehand, and what set-up writes into it. */

export function answersOf(profile: Profile): readonly Beforehand[] {
  const { domain, email, tree, image, ingressClass, allowFromNamespaces, corsOrigins, monitoring, acme, environments } =
    profile;
  const some = (
    id: string,
    step: Beforehand['step'],
    value: string | readonly string[] | undefined,
  ): readonly Beforehand[] =>
    value === undefined ? [] : [{ id, step, value: typeof value === 'string' ? value : [...value] }];
  return [
    ...some('profile', 'profile', profile.name),
    ...some('tree', 'profile', tree),
    ...some('image', 'image', image),
    ...some('domain', 'domain', domain),
    ...some('email', 'email', email),
    ...some('ingress-class', 'prerequisites', ingressClass),
    ...some('callers', 'domain', allowFromNamespaces),
    ...some('cors', 'domain', corsOrigins),
    ...some('monitoring', 'domain', monitoring),
    ...environmentNames.flatMap((name) => [
      ...some(`context.${name}`, name === 'staging' ? 'prerequisites' : 'profile', environments[name]?.context),
      ...some(`host.${name}`, 'domain', isUsualHost(profile, name) ? undefined : environments[name]?.host),
      ...some(`acme.${name}.server`, 'email', acme?.[name]?.server),
    ]),
  ];
}

const isUsualHost = ({ domain, environments }: Profile, name: EnvironmentName): boolean =>
  environments[name]?.host === `${name === 'staging' ? 'auth-staging' : 'auth'}.${domain}`;

export function profilePort(profiles: Profiles, placeOf: (typed: string) => string): SetupPorts['profile'] {
  const stored = async (name: string): Promise<Profile | undefined> =>
    (await profiles.list()).includes(name) ? await profiles.get(name) : undefined;
  return {
    strangeness: async (name, environment, identity) => {
      const pinned = name === undefined ? undefined : (await stored(name))?.environments[environment];
      // Another context was chosen on purpose; that the same one leads elsewhere was not.
      return pinned === undefined || pinned.context !== identity.context ? [] : differencesFrom(pinned.pin, identity);
    },
    keep: async (name, journey) => {
      const before = await stored(name);
      const after = profileOf(name, journey, before, placeOf);
      if (before === undefined) await profiles.create(after);
      else if (JSON.stringify(before) !== JSON.stringify(after))
        await profiles.update(name, (now) => profileOf(name, journey, now, placeOf));
    },
  };
}

function profileOf(
  name: string,
  journey: Journey,
  before: Profile | undefined,
  placeOf: (typed: string) => string,
): Profile {
  const text = (id: string) => givenText(journey, id) || undefined;
  const tree = text('tree');
  const servers = environmentNames.flatMap((one) => {
    const { server } = acmeOf(journey, one);
    return server === letsEncrypt[one] ? [] : [[one, { ...before?.acme?.[one], server }] as const];
  });
  const fields = {
    domain: text('domain'),
    email: text('email'),
    tree: tree === undefined ? undefined : placeOf(tree),
    image: text('image'),
    ingressClass: text('ingress-class'),
    allowFromNamespaces: givenList(journey, 'callers'),
    corsOrigins: givenList(journey, 'cors'),
    monitoring: givenList(journey, 'monitoring'),
    acme: servers.length === 0 ? undefined : Object.fromEntries(servers),
  };
  return {
    version: 1,
    name,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    environments: {
      ...before?.environments,
      ...Object.fromEntries(journey.wants.environments.flatMap((one) => environmentOf(journey, one, before))),
    },
  };
}

/** Written once the host is known; until then nothing is written to the cluster either. */
function environmentOf(journey: Journey, environment: EnvironmentName, before: Profile | undefined) {
  const cluster = clusterOf(journey, environment);
  if (cluster === undefined || givenText(journey, 'domain') === undefined) return [];
  const gate = known(journey, request('keep-gate', environment === 'staging' ? 'gate' : 'production', { environment }));
  const kept = before?.environments[environment]?.gate;
  const passed =
    gate?.state === 'passed' && gate.at !== null && gate.digest !== null
      ? { digest: gate.digest, passedAt: gate.at, base: gate.digest, image: givenText(journey, 'image') ?? '' }
      : kept;
  const { context } = cluster.identity;
  const fields = {
    context,
    pin: pinOf(cluster.identity),
    namespace: namespaces[environment],
    host: hostOf(journey, environment),
  };
  return [[environment, passed === undefined ? fields : { ...fields, gate: passed }] as const];
}
