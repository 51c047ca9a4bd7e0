import type { Change } from '../../core/change.ts';
import { differenceOf } from '../../core/difference.ts';

type WayBack =
  | { readonly way: 'open'; readonly change: Change }
  | { readonly way: 'not-needed' | 'cannot'; readonly because: string }
  | {
      readonly way: 'changed-since';
      readonly object: string;
      readonly differences: readonly {
        readonly pointer: string;
        readonly from: unknown;
        readonly to: unknown;
        readonly now: unknown;
      }[];
    };

/** What taking a change back would do, before it is done. */
export function undoText(title: string, ways: readonly WayBack[]): string {
  return [`Take back: ${title}.`, ...ways.flatMap(wayLines), ''].join('\n');
}

function wayLines(way: WayBack): readonly string[] {
  switch (way.way) {
    case 'open':
      return differenceOf(way.change).map((line) => `  ${line}`);
    case 'not-needed':
      return [`  Not needed: ${way.because}.`];
    case 'cannot':
      return [`  Cannot be taken back: ${way.because}.`];
    case 'changed-since':
      return [
        `  ${way.object} was changed by somebody else since.`,
        ...(way.differences.length === 0
          ? ['    This tool made it; taking that back deletes it, with what was changed.']
          : []),
        ...way.differences.flatMap(({ pointer, from, to, now }) => [
          `    ${pointer}`,
          `      as this tool left it: ${JSON.stringify(from)}`,
          `      as it stands now:     ${JSON.stringify(now)}`,
          `      as it was before:     ${JSON.stringify(to)}`,
        ]),
      ];
  }
}
