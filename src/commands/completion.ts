import { commands } from '../cli/commands.ts';
import type { Invocation } from '../cli/invocation.ts';
import { globalOptions } from '../cli/options.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';

/** `orion-setup completion bash|zsh|fish`: a script on standard output, made from the command table. */
export async function run({ words: [shell] }: Invocation, io: Io): Promise<number> {
  const script = shell === undefined ? undefined : scripts[shell];
  if (!script)
    throw new ExpectedStop('usage', `completion knows bash, zsh and fish${shell ? `, not "${shell}"` : ''}.`, [
      'source <(orion-setup completion bash)',
    ]);
  io.out(script());
  return 0;
}

const optionsOf = (names: readonly string[]): string =>
  [...names, ...globalOptions].map((name) => `--${name}`).join(' ');
const names = commands.map(({ name }) => name).join(' ');

const scripts: Readonly<Record<string, () => string>> = {
  bash: () => `_orion_setup() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names}" -- "$word")); return; fi
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, options }) => `    ${name}) COMPREPLY=($(compgen -f -W "${optionsOf(options)}" -- "$word")) ;;`).join('\n')}
  esac
}
complete -F _orion_setup orion-setup
`,
  zsh: () => `#compdef orion-setup
_orion_setup() {
  if (( CURRENT == 2 )); then compadd ${names}; return; fi
  case "$words[2]" in
${commands.map(({ name, options }) => `    ${name}) compadd -- ${optionsOf(options)}; _files ;;`).join('\n')}
  esac
}
compdef _orion_setup orion-setup
`,
  fish: () =>
    commands
      .flatMap(({ name, says, options }) => [
        `complete -c orion-setup -n __fish_use_subcommand -f -a ${name} -d "${says.replaceAll('"', "'")}"`,
        ...[...options, ...globalOptions].map(
          (option) => `complete -c orion-setup -n "__fish_seen_subcommand_from ${name}" -l ${option}`,
        ),
      ])
      .join('\n')
      .concat('\n'),
};
