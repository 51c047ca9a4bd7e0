import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { type EnvironmentName, environmentNames, namespaces } from '../core/setup/settings.ts';
import type { Subject } from '../core/verify/point.ts';
import { placeOf } from './place.ts';

/** What is verified, and the invocation as the rest of the tool understands it: the environment's namespace stands in it. */
export type VerifyPlace = { readonly subject: Subject; readonly invocation: Invocation };

/** ENV is the word, else what the namespace is called, else staging. A namespace that is none of ours has no environment. */
export async function verifyPlace(invocation: Invocation, io: Io): Promise<VerifyPlace> {
  const { options, words } = invocation;
  const [word, ...tooMany] = words;
  if (tooMany.length > 0) throw new ExpectedStop('usage', `verify takes one environment, not "${words.join(' ')}".`);
  const named = word === undefined ? undefined : environmentNamed(word);
  const { profile, environment: byProfile } = await placeOf(invocation, io);
  const environment =
    named ?? (options.namespace === undefined ? (byProfile ?? 'staging') : (byProfile ?? ours(options.namespace)));
  const known = environment && profile?.environments[environment];
  const namespace = options.namespace ?? known?.namespace ?? namespaces[environment ?? 'staging'];
  const host = known?.namespace === namespace ? known.host : undefined;
  return {
    subject: { namespace, ...(environment ? { environment } : {}), ...(host === undefined ? {} : { host }) },
    invocation: { words, options: { ...options, namespace } },
  };
}

function environmentNamed(word: string): EnvironmentName {
  const found = environmentNames.find((name) => name === word);
  if (found) return found;
  throw new ExpectedStop('usage', `There is no environment "${word}": staging or production.`, [
    'orion-setup verify staging',
    'orion-setup verify --namespace NAME   for an environment that this tool did not set up',
  ]);
}

const ours = (namespace: string): EnvironmentName | undefined =>
  environmentNames.find((name) => namespaces[name] === namespace);
