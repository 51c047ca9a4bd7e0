import { Resvg } from '@resvg/resvg-js';
import type { IBufferCell, Terminal } from '@xterm/headless';

/** Colours of a terminal's palette: the 16 that programs name, and what text and paper are without any. */
export type Palette = { readonly text: string; readonly paper: string; readonly sixteen: readonly string[] };

export const dark: Palette = {
  text: '#d4d7dd',
  paper: '#1b1f27',
  sixteen: [
    ...['#2b303b', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#abb2bf'],
    ...['#5c6370', '#ff7b86', '#b5e890', '#ffd68a', '#7cc4ff', '#de9bf0', '#7fd5e0', '#ffffff'],
  ],
};

export const light: Palette = {
  text: '#24292f',
  paper: '#ffffff',
  sixteen: [
    ...['#24292f', '#cf222e', '#116329', '#7d4e00', '#0969da', '#8250df', '#1b7c83', '#6e7781'],
    ...['#57606a', '#a40e26', '#1a7f37', '#633c01', '#218bff', '#a475f9', '#3192aa', '#8c959f'],
  ],
};

const cell = { width: 8.4, height: 18 };
const margin = 12;

type Run = { readonly look: Look; readonly column: number; readonly columns: number; readonly text: string };
type Look = { readonly text: string; readonly paper: string | null; readonly bold: boolean; readonly dim: boolean };

/** What is on the screen, as SVG. */
export function svgOf({ buffer, rows, cols }: Terminal, palette: Palette): string {
  const { active } = buffer;
  const drawn = Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    const cells = Array.from({ length: cols }, (_, column) => line?.getCell(column)).filter((one) => one !== undefined);
    return runsOf(cells, palette)
      .map((run) => drawRun(run, row))
      .join('');
  });
  const width = Math.ceil(cols * cell.width) + 2 * margin;
  const height = rows * cell.height + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${palette.paper}"/>`,
    `<g transform="translate(${margin} ${margin})" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...drawn,
    '</g></svg>',
  ].join('');
}

export const pngOf = (svg: string): Uint8Array =>
  new Resvg(svg, { font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans Mono' } }).render().asPng();

/** Neighbouring cells that look alike are drawn as one text. */
function runsOf(cells: readonly IBufferCell[], palette: Palette): readonly Run[] {
  const runs: Run[] = [];
  cells.forEach((one, column) => {
    const columns = one.getWidth();
    if (columns === 0) return;
    const look = lookOf(one, palette);
    const text = one.getChars() || ' ';
    const last = runs.at(-1);
    if (last && isAlike(last.look, look) && last.column + last.columns === column)
      runs[runs.length - 1] = { ...last, columns: last.columns + columns, text: last.text + text };
    else runs.push({ look, column, columns, text });
  });
  return runs.filter(({ text, look }) => text.trim() !== '' || look.paper !== null);
}

const isAlike = (one: Look, other: Look): boolean =>
  one.text === other.text && one.paper === other.paper && one.bold === other.bold && one.dim === other.dim;

function lookOf(one: IBufferCell, palette: Palette): Look {
  const text = one.isFgDefault() ? palette.text : colour(one.getFgColor(), one.isFgRGB(), palette);
  const paper = one.isBgDefault() ? null : colour(one.getBgColor(), one.isBgRGB(), palette);
  const isInverse = Boolean(one.isInverse());
  return {
    text: isInverse ? (paper ?? palette.paper) : text,
    paper: isInverse ? text : paper,
    bold: Boolean(one.isBold()),
    dim: Boolean(one.isDim()),
  };
}

const colour = (value: number, isRgb: boolean, palette: Palette): string =>
  isRgb ? `#${value.toString(16).padStart(6, '0')}` : (palette.sixteen[value] ?? palette.text);

function drawRun({ look, column, columns, text }: Run, row: number): string {
  const x = round(column * cell.width);
  const y = row * cell.height;
  const width = round(columns * cell.width);
  const paper = look.paper
    ? `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${look.paper}"/>`
    : '';
  if (text.trim() === '') return paper;
  const style = `${look.bold ? ' font-weight="bold"' : ''}${look.dim ? ' opacity="0.65"' : ''}`;
  return `${paper}<text x="${x}" y="${y + 14}" textLength="${width}" lengthAdjust="spacingAndGlyphs" fill="${look.text}"${style}>${escaped(text)}</text>`;
}

const round = (number: number): number => Math.round(number * 10) / 10;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign);
