import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import { undoOf } from '../core/journal-state.ts';
import type { Io } from '../core/outside/io.ts';
import { lineAsker } from '../views/plain/ask.ts';
import { lineQuestions } from '../views/plain/ask-line.ts';
import { consentByLine } from '../views/plain/choose-remedy.ts';
import { setupLine } from '../views/plain/setup-lines.ts';
import type { OpenPractice } from './open-practice.ts';
import { runRunbook } from './run-runbook.ts';
import { again, gone, setUpInTour } from './set-up-in-tour.ts';
import { breakCertificate, namespace } from './tour.ts';
import { undo } from './undo.ts';

/** The tour asked by line, for a screen reader or a plain terminal: the same two parts as on screens. */
export async function askTour(
  opened: OpenPractice,
  invocation: Invocation,
  io: Io,
  /** The same in the folder of the practice cluster: for what set-up writes. */
  inFolder: Io,
): Promise<number> {
  io.out(
    'The tour, in two parts. A cluster in this process, with cert-manager, an ingress and a CA; nothing leaves this machine.\n\n1. Set up staging from nothing. An answer is suggested to each question: Enter takes it.\n',
  );
  const code = await setUpInTour(
    opened,
    invocation,
    inFolder,
    () => (run) => run({ ask: lineAsker(io.err, io.signal), emit: (event) => io.err(setupLine(event)) }, io.signal),
  );
  if (code === exitCodes.waiting) throw new ExpectedStop('interrupted', `Left the tour in set-up. ${gone}`, again);
  if (code !== 0) return code;

  io.out(
    '\nStaging is set up and verified.\n\n2. Some weeks later: somebody closes the namespace by a policy, and the certificate has to be issued anew. You are called.\n\n',
  );
  const { session } = await breakCertificate(opened, io);
  const ended = await runRunbook(session, { words: ['cert-pending'], options: invocation.options }, io);
  const { journals, connection, identity, clock } = opened;
  if ((await journals.list()).some(({ records }) => undoOf(records).length > 0)) {
    io.out('\nAnd it can be taken back, now that the certificate is there.\n');
    const isAgreed = await consentByLine({ by: 'enter' }, lineQuestions(io.signal));
    const place = { profile: undefined, environment: 'staging', context: undefined, namespace } as const;
    const consent = { yes: true, confirm: [namespace, identity.context] };
    if (isAgreed)
      await undo(
        { reader: connection.reader, writer: connection.writer, identity, journals, clock, place },
        { words: [], options: { ...invocation.options, ...consent } },
        io,
      );
  }
  io.out(`\nThat was the tour. ${gone}\nPractise a fault: orion-setup practice --list\n`);
  return ended;
}
