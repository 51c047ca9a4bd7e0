import type { Terminal as Emulator } from '@xterm/headless';

/** One state of the screen. In `text` a line that the terminal itself wrapped is one line. */
export type Shown = { readonly text: string; readonly lines: readonly string[] };

/**
 * What an emulator shows of a program that draws frames: whole ones, never one that is half drawn, as a terminal shows them that knows
 * CSI ? 2026. A frame of some kilobytes comes in pieces, and its headline says nothing about the rest. What is written outside of
 * frames shows at once.
 */
export function wholeScreens(emulator: Emulator) {
  /** What shows while a frame is being drawn: what showed before it. */
  let meanwhile: Shown | undefined;
  /** Frames that ended while nothing was waited for: a state that passes quickly is not missed between two waits. */
  let passed: Shown[] = [];
  const waiting = new Set<() => boolean>();

  const drawn = (): Shown => {
    const { active } = emulator.buffer;
    const rows = Array.from({ length: emulator.rows }, (_, row) => active.getLine(active.baseY + row));
    const lines = rows.map((line) => line?.translateToString(true, 0, emulator.cols) ?? '');
    const text = lines.map((line, row) => (row === 0 || rows[row]?.isWrapped ? line : `\n${line}`)).join('');
    return { text: text.trimEnd(), lines };
  };
  const now = (): Shown => meanwhile ?? drawn();
  const judge = (): void => {
    for (const isOver of [...waiting]) if (isOver()) waiting.delete(isOver);
  };
  const isOfFrames = (params: readonly (number | number[])[]): boolean => params.includes(2026);
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => {
    if (isOfFrames(params)) meanwhile ??= drawn();
    return false;
  });
  emulator.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => {
    if (!isOfFrames(params)) return false;
    meanwhile = undefined;
    if (waiting.size === 0) passed.push(drawn());
    judge();
    return false;
  });

  return {
    now,
    /** Bytes that the program wrote. */
    take: (data: string): void =>
      emulator.write(data, () => {
        if (meanwhile === undefined) judge();
      }),
    /** From now on only what comes next counts: a key was pressed, or the window has another size. */
    fromNowOn: (): void => {
      passed = [];
    },
    /** Nothing is drawn any more, also where the program ended in the middle of a frame. */
    over: (): void => {
      meanwhile = undefined;
      judge();
    },
    /** The first screen that is as `isSo` wants it, among those since the last wait or key and all that come. */
    until: (isSo: (shown: Shown) => boolean, what: string, withinMs: number): Promise<Shown> => {
      const known = [...passed.splice(0), now()].find(isSo);
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const isOver = (): boolean => {
          const shown = now();
          if (!isSo(shown)) return false;
          clearTimeout(timer);
          resolve(shown);
          return true;
        };
        const timer = setTimeout(() => {
          waiting.delete(isOver);
          reject(new Error(`${what} within ${withinMs} ms; the screen is:\n${now().text}`));
        }, withinMs);
        waiting.add(isOver);
      });
    },
  };
}
