import type { DeployReport } from '../../../core/report/deploy-report.ts';

/** What happens to one object, as a row that opens to its differences. */
export type ObjectRow = {
  readonly object: string;
  readonly is: 'new' | 'changed' | 'deleted' | 'stays' | 'not-ours' | 'refused' | 'not-seen';
  /** Why, where it does not say itself. */
  readonly because: string;
  readonly lines: readonly string[];
  readonly added: number;
  readonly removed: number;
};

type Shown = Pick<DeployReport, 'changes' | 'blocked' | 'leftovers' | 'takeovers'>;

/** The rows, what stands in the way first. */
export function rowsOf({ changes, blocked, leftovers, takeovers }: Shown, prune: boolean): readonly ObjectRow[] {
  const why = { owned: 'not-ours', refused: 'refused', forbidden: 'not-seen' } as const;
  return [
    ...blocked.map((one) => row(one.object, why[one.why], one.because, one.diff)),
    ...changes.map(({ object, action, diff }) =>
      row(object, action === 'create' ? 'new' : 'changed', takenOver(object, takeovers), diff),
    ),
    ...leftovers.map(({ object, kept }) =>
      kept === null && prune
        ? row(object, 'deleted', 'of an earlier set, and not in this one', null)
        : row(object, 'stays', `of an earlier set; ${kept ?? 'with --prune it is deleted'}`, null),
    ),
  ];
}

function takenOver(object: string, takeovers: Shown['takeovers']): string {
  const own = takeovers.filter((one) => one.object === object);
  return own.length === 0
    ? ''
    : `taken over: ${own.map(({ field, manager }) => `${field}, set by ${manager}`).join('; ')}`;
}

function row(object: string, is: ObjectRow['is'], because: string, diff: string | null): ObjectRow {
  const lines = diff === null || diff === '' ? [] : diff.split('\n');
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { object, is, because, lines, added: count('+'), removed: count('-') };
}

const counted: readonly (readonly [ObjectRow['is'], string])[] = [
  ['not-ours', 'not ours to change'],
  ['refused', 'refused'],
  ['not-seen', 'could not be tried'],
  ['new', 'new'],
  ['changed', 'changed'],
  ['deleted', 'deleted'],
  ['stays', 'of an earlier set'],
];

/** All of it in one line: `1 new, 2 changed; 11 already as they should be.` */
export function summaryOf(rows: readonly ObjectRow[], unchanged: number): string {
  const parts = counted.flatMap(([is, word]) => {
    const count = rows.filter((one) => one.is === is).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const rest = unchanged === 0 ? [] : [`${unchanged} already as they should be`];
  return parts.length + rest.length === 0
    ? 'There is nothing to change.'
    : `${[parts.join(', '), ...rest].filter(Boolean).join('; ')}.`;
}
