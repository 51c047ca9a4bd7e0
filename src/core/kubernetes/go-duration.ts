/** Whether Go's time.ParseDuration takes it: `2160h`, `1h30m`, `-1.5h`, `0`. Days and weeks are no units of it. */
export const isGoDuration = (text: string): boolean =>
  /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text);

/** What was meant by days, weeks or years, in hours; undefined where that cannot be told. */
export function inHours(text: string): string | undefined {
  const found = /^(\d+)\s*(d|days?|w|weeks?|y|years?)$/i.exec(text.trim());
  const hours = { d: 24, w: 168, y: 8760 }[(found?.[2] ?? '').charAt(0).toLowerCase()];
  return found && hours ? `${Number(found[1]) * hours}h` : undefined;
}
