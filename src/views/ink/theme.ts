import { createContext, useContext } from 'react';
import { type Glyphs, glyphsFor, type Mark } from './glyphs.ts';

/** Names of the terminal's own 16 colours, so that the operator's palette stays; absent where no colour is wanted. */
export type Colour = 'green' | 'yellow' | 'red' | 'cyan';

export type Theme = {
  readonly good: Colour | undefined;
  readonly waiting: Colour | undefined;
  readonly broken: Colour | undefined;
  readonly accent: Colour | undefined;
  readonly glyphs: Glyphs;
};

type Env = Readonly<Record<string, string | undefined>>;

/** `noColor` is --no-color; NO_COLOR counts where it is set to anything (no-color.org). */
export function themeFor(env: Env, noColor = false): Theme {
  const colours = !noColor && !env['NO_COLOR'];
  const only = (colour: Colour): Colour | undefined => (colours ? colour : undefined);
  return {
    good: only('green'),
    waiting: only('yellow'),
    broken: only('red'),
    accent: only('cyan'),
    glyphs: glyphsFor(env),
  };
}

export function colourOf(theme: Theme, mark: Mark): Colour | undefined {
  switch (mark) {
    case 'good':
      return theme.good;
    case 'waiting':
    case 'look':
      return theme.waiting;
    case 'broken':
      return theme.broken;
    case 'unseen':
      return undefined;
  }
}

export const ThemeContext = createContext<Theme>(themeFor({ LANG: 'C.UTF-8' }));
export const useTheme = (): Theme => useContext(ThemeContext);
