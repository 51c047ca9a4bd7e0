import { parseArgs } from 'node:util';
import { ExpectedStop } from '../core/failure.ts';
import { type Command, commands } from './commands.ts';
import type { Invocation } from './invocation.ts';
import { globalOptions, type OptionName, type Options, options } from './options.ts';

export type Parsed =
  | { readonly ask: 'help'; readonly of: Command | undefined }
  | { readonly ask: 'version' }
  | { readonly ask: 'home' }
  | ({ readonly ask: 'run'; readonly command: Command } & Invocation);

/** argv to what is wanted. Throws ExpectedStop('usage') that names what is wrong and what would be right. */
export function parse(argv: readonly string[]): Parsed {
  const { values, positionals } = read(argv);
  if (values.version) return { ask: 'version' };
  const [name, ...words] = positionals;
  if (name === undefined) {
    if (values.help) return { ask: 'help', of: undefined };
    const [stray] = Object.keys(values);
    if (stray && !globalOptions.some((global) => global === stray))
      throw new ExpectedStop('usage', `--${stray} needs a command before it.`, ['orion-setup help']);
    return { ask: 'home' };
  }
  const command = commands.find((item) => item.name === name);
  if (!command) {
    throw new ExpectedStop(
      'usage',
      `There is no command "${name}".${meant(
        name,
        commands.map((item) => item.name),
      )}`,
      ['orion-setup help'],
    );
  }
  if (values.help) return { ask: 'help', of: command };
  for (const option of Object.keys(values) as OptionName[]) {
    if (![...globalOptions, ...command.options].includes(option)) {
      throw new ExpectedStop('usage', `orion-setup ${command.name} takes no --${option}.`, [
        `orion-setup ${command.name} --help`,
      ]);
    }
  }
  const output = values.output;
  if (output !== undefined && !command.outputs.includes(output)) {
    throw new ExpectedStop(
      'usage',
      `orion-setup ${command.name} knows no output "${output}"; it knows ${command.outputs.join(', ')}.`,
    );
  }
  return { ask: 'run', command, words, options: values };
}

function read(argv: readonly string[]): { values: Options; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        Object.entries(options).map(([name, option]) => [
          name,
          {
            type: option.type,
            ...('short' in option ? { short: option.short } : {}),
            ...('multiple' in option ? { multiple: true } : {}),
          },
        ]),
      ),
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Options, positionals };
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('. ') : [];
    const unknown = /Unknown option '-{1,2}([^']+)'/.exec(first)?.[1];
    throw new ExpectedStop(
      'usage',
      unknown
        ? `There is no option --${unknown}.${meant(unknown, Object.keys(options), '--')}`
        : `${first.replace(/\.$/, '')}.`,
      ['orion-setup help'],
    );
  }
}

/** A word that begins alike, where there is just one. */
function meant(word: string, known: readonly string[], prefix = ''): string {
  const close = known.filter((name) => name.startsWith(word.slice(0, 3)));
  return close.length === 1 ? ` Did you mean ${prefix}${close[0]}?` : '';
}
