import { join } from 'node:path';
import { faceOf, mayAsk } from '../cli/face.ts';
import type { Invocation } from '../cli/invocation.ts';
import { exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { Reply } from '../core/setup/reply.ts';
import { setupLine } from '../views/plain/setup-lines.ts';
import { mendHere } from './mend-here.ts';
import { type OpenPractice, openPractice } from './open-practice.ts';
import { say } from './play-scenario.ts';
import { type SetupFace, setUp } from './setup.ts';
import { breakCertificate, namespace, tourWorld } from './tour.ts';
import { undo } from './undo.ts';

/** The tour: set-up of staging from nothing, then a stuck certificate named, mended, proved and taken back. Without a terminal it plays itself. */
export async function playTour(invocation: Invocation, io: Io): Promise<number> {
  const { options } = invocation;
  const face = options.auto ? undefined : faceOf(options, io);
  const isAsked = face === 'lines' && mayAsk(options, io);
  const opened = await openPractice('empty', face === 'screens' || isAsked ? 'watched' : 'by-itself', io);
  const home = join(opened.folder, 'home');
  const here: Io = {
    ...io,
    // What is written goes into the folder of the practice cluster, and with it.
    cwd: opened.folder,
    env: { ...io.env, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') },
  };
  try {
    if (face === 'screens') {
      const { guideTour } = await import('./guide-tour.ts');
      return await guideTour(opened, invocation, io, here);
    }
    if (isAsked) {
      const { askTour } = await import('./ask-tour.ts');
      return await askTour(opened, invocation, io, here);
    }
    io.out(
      'Practice, the tour. A cluster in this process, with cert-manager, an ingress and a CA; nothing leaves this machine.\n\n',
    );
    io.out('1. Set-up of staging, from nothing.\n\n');
    const code = await setUpStaging(opened, invocation, here);
    if (code !== 0) return code;
    return await stuckCertificate(opened, here);
  } finally {
    await opened.close();
  }
}

/** Set-up by itself: every suggestion holds. */
async function setUpStaging(opened: OpenPractice, { options }: Invocation, io: Io): Promise<number> {
  const asked: Invocation = {
    words: [],
    options: { ...options, yes: true, confirm: [namespace], 'no-input': true, env: 'staging' },
  };
  const inLines: SetupFace = (run) =>
    run({ ask: async () => enter, emit: (event) => io.out(setupLine(event)) }, io.signal);
  return setUp(asked, io, tourWorld(opened), inLines);
}

const enter: Reply = { kind: 'typed', text: '' };

async function stuckCertificate(opened: OpenPractice, io: Io): Promise<number> {
  const { journals, connection, identity, clock } = opened;
  io.out(
    '\n2. Some weeks later: somebody closes the namespace by a policy, and the certificate has to be issued anew.\n\n',
  );
  const { session, stuck } = await breakCertificate(opened, io);
  say(session, stuck, io);

  io.out('\n3. Mended, and proved.\n\n');
  const consent = { yes: true, confirm: [namespace] };
  const told: Io = { ...io, err: io.out };
  const mended = await mendHere(session, stuck, { words: ['cert-pending'], options: { ...consent, fix: true } }, told);
  say(session, mended.diagnosis, io);
  if (!mended.remediation?.verified) return exitCodes.problem;

  io.out('\n4. And taken back: the certificate is there now, so the opening is not needed until the next renewal.\n\n');
  const place = { profile: undefined, environment: undefined, context: undefined, namespace };
  const code = await undo(
    { reader: connection.reader, writer: connection.writer, identity, journals, clock, place },
    { words: [mended.remediation.undoId ?? ''], options: { yes: true, confirm: [namespace, identity.context] } },
    told,
  );
  io.out(code === 0 ? '\nThat was the tour. Practise a fault: orion-setup practice --list\n' : '');
  return code;
}
