// Runs every scenario, prints how right the runbooks are, and writes the table that the README shows: `npm run accuracy`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playScenario } from '../src/commands/play-scenario.ts';
import { ExpectedStop } from '../src/core/failure.ts';
import type { Io } from '../src/core/outside/io.ts';
import { type Accuracy, accuracyTable, type Counted, measure } from '../test/runbooks/accuracy.ts';
import { scenarios } from '../test/runbooks/scenario-files.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));

const row = ({ source, scenarios: many, exact, missed, wrong, falseAlarms, blinded, blindedWrong }: Counted): string =>
  `  ${source.padEnd(9)} ${many} scenarios: ${exact} exactly right, ${missed} missed, ${wrong} wrong blames, ${falseAlarms} false alarms; with one look taken away ${blindedWrong} of ${blinded} wrong`;

function print({ runbook, codes, covered, pairs, toldApart, bySource, all }: Accuracy): void {
  console.log(
    `${runbook}: ${covered} of ${codes} codes covered, ${toldApart.length} of ${pairs.length} pairs of a cause and its look-alike told apart`,
  );
  for (const pair of pairs.filter((one) => !toldApart.includes(one))) console.log(`  never shown: ${pair}`);
  for (const counted of [...bySource, all]) console.log(row(counted));
}

/** Whether a story that a remedy mends comes to its good end on the practice cluster. */
async function heals(scenario: (typeof scenarios)[number]): Promise<boolean> {
  const silent: Io = {
    out: () => {},
    err: () => {},
    env: {},
    stdinIsTty: false,
    stdoutIsTty: false,
    columns: 80,
    cwd: process.cwd(),
    version: '0.0.0',
    signal: new AbortController().signal,
  };
  try {
    return (await playScenario(scenario, { words: [], options: { auto: true } }, silent)) === 0;
  } catch (error) {
    if (error instanceof ExpectedStop) return false;
    throw error;
  }
}

const accuracy = await measure();
for (const one of accuracy) print(one);

const mended = scenarios.filter(({ heal }) => heal.some((step) => 'remedy' in step));
let healed = 0;
for (const scenario of mended) {
  if (await heals(scenario)) healed += 1;
  else console.log(`  not healed: ${scenario.name}`);
}
console.log(`remedies that heal, on the practice cluster: ${healed} of ${mended.length} stories`);

const text = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  text.replace(/(<!-- accuracy -->\n)[\s\S]*?(<!-- \/accuracy -->)/, `$1${accuracyTable(accuracy)}\n$2`),
);
