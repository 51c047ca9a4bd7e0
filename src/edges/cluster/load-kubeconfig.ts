import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findHomeDir, KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ExpectedStop } from '../../core/failure.ts';

export type Loaded = {
  readonly file: string;
  readonly text: string;
  readonly config: KubeConfig;
};

/** Reads the files in their order. Throws ExpectedStop('usage') for one that is none, or that must exist and does not. */
export async function loadKubeconfig(files: readonly string[], mustExist: boolean): Promise<readonly Loaded[]> {
  const loaded = await Promise.all(files.map((file) => load(file, mustExist)));
  return loaded.filter((one) => one !== undefined);
}

/** The files that count, absolute: the one chosen, or those of KUBECONFIG, or ~/.kube/config. */
export function kubeconfigFiles(chosen: string | undefined, env: NodeJS.ProcessEnv): readonly string[] {
  if (chosen !== undefined) return [path.resolve(chosen)];
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed.map((file) => path.resolve(file));
  const home = env['HOME'] ?? findHomeDir();
  return home ? [path.join(home, '.kube', 'config')] : [];
}

/** One file, or undefined where it does not exist (kubectl skips those of KUBECONFIG too) or is empty. */
async function load(file: string, mustExist: boolean): Promise<Loaded | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return undefined;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new ExpectedStop('usage', `The kubeconfig ${file} ${why}.`, [
      'Name another with --kubeconfig or KUBECONFIG.',
    ]);
  }
  if (text.replaceAll(/^\s*#.*$/gm, '').trim() === '') return undefined;
  const config = new KubeConfig();
  try {
    // As kubectl, which minds only the entries that are used.
    config.loadFromString(text, { onInvalidEntry: 'filter' });
  } catch {
    // The parser's own words quote the file, and the file holds credentials.
    throw new ExpectedStop('usage', `The kubeconfig ${file} is not valid YAML of a kubeconfig.`, [
      `See what is wrong with it: kubectl config view --kubeconfig ${file}`,
    ]);
  }
  config.makePathsAbsolute(path.dirname(file));
  return { file, text, config };
}

/** Where two files have the same name, the first one counts, as with kubectl. */
export function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values()].toReversed();
}
