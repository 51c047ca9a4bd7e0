import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import { secretKeys } from '../core/manifests/secrets-env.ts';
import type { Io } from '../core/outside/io.ts';
import { askSecret } from '../core/setup/ask.ts';
import type { EnvironmentName } from '../core/setup/settings.ts';
import { environmentNames } from '../core/setup/settings.ts';
import { givenText } from '../core/setup/state.ts';
import { keepSecret, lookSecrets } from '../engine/setup/secrets.ts';
import { lineAsker } from '../views/plain/ask.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { deploy } from './deploy.ts';
import type { Known } from './open-deploy.ts';
import { setupPorts } from './setup-ports.ts';
import { startOf } from './setup-start.ts';
import { canAsk, realWorld } from './setup-world.ts';

/** `orion-setup setup secrets ENV`: changes secrets.env, by typing or from the answers' file. With consent it is deployed at once, which rolls the pods. */
export async function changeSecrets(
  named: string | undefined,
  rest: readonly string[],
  invocation: Invocation,
  io: Io,
): Promise<number> {
  if (named === undefined || rest.length > 0 || !environmentNames.includes(named as EnvironmentName)) {
    throw new ExpectedStop('usage', 'setup secrets takes one environment: staging or production.', [
      'orion-setup setup secrets staging',
    ]);
  }
  const environment = named as EnvironmentName;
  const start = await startOf(invocation, io);
  const ports = setupPorts(io, realWorld(invocation, io), start.profile, start.secretsFiles);
  const tree = ports.placeOf(givenText(start.journey, 'tree') ?? './k8s');
  const { file, present, problems } = await lookSecrets(ports, tree, environment);
  if (problems.length > 0) io.err(`${file}: ${problems.join(' ')}\n`);

  if (start.secretsFiles[environment] === undefined) {
    if (!canAsk(invocation, io)) {
      throw new ExpectedStop(
        'usage',
        'Secrets are typed, or come from a file that the answers name; here nobody can be asked.',
        [`orion-setup setup secrets ${environment} --answers FILE`],
      );
    }
    const ask = lineAsker(io.err, io.signal);
    for (const key of secretKeys) {
      const mayKeep = present[key] !== undefined;
      const question = askSecret({
        id: key,
        step: 'secrets',
        title: `${key} of ${environment}?`,
        why: `It is kept in ${file} and nowhere else.`,
        environment,
        key,
        mayKeep,
      });
      let problem: string | undefined;
      for (;;) {
        const reply = await ask(question, problem);
        if (reply.kind !== 'typed')
          throw new ExpectedStop('operator-said-no', `You left. What was typed before ${key} is kept.`);
        const checked = question.check(reply.text);
        if (checked.ok && reply.text === '' && mayKeep) break;
        problem = checked.ok ? undefined : checked.problem;
        if (!checked.ok) continue;
        const value =
          reply.text === '' || checked.value === 'generate' ? ports.secrets.generate(key) : String(checked.value);
        const kept = await keepSecret(ports, tree, { environment, key }, value);
        io.err(`Kept${kept.remark === '' ? '' : `, ${kept.remark}`}\n`);
        break;
      }
    }
  }
  return await bringIn(
    environment,
    file,
    { tree, context: givenText(start.journey, `context.${environment}`) },
    invocation,
    io,
  );
}

/** Kept is not yet in use: with consent they are brought in at once, which proves that the new pods refer to the new Secret. */
async function bringIn(
  environment: EnvironmentName,
  file: string,
  known: Known,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { options } = invocation;
  const isWanted = options.yes === true || (canAsk(invocation, io) && (await wantsIt(environment, io)));
  if (isWanted) {
    io.err(`The secrets of ${environment} are in ${file}.\n`);
    const words = [environment];
    return await deploy({ words, options }, io, realWorld(invocation, io), known);
  }
  io.out(
    `The secrets of ${environment} are in ${file}. They take effect with the next deploy.\n  orion-setup deploy ${environment}\n`,
  );
  return 0;
}

async function wantsIt(environment: EnvironmentName, io: Io): Promise<boolean> {
  const answer = await lineQuestions(io.signal)(
    `Bring them into ${environment} now? What changes is shown first. y or n:`,
  );
  return /^y(es)?$/i.test(answer);
}
