import type { Fetched } from '../core/fetched.ts';
import { type AnswerOf, type Look, type Looker, nameOf } from '../core/look.ts';
import type { OnLook } from './diagnose.ts';

/** A looker that asks each thing once, whoever wants to know it: so that several runbooks share one gather. */
export function lookedOnce(look: Looker, onLook: OnLook = () => {}): Looker {
  const asked = new Map<string, Promise<Fetched<unknown>>>();
  return <L extends Look>(item: L, signal: AbortSignal) => {
    const name = nameOf(item);
    const before = asked.get(name);
    if (before) return before as Promise<Fetched<AnswerOf<L>>>;
    const answer = look(item, signal).then((given) => {
      onLook(name, given.ok);
      return given;
    });
    asked.set(name, answer);
    return answer;
  };
}
