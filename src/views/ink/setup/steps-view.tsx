import { Box, Text } from 'ink';
import { type StepName, stepNames } from '../../../core/setup/question.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { useTheme } from '../theme.ts';
import { answeredSteps, type SetupState } from './state.ts';

/** Where set-up stands: what is done, the step at hand, what comes. Done steps keep their names where there is room. */
export function StepsLine({ step, room }: { readonly step: StepName; readonly room: Room }) {
  const theme = useTheme();
  const here = stepNames.indexOf(step);
  const isBroad = room === 'wide' || room === 'broad';
  return (
    <Box columnGap={2} height={1} overflow="hidden">
      {stepNames.map((name, place) => {
        if (place < here)
          return (
            <Box key={name} columnGap={1} flexShrink={0}>
              <Sign mark="good" />
              {isBroad && <Text>{name}</Text>}
            </Box>
          );
        const isHere = place === here;
        return (
          <Box key={name} flexShrink={0}>
            <Text bold={isHere} dimColor={!isHere} {...(isHere ? inColour(theme.accent) : {})}>
              {isHere ? `${theme.glyphs.pointer} ` : ''}
              {name}
            </Text>
          </Box>
        );
      })}
    </Box>
  );
}

/** Which step to answer again. */
export function StepList({ state, selected }: { readonly state: SetupState; readonly selected: number }) {
  const rows = answeredSteps(state).map((name) => ({ id: name, title: name }));
  return (
    <Box flexDirection="column" rowGap={1}>
      <Text bold>Which step do you want to answer again?</Text>
      <ChoiceList rows={rows} selected={selected} />
      <Text dimColor>Later answers stay. What was planned from the old one is planned anew.</Text>
    </Box>
  );
}
