import { Text, Transform } from 'ink';
import type { ReactNode } from 'react';

type Props = {
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly color?: string;
  readonly children: ReactNode;
};

/** Sentences. A line that Ink breaks at a space begins with that space; here it does not, so that what is long stays flush. */
export function Prose({ children, ...style }: Props) {
  return (
    <Transform transform={withoutFirstSpace}>
      <Text {...style}>{children}</Text>
    </Transform>
  );
}

const withoutFirstSpace = (line: string, place: number): string =>
  place === 0 ? line : line.replace(/^((?:\u{1b}\[[0-9;]*m)*) /u, '$1');
