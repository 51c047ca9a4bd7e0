import { ExpectedStop } from './failure.ts';

/** `90`, `15s`, `10m`, `1h30m` in milliseconds; a bare number is seconds, as kubectl's. Throws ExpectedStop naming the option. */
export function parseDuration(text: string, option: string): number {
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text);
  if (!found || text === '')
    throw new ExpectedStop('usage', `${option} takes a time such as 15s, 10m or 1h30m, not "${text}".`);
  const [, hours = '0', minutes = '0', seconds = '0'] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** How long, for people: `41 min`, `3 h 20 min`, `12 days`. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** A moment as logs have it, whole minutes: `2026-11-23 03:14 UTC`. */
export const utc = (moment: Date): string => `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
