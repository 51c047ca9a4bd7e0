import { askChoice } from '../ask.ts';
import { request } from '../effect.ts';
import { type Ending, given, type Journey, known, type Step, type Turn } from '../state.ts';
import { carryOut } from './carry-out.ts';
import { fitNote } from './fit.ts';

/** The manifests written, then the ClusterIssuers applied and Ready. */
export const issuersStep: Step = {
  name: 'issuers',
  title: 'Issuers',
  next: (journey) => settleTree(journey) ?? settleEarlierGate(journey) ?? applyIssuers(journey),
};

function settleTree(journey: Journey): Turn | undefined {
  const overwrite = given(journey, 'tree.changed') === 'overwrite';
  const write = request('write-tree', 'issuers', { overwrite });
  const tree = known(journey, write);
  if (tree === undefined) return write;
  if (tree.changed.length === 0 || given(journey, 'tree.changed') !== undefined) return undefined;
  return askChoice({
    id: 'tree.changed',
    step: 'issuers',
    title: `${tree.changed.length === 1 ? 'A file' : `${tree.changed.length} files`} of your tree ${tree.changed.length === 1 ? 'is' : 'are'} not as this tool would write ${tree.changed.length === 1 ? 'it' : 'them'} now.`,
    why: 'The tree is yours: edits are kept and applied as they are, through kubectl. Nothing is overwritten unless you say so.',
    notes: tree.changed.map(({ file, diff }) => ({ level: 'look', text: file, lines: diff.split('\n') })),
    choices: [
      { value: 'keep', title: 'Keep mine' },
      { value: 'overwrite', title: 'Write them anew', note: 'your edits in these files are lost' },
    ],
    default: 'keep',
    passing: true,
  });
}

/** Production alone: what staging remembers decides before anything is written. */
function settleEarlierGate(journey: Journey): Turn | Ending | undefined {
  const { environments, overrideGate } = journey.wants;
  if (environments.includes('staging') || overrideGate !== undefined) return undefined;
  const read = request('read-gate', 'issuers', {});
  const gate = known(journey, read);
  if (gate === undefined) return read;
  if (gate.state === 'passed') return undefined;
  return {
    kind: 'done',
    outcome: 'refused',
    step: 'gate',
    because: `Production comes after staging: ${gate.because} Nothing was changed.`,
    next: ['orion-setup setup --env staging', 'orion-setup setup --env production --override-gate REASON'],
  };
}

function applyIssuers(journey: Journey): Turn | undefined {
  // What cannot work is said before the first write, with the consent to it.
  for (const environment of journey.wants.environments) {
    const fit = request('look-fit', 'issuers', { environment });
    if (known(journey, fit) === undefined) return fit;
  }
  const stops = journey.wants.environments
    .flatMap((environment) => known(journey, request('look-fit', 'issuers', { environment })) ?? [])
    .filter(({ level }) => level === 'stops');
  return carryOut(journey, {
    part: 'issuers',
    step: 'issuers',
    title: 'the ClusterIssuers',
    names: [],
    notes: stops.map(fitNote),
  });
}
