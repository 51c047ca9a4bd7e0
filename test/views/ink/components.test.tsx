import { Text } from 'ink';
import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { ChoiceList } from '../../../src/views/ink/parts/choice-list.tsx';
import { FieldLine } from '../../../src/views/ink/parts/field-line.tsx';
import { KeyBand } from '../../../src/views/ink/parts/key-band.tsx';
import { Marked } from '../../../src/views/ink/parts/marked.tsx';
import { Prose } from '../../../src/views/ink/parts/prose.tsx';
import { fieldWith } from '../../../src/views/ink/parts/text-field.ts';
import { ThemeContext, themeFor } from '../../../src/views/ink/theme.ts';

const plain = (frame: string | undefined): string => (frame ?? '').replaceAll(/\u{1b}\[[0-9;]*m/gu, '');

test('the key band says each key with what it does here, and help at its end', () => {
  const { lastFrame } = render(<KeyBand keys={[{ key: 'enter', says: 'look at the change' }, 'evidence', 'help']} />);
  expect(plain(lastFrame())).toMatch(/^ ⏎ look at the change {3}e evidence +\? help$/);
});

test('a list points at what is chosen and numbers everything', () => {
  const rows = [
    { id: 'a', title: 'Let it in', aside: 'risk low' },
    { id: 'b', title: 'Nothing' },
  ];
  const lines = plain(render(<ChoiceList rows={rows} selected={1} />).lastFrame()).split('\n');
  expect(lines[0]).toMatch(/^ {2}1 {2}Let it in +risk low$/);
  expect(lines[1]).toBe('› 2  Nothing');
});

test('of a secret not even its length is drawn', () => {
  const frame = (text: string) => plain(render(<FieldLine field={fieldWith(text)} secret />).lastFrame());
  expect(frame('short')).toBe(frame('a very much longer secret'));
});

test('long sentences stay flush where they wrap, beside their sign', () => {
  const long = Array.from({ length: 40 }, () => 'word').join(' ');
  const lines = plain(
    render(
      <Marked mark="look">
        <Prose>{long}</Prose>
      </Marked>,
    ).lastFrame(),
  ).split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}word/);
});

test('signs are ASCII where the terminal has no others, with their word all the same', () => {
  const ascii = render(
    <ThemeContext value={themeFor({ LC_ALL: 'C' })}>
      <Marked mark="broken">
        <Text>broken here</Text>
      </Marked>
    </ThemeContext>,
  );
  expect(plain(ascii.lastFrame())).toBe('[X] broken here');
});
