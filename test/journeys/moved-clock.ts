/** NODE_OPTIONS under which the machine's clock is off: it is loaded before the command, so that all of it has another time. */
export const movedBy = (milliseconds: number): string =>
  `--import data:text/javascript,${encodeURIComponent(
    `const real=Date;const by=${milliseconds};globalThis.Date=class extends real{constructor(...of){of.length?super(...of):super(real.now()+by)}static now(){return real.now()+by}}`,
  )}`;

/** What was said of the clock. */
export const clockLines = (said: string): readonly string[] =>
  (said.match(/The clock of this machine[^\n]*/g) ?? []).map((line) => line.trim());

export const clockLineOf = (off: string): string =>
  `The clock of this machine is ${off} the API server's. Ages are told by the API server's.`;
