import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop, exitCodes } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import { setupScreens } from '../views/ink/setup/setup-screens.tsx';
import { storyScreen } from '../views/ink/story/story-screen.tsx';
import { placeIn, terminalOf } from './guide-scenario.ts';
import type { OpenPractice } from './open-practice.ts';
import { runbookOnScreens } from './runbook-on-screens.ts';
import { again, gone, setUpInTour } from './set-up-in-tour.ts';
import { breakCertificate, namespace } from './tour.ts';

/** The tour on screens: the real wizard, then the real runbook, on a cluster that lives as long as the tour. */
export async function guideTour(
  opened: OpenPractice,
  invocation: Invocation,
  io: Io,
  /** The same in the folder of the practice cluster: for what set-up writes. */
  inFolder: Io,
): Promise<number> {
  const tell = (page: { title: string; paragraphs: readonly string[]; goesOn: string; corner: string }) =>
    storyScreen({
      ...page,
      place: placeIn(opened, namespace),
      now: opened.clock.now,
      terminal: terminalOf(invocation, io),
    });
  const left = (how: 'quit' | 'interrupted', at: string): number => {
    if (how === 'interrupted') throw new ExpectedStop('interrupted', `Left ${at}. ${gone}`, again);
    io.out(`Left ${at}. ${gone}\n`);
    return 0;
  };

  const begun = await tell({
    title: 'The tour, in two parts',
    paragraphs: [
      'A Kubernetes cluster in this process, with cert-manager, an ingress controller and a CA. Nothing leaves this machine; when you leave, it is gone.',
      '1. You set staging up from nothing, by the same questions as for real. An answer is suggested to each: Enter takes it. Go back with esc, and answer differently where you like.',
      '2. Some weeks later its certificate is stuck. You find out why, mend it, see it proved, and take the change back.',
      'Time runs five times as fast here.',
    ],
    goesOn: 'begin',
    corner: 'the tour',
  });
  if (begun !== 'go-on') return left(begun ?? 'interrupted', 'before the tour began');

  const code = await setUpInTour(
    opened,
    invocation,
    inFolder,
    ({ clock }) =>
      (run) =>
        setupScreens({
          isPractice: true,
          run: (by, signal) => run(by, AbortSignal.any([signal, io.signal])),
          now: clock.now,
          terminal: terminalOf(invocation, io),
        }),
  );
  if (code !== 0) {
    if (code === exitCodes.waiting) return left('interrupted', 'the tour in set-up');
    return code;
  }

  const { session } = await breakCertificate(opened, io);
  const called = await tell({
    title: 'Some weeks later, at five to three in the morning',
    paragraphs: [
      'The platform team has closed every namespace with a default policy, with the best intentions. Yesterday the certificate of staging had to be issued anew.',
      'Now browsers warn of auth-staging.example.org, and you are called.',
    ],
    goesOn: 'look what is wrong',
    corner: 'part 2 of 2',
  });
  if (called !== 'go-on') return left(called ?? 'interrupted', 'the tour before its second part');
  const ended = await runbookOnScreens(session, invocation, io, {});
  io.out(`That was the tour. ${gone}\nPractise a fault: orion-setup practice --list\n`);
  return ended;
}
