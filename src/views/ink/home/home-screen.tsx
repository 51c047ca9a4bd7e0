import { openScreens, type Terminal } from '../terminal/open-screens.tsx';
import { type HomeFacts, homeProgram } from './home-program.ts';
import { HomeView } from './home-view.tsx';

export type HomeProps = HomeFacts & { readonly now: () => Date; readonly terminal: Terminal };

/** What the operator chose, for which environment; `quit` where nothing. */
export type HomeChoice =
  | { readonly chose: string; readonly environment: 'staging' | 'production' | undefined }
  | { readonly chose: 'quit' | 'interrupted' };

/** The first screen: what state things are in, and what can be done next. Ends with what was chosen. */
export async function homeScreen({ now, terminal, ...facts }: HomeProps): Promise<HomeChoice> {
  const state = await openScreens(
    homeProgram(facts),
    ({ state: shown, now: moment, send }) => (
      <HomeView state={shown} now={moment} onMeasured={(measured) => send({ event: 'measured', measured })} />
    ),
    now,
    terminal,
  );
  const { over, environment } = state;
  if (over === undefined || over === 'quit' || over === 'interrupted') return { chose: over ?? 'interrupted' };
  return { chose: over, environment };
}
