import { Box, Text } from 'ink';
import type { Note } from '../../../core/setup/question.ts';
import type { Mark } from '../glyphs.ts';
import { ChoiceList } from '../parts/choice-list.tsx';
import { Difference } from '../parts/difference.tsx';
import { FieldLine } from '../parts/field-line.tsx';
import { Marked } from '../parts/marked.tsx';
import { Prose } from '../parts/prose.tsx';
import { defaultText } from './on-key.ts';
import { choicesOf, type Remark, type SetupPage } from './state.ts';

type Props = {
  readonly page: Extract<SetupPage, { at: 'asking' }>;
  readonly remarks: readonly Remark[];
};

/** One question: what is asked, the answer, what was wrong with it, and what is worth knowing. */
export function QuestionView({ page, remarks }: Props) {
  const { question, problem, field, choice } = page;
  const choices = choicesOf(question);
  return (
    <Box flexDirection="column">
      {remarks.map(({ mark, text }) => (
        <Marked key={text} mark={mark}>
          <Prose>{text}</Prose>
        </Marked>
      ))}
      {remarks.length > 0 && <Text> </Text>}
      <Prose bold>{question.title}</Prose>
      <Box flexDirection="column" marginTop={1}>
        {choices.length > 0 ? (
          <ChoiceList
            rows={choices.map(({ value, title, note }) => ({
              id: value,
              title,
              ...(note === undefined ? {} : { aside: note }),
            }))}
            selected={choice.selected}
          />
        ) : (
          <FieldLine field={field} secret={question.kind === 'secret'} ghost={ghostOf(page)} />
        )}
        {problem !== undefined && (
          <Marked mark="broken">
            <Prose>{problem}</Prose>
          </Marked>
        )}
      </Box>
      {question.notes.length > 0 && (
        <Box flexDirection="column" marginTop={1} rowGap={question.notes.some(isDifference) ? 1 : 0}>
          {question.notes.map((note) => (
            <NoteView key={note.text} note={note} />
          ))}
        </Box>
      )}
    </Box>
  );
}

/** What Enter alone means; the right arrow takes it to be edited. */
function ghostOf({ question }: Props['page']): string | undefined {
  if (question.secret !== undefined)
    return { keep: 'Enter keeps it', generate: 'Enter generates one', refused: undefined }[question.secret.empty];
  const offered = defaultText({ question });
  return offered || (question.default === undefined ? undefined : 'none');
}

const marks: Readonly<Record<Exclude<Note['level'], 'plain'>, Mark>> = {
  good: 'good',
  waiting: 'waiting',
  bad: 'broken',
  look: 'look',
};

const isDifference = ({ lines = [] }: Pick<Note, 'lines'>): boolean => lines.some((line) => /^[+-]/.test(line));

/** The sign stands by itself, so that what it is about reads as it is in the file. */
const apart = (line: string): string => line.replace(/^[+\- ](?=.)/, '$& ');

/** What a person is told below a question; its lines are worth copying, or are a difference. */
function NoteView({ note: { level, text, lines = [] } }: { readonly note: Note }) {
  const words = <Prose>{text}</Prose>;
  return (
    <Box flexDirection="column">
      {level === 'plain' ? words : <Marked mark={marks[level]}>{words}</Marked>}
      {lines.length > 0 && (
        <Box flexDirection="column" paddingLeft={4}>
          {isDifference({ lines }) ? (
            <Difference lines={lines.map(apart)} />
          ) : (
            lines.map((line) => <Text key={line}>{line}</Text>)
          )}
        </Box>
      )}
    </Box>
  );
}
