import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Driven, type Launch, launch } from '../terminal/terminal.ts';
import { root } from './built-command.ts';

/** Homes and terminals of one test file. */
export function terminals() {
  const open: Driven[] = [];
  return {
    /** Gone with the run, not before: a process that was killed may still write into it. */
    home: (): string => mkdtempSync(join(tmpdir(), 'orion-setup-home-')),
    /** The built command in a real terminal; what it keeps and writes is in `home`. */
    start: (args: readonly string[], home: string, { env = {}, ...how }: Launch = {}): Driven => {
      const place = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') };
      const driven = launch(process.execPath, [join(root, 'bin', 'orion-setup.cjs'), ...args], {
        ...how,
        cwd: home,
        env: { KUBECONFIG: undefined, ...place, ...env },
      });
      open.push(driven);
      return driven;
    },
    leave: (): void => {
      for (const driven of open.splice(0)) driven.kill();
    },
  };
}
