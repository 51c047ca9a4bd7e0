import { Box, Text } from 'ink';
import type { StepName } from '../../../core/setup/question.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { inColour, Sign } from '../parts/marked.tsx';
import type { Room } from '../parts/measure.ts';
import { useTheme } from '../theme.ts';
import { answeredSteps, type SetupState } from './state.ts';

type LineProps = {
  readonly all: readonly StepName[];
  readonly step: StepName;
  readonly room: Room;
  readonly width: number;
};

/** Where set-up stands: what is done (by name where there is room, else how many), the step at hand, what comes as far as it fits. */
export function StepsLine({ all, step, room, width }: LineProps) {
  const { glyphs } = useTheme();
  const here = all.indexOf(step);
  const isBroad = room === 'wide' || room === 'broad';
  const done = all.slice(0, here);
  const shown = isBroad ? done : done.length > 0 ? [`${done.length} done`] : [];
  const sign = glyphs.marks.good.length + 1;
  const taken = [...shown.map((word) => word.length + sign), step.length + 2].reduce((sum, one) => sum + one + gap, 0);
  const ahead = fitting(all.slice(here + 1), width - taken);
  return (
    <Box columnGap={gap} height={1} overflow="hidden">
      {shown.map((name) => (
        <Box key={name} columnGap={1} flexShrink={0}>
          <Sign mark="good" />
          <Text>{name}</Text>
        </Box>
      ))}
      {[step, ...ahead].map((name) => (
        <StepAhead key={name} name={name} isHere={name === step} />
      ))}
    </Box>
  );
}

const gap = 2;

/** As many words as there is room for; where one is left out, an ellipsis says so. */
function fitting(words: readonly string[], room: number): readonly string[] {
  const ends = words.map((_, place) => words.slice(0, place + 1).reduce((sum, word) => sum + word.length + gap, -gap));
  if ((ends.at(-1) ?? 0) <= room) return words;
  const more = '...';
  const fits = ends.filter((end) => end + gap + more.length <= room).length;
  return [...words.slice(0, fits), more];
}

function StepAhead({ name, isHere }: { readonly name: string; readonly isHere: boolean }) {
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
