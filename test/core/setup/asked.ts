import { type Journey, setOut } from '../../../src/core/setup/state.ts';
import { drive, typical } from './drive.ts';

export const both = setOut({ environments: ['staging', 'production'] });
export const stagingOnly = setOut({ environments: ['staging'] });
/** The typical answers but these. */
export const without = (...ids: readonly string[]) =>
  Object.fromEntries(Object.entries(typical).filter(([id]) => !ids.includes(id)));
/** The journey as it stands when `id` is asked. */
export const until = (id: string, start: Journey = both) => {
  const { journey, end } = drive(start, {}, without(id));
  if (end.kind === 'done' || end.id !== id) throw new Error(`${id} was not asked`);
  return { journey, question: end };
};
