import { secretKeys } from '../../core/manifests/secrets-env.ts';
import { answeredBy } from '../../core/setup/prefilled.ts';
import type { Question } from '../../core/setup/question.ts';
import { given, type Journey } from '../../core/setup/state.ts';
import { treeOf } from './from-journey.ts';
import type { SetupPorts } from './ports.ts';
import { lookSecrets } from './secrets.ts';

/**
 * Everything that is missing, not only what was asked for first: whoever writes an answers file learns it in one run. What depends on a
 * cluster that is not named yet (which ingress class) cannot be known here.
 */
export async function missingAnswers(ports: SetupPorts, asked: Question, journey: Journey): Promise<readonly string[]> {
  const { environments } = journey.wants;
  const several = (await ports.contexts()).names.length > 1;
  const plain = [...(several ? environments.map((name) => `context.${name}`) : []), 'image', 'domain'].filter(
    (id) => given(journey, id) === undefined,
  );
  const secrets = await Promise.all(
    environments.map(async (environment) => {
      const { present } = await lookSecrets(ports, treeOf(ports, journey), environment);
      return secretKeys
        .filter((key) => present[key] === undefined)
        .map((key) => answeredBy({ id: '', secret: { environment, key, empty: 'refused' } }));
    }),
  );
  return [...new Set([answeredBy(asked), ...plain.map((id) => answeredBy({ id })), ...secrets.flat()])];
}
