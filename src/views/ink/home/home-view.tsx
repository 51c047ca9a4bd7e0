import { Box, Text } from 'ink';
import { ChoiceList } from '../parts/choice-list.tsx';
import { Frame, type Place } from '../parts/frame.tsx';
import { HelpPage } from '../parts/help-page.tsx';
import { inColour, Sign } from '../parts/marked.tsx';
import { wallTime } from '../parts/moments.ts';
import { Prose } from '../parts/prose.tsx';
import type { Measured } from '../parts/scroll.ts';
import { useTheme } from '../theme.ts';
import { type EnvironmentLine, type HomeState, homeKeys } from './home-program.ts';

type Props = {
  readonly state: HomeState;
  readonly now: Date;
  readonly onMeasured: (measured: Measured) => void;
};

/** Home: the environments, and what can be done. */
export function HomeView({ state, now, onMeasured }: Props) {
  const { facts, choice, help } = state;
  const keys = homeKeys(state);
  return (
    <Frame place={placeOf(state)} corner={wallTime(now)} keys={keys} scroll={state.scroll} onMeasured={onMeasured}>
      {help ? (
        <HelpPage
          keys={homeKeys({ ...state, help: false })}
          about="Each entry is a command of its own: orion-setup help"
        />
      ) : (
        <Box flexDirection="column" rowGap={1}>
          <Box flexDirection="column">
            {facts.environments.map((line) => (
              <Environment key={line.name} line={line} isChosen={line.name === state.environment} />
            ))}
            {facts.environments.length === 0 && (
              <Prose>No environment is set up from this machine yet. Practising needs no cluster.</Prose>
            )}
          </Box>
          <ChoiceList rows={facts.rows} selected={choice.selected} />
        </Box>
      )}
    </Frame>
  );
}

function Environment({ line, isChosen }: { readonly line: EnvironmentLine; readonly isChosen: boolean }) {
  const theme = useTheme();
  return (
    <Box columnGap={1}>
      <Box width={12} flexShrink={0}>
        <Text bold={isChosen} {...(isChosen ? inColour(theme.accent) : {})}>
          {line.name === 'staging' ? 'Staging' : 'Production'}
        </Text>
      </Box>
      <Box flexShrink={0}>
        <Sign mark={line.mark} />
      </Box>
      <Prose>{line.says}</Prose>
    </Box>
  );
}

function placeOf({ facts, environment }: HomeState): Place | undefined {
  const line = facts.environments.find(({ name }) => name === environment);
  if (!line) return undefined;
  return { environment: line.name, namespace: line.namespace, cluster: line.context, pinned: true };
}
