import { ago } from '../../../core/durations.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** The time on the wall: `03:14`. */
export const wallTime = (now: Date): string => `${two(now.getHours())}:${two(now.getMinutes())}`;

/** A moment in UTC, in local time with its zone where that differs, and how long ago: `02:31 UTC (03:31 CET), 43 min ago`. */
export function when(at: Date, now: Date): string {
  const local = `${wallTime(at)} ${zoneOf(at)}`;
  const utc = `${at.toISOString().slice(11, 16)} UTC`;
  const day = now.getTime() - at.getTime() > 20 * 3_600_000 ? `${at.toISOString().slice(0, 10)} ` : '';
  const isUtc = at.getTimezoneOffset() === 0;
  return `${day}${utc}${isUtc ? '' : ` (${local})`}, ${ago(now.getTime() - at.getTime())} ago`;
}

function zoneOf(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** What is left, always as wide: `02:05`, or `1:02:05`. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `PT2M` for people: `2 min`. */
export function duration(iso: string): string {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(iso) ?? [];
  return ago(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000);
}
