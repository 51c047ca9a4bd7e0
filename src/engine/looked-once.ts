import type { Fetched } from '../core/fetched.ts';
import { type AnswerOf, type Look, type Looker, nameOf } from '../core/look.ts';

/** A looker that asks each thing once, whoever wants to know it: so that several runbooks share one gather. */
export function lookedOnce(look: Looker): Looker {
  const asked = new Map<string, Promise<Fetched<unknown>>>();
  return <L extends Look>(item: L, signal: AbortSignal) => {
    const name = nameOf(item);
    const answer = asked.get(name) ?? look(item, signal);
    asked.set(name, answer);
    return answer as Promise<Fetched<AnswerOf<L>>>;
  };
}
