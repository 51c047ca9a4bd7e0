import type { Run } from '../setup/installation.ts';
import { lacking, sideBySide } from './lacking.ts';
import { type AtomicRule, saidAs, told } from './printed-roles.ts';

export type Removing = {
  readonly without: (rule: AtomicRule) => boolean;
  /** Parts of those rules' words. */
  readonly hidesOthers: readonly string[];
};

/**
 * Which rules are not named where they are missing. Each thing is tried or looked at by itself, so that several rules can be missing at
 * once and each is named for its own: all of one verb in a turn. One whose absence hides others has a turn of its own.
 */
export async function unnamed(
  all: readonly AtomicRule[],
  { without, hidesOthers }: Removing,
  runAs: (user: string) => Promise<Pick<Run, 'code' | 'stdout' | 'stderr'>>,
): Promise<readonly string[]> {
  const hides = (rule: AtomicRule) => hidesOthers.some((part) => told(rule).includes(part));
  const rules = all.filter(without);
  const together = Map.groupBy(
    rules.filter((rule) => !hides(rule)),
    ({ verb }) => verb,
  );
  const turns = [...together.values(), ...rules.filter(hides).map((rule) => [rule])];
  if (turns.length === 0) throw new Error('There is no rule to take away.');
  const users = await lacking(all, turns);
  const wrong = await sideBySide([...turns.entries()], 2, async ([place, missing]) => {
    const { code, stdout, stderr } = await runAs(users[place] ?? '');
    return missing.filter((rule) => !isNamed(rule, stdout + stderr)).map((rule) => `${told(rule)}: exit ${code}`);
  });
  return wrong.flat();
}

/** As this tool names a right, or the API server, with the object where the rule is for one alone. */
export function isNamed(rule: AtomicRule, said: string): boolean {
  const { verb, resource, name } = rule;
  const text = said.replaceAll('\\', '');
  const byServer = `cannot ${verb} resource "${resource}"`;
  if (name === undefined) return text.includes(saidAs(rule)) || text.includes(byServer);
  return (
    text.includes(`${saidAs(rule)} ${name}`) ||
    new RegExp(`"${name}" is forbidden: User "[^"]+" ${byServer}`).test(text)
  );
}
