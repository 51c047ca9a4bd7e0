import type { Invocation } from '../cli/invocation.ts';
import { ExpectedStop } from '../core/failure.ts';
import type { Io } from '../core/outside/io.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Place } from '../views/ink/parts/frame.tsx';
import { storyScreen } from '../views/ink/story/story-screen.tsx';
import type { OpenPractice } from './open-practice.ts';
import { sessionOf } from './practice-session.ts';
import { runbookOnScreens } from './runbook-on-screens.ts';
import { gone } from './set-up-in-tour.ts';
import { storyOf } from './story.ts';

/** One story on screens: told, then mended by the operator; what others have to do happens when the operator lets it. */
export async function guideScenario(
  scenario: Scenario,
  opened: OpenPractice,
  invocation: Invocation,
  io: Io,
): Promise<number> {
  const { namespace, name } = scenario.target;
  const hasOthers = scenario.heal.some((step) => !('remedy' in step));
  const left = await storyScreen({
    title: scenario.title,
    paragraphs: [
      ...scenario.story
        .trim()
        .split(/\n{2,}/)
        .filter(Boolean),
      `You look after ${name} in ${namespace}. Find out what is wrong, and bring it to its good end.`,
      ...(hasOthers
        ? ['Some of it is for others to do, or for time: the key o shows what that would be, and lets it happen.']
        : []),
      'A cluster in this process, with a world around it. Nothing leaves this machine, and time runs five times as fast.',
    ],
    goesOn: 'look what is wrong',
    corner: 'practice',
    place: placeIn(opened, namespace),
    now: opened.clock.now,
    terminal: terminalOf(invocation, io),
  });
  if (left === 'interrupted') throw new ExpectedStop('interrupted', `Left. ${gone}`);
  if (left === 'quit') {
    io.out(`Left before the story began. ${gone}\n`);
    return 0;
  }
  const story = storyOf(scenario, opened.practice);
  const code = await runbookOnScreens(sessionOf(opened, scenario), invocation, io, hasOthers ? { story } : {});
  const wanted = scenario.heal.length > 0 ? 'healthy' : (scenario.expect?.outcome ?? 'healthy');
  io.out(code === 0 && wanted === 'healthy' ? `The story is at its good end. ${gone}\n` : `${gone}\n`);
  return code;
}

export const placeIn = ({ identity }: Pick<OpenPractice, 'identity'>, namespace: string): Place => ({
  environment: 'practice',
  namespace,
  cluster: identity.context,
  pinned: false,
});

export const terminalOf = ({ options }: Invocation, io: Io) => ({
  env: io.env,
  noColor: options['no-color'] ?? false,
  signal: io.signal,
});
