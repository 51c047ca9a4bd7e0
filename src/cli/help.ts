import { type Command, commands } from './commands.ts';
import { globalOptions, type OptionName, options } from './options.ts';

/** `orion-setup --help`. */
export function helpText(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "orion-setup brings ORION's auth service up on Kubernetes and mends it.",
    '',
    'Usage: orion-setup [COMMAND] [OPTIONS]',
    '',
    'On a terminal, without a command: the home screen. Without a cluster: orion-setup practice.',
    '',
    'Commands:',
    ...commands.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
    'orion-setup COMMAND --help says more. Exit codes: orion-setup help exit-codes.',
    '',
  ].join('\n');
}

/** `orion-setup COMMAND --help`. */
export function commandHelp(command: Command): string {
  return [
    `orion-setup ${command.name}: ${command.says}.`,
    '',
    `Usage: orion-setup ${command.name}${command.words ? ` ${command.words}` : ''} [OPTIONS]`,
    `Output (-o): ${command.outputs.join(', ')}`,
    ...(command.options.length > 0 ? ['', 'Options:', ...optionLines(command.options)] : []),
    '',
    'Options of every command:',
    ...optionLines(globalOptions),
    '',
  ].join('\n');
}

function optionLines(names: readonly OptionName[]): readonly string[] {
  const rows = names.map((name) => {
    const option = options[name];
    const short = 'short' in option ? `-${option.short}, ` : '';
    return [`${short}--${name}${'value' in option ? ` ${option.value}` : ''}`, option.says] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, says]) => `  ${left.padEnd(width)}  ${says}`);
}
