import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ExpectedStop } from './failure.ts';
import type { ClusterIdentity } from './outside/cluster-reader.ts';
import { monitoringParts } from './setup/settings.ts';

/**
 * A profile: what this tool remembers of one installation. No secrets, and no room for any: a key that is not named here is refused,
 * wherever it comes from.
 */
const word = z.string().min(1).max(300);
/** A URL that carries nothing secret: no credentials, no query. */
const url = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { username, password, search } = new URL(text);
  return username === '' && password === '' && search === '';
}, 'must hold no credentials and no query');

/** Also the name of its file, so nothing that a path could be made of. */
export const profileName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and "-", as my-company');

const environment = z.strictObject({
  context: word,
  /** The cluster that `context` led to when this was made: elsewhere nothing is written. null: could not be read then. */
  pin: z.strictObject({ server: url, caFingerprint: word.nullable(), clusterUid: word.nullable() }),
  namespace: word,
  host: word,
  /** The verification that opens the gate to production; only a cache, the cluster knows it too. */
  gate: z
    .strictObject({ digest: word, passedAt: z.iso.datetime({ offset: true }), base: word, image: word })
    .optional(),
});

const acme = z.strictObject({ server: url, caBundleFile: word.optional() });

const profileSchema = z.strictObject({
  version: z.literal(1),
  name: profileName,
  domain: word.optional(),
  email: word.optional(),
  /** Absolute path of the operator's tree of manifests. */
  tree: word.optional(),
  image: word.optional(),
  ingressClass: word.optional(),
  allowFromNamespaces: z.array(word).readonly().optional(),
  corsOrigins: z.array(url).readonly().optional(),
  monitoring: z.array(z.enum(monitoringParts)).readonly().optional(),
  acme: z.strictObject({ staging: acme.optional(), production: acme.optional() }).optional(),
  environments: z.strictObject({ staging: environment.optional(), production: environment.optional() }),
});

export type Profile = Readonly<z.infer<typeof profileSchema>>;
export type ProfileEnvironment = Readonly<z.infer<typeof environment>>;

/** Checks a value read from `from`. Throws ExpectedStop('usage') that names each wrong or unknown key. */
export function toProfile(value: unknown, from: string): Profile {
  const { version } = (value ?? {}) as { readonly version?: unknown };
  if (typeof version === 'number' && version > 1) {
    throw new ExpectedStop('usage', `${from} was written by a newer orion-setup (version ${version} of the file).`, [
      'Use that version, or a newer one.',
    ]);
  }
  const read = profileSchema.safeParse(value);
  if (read.success) return read.data;
  throw new ExpectedStop('usage', `${from} is not a profile:\n${z.prettifyError(read.error)}`, [
    'A profile holds names and addresses, never secrets. "orion-setup profile export" shows what one looks like.',
  ]);
}

/** Reads an exported profile, YAML or JSON. Throws ExpectedStop('usage'). */
export function parseProfile(text: string, from: string): Profile {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new ExpectedStop('usage', `${from} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  return toProfile(value, from);
}

export function formatProfile(profile: Profile, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${JSON.stringify(profile, null, 2)}\n` : stringify(profile);
}

/** The pin of a cluster. */
export function pinOf({ server, caFingerprint, uid }: ClusterIdentity): ProfileEnvironment['pin'] {
  return { server, caFingerprint, clusterUid: uid };
}

/** In what a cluster differs from the pinned one, a sentence each; empty where it is the same as far as both are known. */
export function differencesFrom(pin: ProfileEnvironment['pin'], found: ClusterIdentity): readonly string[] {
  const compare = (what: string, wanted: string | null, saw: string | null) =>
    wanted === null || saw === null || wanted === saw ? [] : [`${what} is ${saw}, pinned is ${wanted}`];
  // That a CA is trusted by the system where one was pinned, or the reverse, is a difference too.
  const ca =
    pin.caFingerprint === found.caFingerprint
      ? []
      : compare('CA fingerprint', pin.caFingerprint ?? 'none', found.caFingerprint ?? 'none');
  return [...compare('server', pin.server, found.server), ...ca, ...compare('cluster uid', pin.clusterUid, found.uid)];
}
