/** What takes a command of --install back, run by a person: this tool does not. Undefined where nothing needs to be. */
export function takenBackBy(command: string, cluster: readonly string[] = []): string | undefined {
  const words = command.split(' ');
  const said = (...line: readonly string[]): string => [...line, ...cluster].join(' ');
  const after = (option: string): string | undefined => words[words.indexOf(option) + 1];
  if (command.startsWith('helm repo ')) return undefined;
  if (command.startsWith('helm upgrade --install ')) {
    const [, , , release = ''] = words;
    return said('helm', 'uninstall', release, '--namespace', after('--namespace') ?? release);
  }
  if (command.startsWith('helm upgrade ')) {
    const [, , release = ''] = words;
    return said('helm', 'rollback', release, '--namespace', after('--namespace') ?? release);
  }
  // Its CRDs go with it, and everything made of them: that is for somebody who has looked.
  if (command.startsWith('kubectl apply -f ')) return said('kubectl', 'delete', '-f', words[3] ?? '');
  return undefined;
}
