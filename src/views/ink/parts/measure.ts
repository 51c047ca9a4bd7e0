/** Wider than this no line is easier to read. */
export const widest = 160;

/** How much room there is: narrow turns chains vertical, broad puts side notes beside, wide puts evidence beside the cause. */
export type Room = 'narrow' | 'usual' | 'broad' | 'wide';

export function roomOf(columns: number): Room {
  if (columns < 60) return 'narrow';
  if (columns < 100) return 'usual';
  return columns > 120 ? 'wide' : 'broad';
}
