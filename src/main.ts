import { errorMonitor } from 'node:events';
import { readFileSync } from 'node:fs';
import { faceOf } from './cli/face.ts';
import { commandHelp, helpText } from './cli/help.ts';
import { type Parsed, parse } from './cli/parse.ts';
import { ExpectedStop, exitCodeOf, exitCodes } from './core/failure.ts';
import type { Io } from './core/outside/io.ts';
import { errorReport } from './core/report/error-report.ts';

/** Joins everything: the only reader of process.argv and process.env, the only one to end the process. */
async function main(argv: readonly string[]): Promise<number> {
  const io = makeIo();
  try {
    const parsed = parse(argv);
    const code = await run(parsed, io);
    // What could not be written was not said: on a full disk, say. That somebody is gone is no such fault.
    if (io.signal.aborted && !(io.signal.reason instanceof ExpectedStop)) throw io.signal.reason;
    return code;
  } catch (error) {
    return fail(error, argv, io);
  }
}

async function run(parsed: Parsed, io: Io): Promise<number> {
  switch (parsed.ask) {
    case 'version':
      io.out(`${io.version}\n`);
      return 0;
    case 'help':
      io.out(parsed.of ? commandHelp(parsed.of) : helpText());
      return 0;
    case 'home': {
      if (faceOf({}, io) === 'screens') return (await import('./commands/home.ts')).run({ words: [], options: {} }, io);
      io.err(helpText());
      return exitCodes.usage;
    }
    case 'run':
      return (await parsed.command.load()).run({ words: parsed.words, options: parsed.options }, io);
  }
}

/** What went wrong, why, and what next; as a document where one was asked for. */
function fail(error: unknown, argv: readonly string[], io: Io): number {
  const { aborted, reason } = io.signal;
  // What a command says of its interruption says more than that there was one, unless a fault of ours was the reason.
  const stop = aborted && !(error instanceof ExpectedStop && reason instanceof ExpectedStop) ? reason : error;
  if (wantsJson(argv)) io.out(`${JSON.stringify(errorReport(stop, io.version), null, 2)}\n`);
  else if (stop instanceof ExpectedStop) io.err(`${stop.message}\n${stop.next.map((step) => `  ${step}\n`).join('')}`);
  else {
    io.err(
      `orion-setup failed, which is a fault of the tool: ${stop instanceof Error ? (stop.stack ?? stop.message) : String(stop)}\n`,
    );
    io.err(`Version ${io.version}, Node.js ${process.versions.node}. Please report it with these lines.\n`);
  }
  return exitCodeOf(stop);
}

/** Looked for by hand, since the very parsing may have failed. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, place) =>
      /^(-ojson|-o=json|--output=json)$/.test(word) ||
      (word === 'json' && /^(-o|--output)$/.test(argv[place - 1] ?? '')),
  );
}

function makeIo(): Io {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second one ends at once: whatever hangs then is not worth waiting for, and the journal knows what was done. But a terminal
      // that closes tells the launcher and this process, so that one closing comes twice.
      if (interrupted.signal.aborted && signal !== 'SIGHUP') process.exit(exitCodes.interrupted);
      interrupted.abort(new ExpectedStop('interrupted', 'Interrupted.'));
    });
  }
  // Whoever reads or types may go away: a terminal closes and gives errors from then on, head has seen enough. That is no fault, and no
  // reason to die with a node cordoned or a folder left: as at Ctrl-C the work puts back what it must, and what it says is lost. Where
  // nothing was left to stop, its own exit code holds.
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    const stop = (error: NodeJS.ErrnoException): void => {
      const isGone = stream.isTTY || error.code === 'EPIPE';
      if (!isGone && process.exitCode !== undefined) throw error;
      interrupted.abort(isGone ? new ExpectedStop('interrupted', 'Stopped: nobody reads the output any more.') : error);
    };
    stream.on('error', stop);
    // A readline that asks would hear of it too, and throw, having nobody to tell: of a terminal that is gone nobody else hears.
    if (stream.isTTY) stream.on(errorMonitor, () => stream.removeAllListeners('error').on('error', stop));
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    stdinIsTty: process.stdin.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
    cwd: process.cwd(),
    version,
    signal: interrupted.signal,
  };
}

process.exitCode = await main(process.argv.slice(2));
