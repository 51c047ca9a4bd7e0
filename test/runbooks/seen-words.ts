import { expect } from 'vitest';
import type { Scenario } from '../../src/core/scenario.ts';
import { type Pattern, patternsIn } from './message-patterns.ts';
import { diagnosisOf, runbooksFolder, scenarios, told } from './scenario-files.ts';

/**
 * Texts change, and what was never seen may never have been right. So every pattern of a runbook was seen: in a body that real controllers
 * wrote, or in what they say on the bed (test/cluster/RUNBOOK/said*.test.ts). Where one was not, the same is found without it.
 */
export type Held = {
  readonly runbook: string;
  readonly saidOnTheBed: Readonly<Record<string, string>>;
  /** Names, addresses, fields and options: what an operator writes, and no controller says. */
  readonly names: readonly (readonly [file: string, source: RegExp])[];
  /** A text as detectors take it apart. */
  readonly partsOf?: (text: string) => readonly string[];
};

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

/** The patterns that nothing real ever said, as `FILE: SOURCE`. */
export function unseenPatterns({ runbook, saidOnTheBed, names, partsOf = (text) => [text] }: Held): readonly string[] {
  const bodies = scenarios.filter((one) => one.runbook === runbook && one.source !== 'written');
  const live = [...bodies.flatMap(({ objects, world }) => textsIn([objects, world])), ...Object.values(saidOnTheBed)];
  const seen = [...new Set(live.flatMap(partsOf))];
  const isIn = (texts: readonly string[], { source, flags }: Pattern): boolean => {
    const pattern = new RegExp(source, flags);
    return texts.some((text) => pattern.test(text));
  };
  const all = patternsIn(`${runbooksFolder}/${runbook}`).filter(
    ({ file, source }) => !names.some(([where, what]) => where === file && what.test(source)),
  );
  const notSeen = all.filter((pattern) => !isIn(seen, pattern));
  const left = notSeen.map(({ file, source }) => `${file}: ${source}`);
  console.log(
    `${runbook}: ${all.length} patterns of messages, ${all.length - left.length} seen, ${left.length} not needed`,
  );
  return [...new Set(left)].toSorted();
}

export type Without = {
  /** The scenario in which the words are taken away; its expectation holds all the same. */
  readonly of: string;
  readonly words: RegExp;
};

/** Several patterns that are not needed in the same scenario. */
export const without = (of: string, words: RegExp, patterns: readonly string[]): Readonly<Record<string, Without>> =>
  Object.fromEntries(patterns.map((pattern): [string, Without] => [pattern, { of, words }]));

/** The words are replaced by others, and the same is found by type, reason, status, field or look. */
export async function findsWithout(runbook: string, { of: name, words }: Without): Promise<void> {
  const scenario = scenarios.find((one) => one.runbook === runbook && one.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const changed = withOtherWords(scenario, words);
  expect(changed, 'the words are there to be taken away').not.toEqual(scenario);
  const diagnosis = await diagnosisOf(changed);
  expect(diagnosis.rootCauses.toSorted(), told(diagnosis)).toEqual((scenario.expect?.roots ?? []).toSorted());
}

function withOtherWords(scenario: Scenario, words: RegExp): Scenario {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(words, 'words that nobody wrote down');
    if (Array.isArray(value)) return value.map(replaced);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
  };
  return {
    ...scenario,
    objects: replaced(scenario.objects) as Scenario['objects'],
    world: replaced(scenario.world) as Scenario['world'],
  };
}
