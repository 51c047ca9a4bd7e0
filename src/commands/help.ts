import { commands } from '../cli/commands.ts';
import { commandHelp, helpText } from '../cli/help.ts';
import type { Invocation } from '../cli/invocation.ts';
import { topics } from '../cli/topics.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';

/** `orion-setup help [TOPIC]`: a topic, a command, or all. */
export async function run({ words }: Invocation, io: Io): Promise<number> {
  const [word] = words;
  if (word === undefined) {
    io.out(helpText());
    return 0;
  }
  const command = commands.find(({ name }) => name === word);
  const topic = topics[word];
  if (!command && topic === undefined) {
    throw new ExpectedStop('usage', `There is no help on "${word}". Topics: ${Object.keys(topics).join(', ')}.`, [
      'orion-setup help',
    ]);
  }
  io.out(command ? commandHelp(command) : (topic ?? ''));
  return 0;
}
