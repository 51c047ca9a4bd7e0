import { runbooks } from '../../runbooks/index.ts';
import type { Diagnosis, Runbook, Verdict } from '../../src/core/diagnosis.ts';
import { type Look, nameOf } from '../../src/core/look.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { scenarioLooker } from '../../src/core/scenario-look.ts';
import { CouldNotLook, sightOf } from '../../src/core/sight.ts';
import { without } from './missing-look.ts';
import { diagnosisOf, scenarios } from './scenario-files.ts';

/** How right the runbooks are, counted over every scenario. Nothing here judges: tests hold the numbers. */
export type Accuracy = {
  readonly runbook: Runbook['name'];
  readonly codes: number;
  /** Codes that a scenario expects, as a root, an echo or by what it waits for. */
  readonly covered: number;
  /** Pairs of a cause and one that looks like it: `dns-no-record, not dns-wrong-target`. */
  readonly pairs: readonly string[];
  /** Those with a scenario in which the one is found while the other was looked for and is not there. */
  readonly toldApart: readonly string[];
  readonly bySource: readonly Counted[];
  readonly all: Counted;
};

export type Counted = {
  readonly source: Scenario['source'] | 'all';
  readonly scenarios: number;
  /** The outcome and exactly the root causes that are expected. */
  readonly exact: number;
  /** Root causes that are expected and not named. */
  readonly missed: number;
  /** Root causes that are named and not expected. */
  readonly wrong: number;
  /** Scenarios without a fault in which one is named. */
  readonly falseAlarms: number;
  /** Diagnoses with one look taken away: how many, and in how many something was blamed that is not there, or called better than it is. */
  readonly blinded: number;
  readonly blindedWrong: number;
};

export async function measure(): Promise<readonly Accuracy[]> {
  return await Promise.all(
    runbooks.map(async (runbook): Promise<Accuracy> => {
      const { name, causes } = runbook;
      const own = scenarios.filter(({ runbook }) => runbook === name);
      const each = await Promise.all(own.map(async (scenario) => ({ scenario, counted: await count(scenario) })));
      const expected = own.flatMap(({ expect }) => [...(expect?.roots ?? []), ...(expect?.echoes ?? [])]);
      const pairs = [...new Set(runbook.lookAlikes.flatMap(({ codes }) => pairsOf(codes, codes)))].toSorted();
      const apart = new Set((await Promise.all(own.map((scenario) => toldApart(runbook, scenario)))).flat());
      const sources = (['recorded', 'live', 'written'] as const).filter((source) =>
        own.some((one) => one.source === source),
      );
      return {
        runbook: name,
        codes: causes.length,
        covered: causes.filter(({ code }) => expected.includes(code)).length,
        pairs,
        toldApart: pairs.filter((pair) => apart.has(pair)),
        bySource: sources.map((source) =>
          sum(
            source,
            each.filter(({ scenario }) => scenario.source === source).map(({ counted }) => counted),
          ),
        ),
        all: sum(
          'all',
          each.map(({ counted }) => counted),
        ),
      };
    }),
  );
}

const pairsOf = (codes: readonly string[], others: readonly string[]): readonly string[] =>
  codes.flatMap((code) => others.filter((other) => other !== code).map((other) => `${code}, not ${other}`));

/**
 * What is found, as it is expected, against what was looked for and is not there, or is told as its mere echo. That something could not be
 * looked at proves nothing.
 */
async function toldApart({ causes, view }: Runbook, scenario: Scenario): Promise<readonly string[]> {
  const { expect: wanted } = scenario;
  const { findings, snapshot } = await diagnosisOf(scenario);
  const expected = [...(wanted?.roots ?? []), ...(wanted?.echoes ?? [])];
  const seen = view(sightOf(snapshot));
  const clear = causes.filter(({ look }) => isClear(() => look(seen))).map(({ code }) => code);
  return findings
    .filter(({ code }) => expected.includes(code))
    .flatMap(({ code, explains }) => pairsOf([code], [...clear, ...explains]));
}

function isClear(look: () => Verdict): boolean {
  try {
    return look().verdict === 'clear';
  } catch (error) {
    if (error instanceof CouldNotLook) return false;
    throw error;
  }
}

type Tally = Omit<Counted, 'source' | 'scenarios'>;

async function count(scenario: Scenario): Promise<Tally> {
  const { expect: wanted } = scenario;
  const looks: Look[] = [];
  const look = scenarioLooker(scenario);
  const whole = await diagnosisOf(scenario, (item, signal) => {
    looks.push(item);
    return look(item, signal);
  });
  const roots = wanted?.roots ?? [];
  const missed = roots.filter((code) => !whole.rootCauses.includes(code)).length;
  const wrong = whole.rootCauses.filter((code) => !roots.includes(code)).length;
  const blinded = await Promise.all(looks.map((missing) => diagnosisOf(scenario, without(scenario, missing))));
  return {
    exact: missed === 0 && wrong === 0 && whole.outcome === wanted?.outcome ? 1 : 0,
    missed,
    wrong,
    falseAlarms: wanted?.outcome !== 'problem' && whole.outcome === 'problem' ? 1 : 0,
    blinded: new Set(looks.map(nameOf)).size,
    blindedWrong: blinded.filter((part) => isWorse(part, whole)).length,
  };
}

/** Something is blamed that was not there with open eyes, or a fault that is out of sight is called health. */
function isWorse(part: Diagnosis, whole: Diagnosis): boolean {
  const blames = part.rootCauses.some((code) => !whole.rootCauses.includes(code));
  return blames || (part.outcome === 'healthy' && whole.outcome !== 'healthy');
}

function sum(source: Counted['source'], tallies: readonly Tally[]): Counted {
  const total = (key: keyof Tally): number => tallies.reduce((all, tally) => all + tally[key], 0);
  return {
    source,
    scenarios: tallies.length,
    exact: total('exact'),
    missed: total('missed'),
    wrong: total('wrong'),
    falseAlarms: total('falseAlarms'),
    blinded: total('blinded'),
    blindedWrong: total('blindedWrong'),
  };
}

/** The table that the README shows. */
export function accuracyTable(all: readonly Accuracy[]): string {
  const head = [
    '| runbook | causes | scenarios | exactly right | missed | wrong blames | false alarms | with one look taken away: wrong |',
    '|---|---|---|---|---|---|---|---|',
  ];
  const rows = all.map(
    ({ runbook, codes, all: { scenarios: many, exact, missed, wrong, falseAlarms, blinded, blindedWrong } }) =>
      `| ${runbook} | ${codes} | ${many} | ${exact} | ${missed} | ${wrong} | ${falseAlarms} | ${blindedWrong} of ${blinded} |`,
  );
  return [...head, ...rows].join('\n');
}
