import { Box, Text } from 'ink';
import { type StepName, stepNames } from '../../../core/setup/question.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { useTheme } from '../theme.ts';
import { answeredSteps, type SetupState } from './state.ts';

/** Where set-up stands: what is done (by name where there is room, else how many), the step at hand, what comes. */
export function StepsLine({ step, room }: { readonly step: StepName; readonly room: Room }) {
  const here = stepNames.indexOf(step);
  const isBroad = room === 'wide' || room === 'broad';
  const done = stepNames.slice(0, here);
  const shown = isBroad ? done : done.length > 0 ? [`${done.length} done`] : [];
  return (
    <Box columnGap={2} height={1} overflow="hidden">
      {shown.map((name) => (
        <Box key={name} columnGap={1} flexShrink={0}>
          <Sign mark="good" />
          <Text>{name}</Text>
        </Box>
      ))}
      {stepNames.slice(here).map((name) => (
        <StepAhead key={name} name={name} isHere={name === step} />
      ))}
    </Box>
  );
}

function StepAhead({ name, isHere }: { readonly name: StepName; readonly isHere: boolean }) {
  const theme = useTheme();
  return (
    <Box flexShrink={0}>
      <Text bold={isHere} dimColor={!isHere} {...(isHere ? inColour(theme.accent) : {})}>
        {isHere ? `${theme.glyphs.pointer} ` : ''}
        {name}
      </Text>
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
