import { isAbsolute, join } from 'node:path';
import envPaths from 'env-paths';

/** Where this tool keeps what it remembers on this machine. */
export type Folders = { readonly config: string; readonly state: string };

const name = 'orion-setup';

/**
 * XDG folders where they are set or the system has them (a relative path in such a variable is ignored, as the XDG Base Directory
 * Specification asks), else what the platform has instead. `env` and `home` are those of the process.
 */
export function foldersOf(env: Readonly<Record<string, string | undefined>>, home: string, platform: string): Folders {
  const xdg = (variable: string) => {
    const value = env[variable];
    return value !== undefined && isAbsolute(value) ? join(value, name) : undefined;
  };
  const isXdg = platform !== 'darwin' && platform !== 'win32';
  const own = isXdg
    ? { config: join(home, '.config', name), data: join(home, '.local', 'state', name) }
    : envPaths(name, { suffix: '' });
  return { config: xdg('XDG_CONFIG_HOME') ?? own.config, state: xdg('XDG_STATE_HOME') ?? own.data };
}
