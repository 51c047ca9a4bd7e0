import { afterAll, describe, expect, test } from 'vitest';
import { addresses, currentBed, until } from './bed/bed.ts';
import {
  apply,
  bedSide,
  type Fault,
  isUnderWay,
  type Place,
  practiceSide,
  type Side,
  type Step,
  saidOf,
} from './both-clusters.ts';
import { budgetFaults } from './same-budgets.ts';
import { certificateFaults } from './same-certificates.ts';

/** The same objects, given to Kubernetes and to the practice cluster: their controllers come to say the same of them. */
const bed = currentBed();

afterAll(() => bed.acme.production.reset());

const practiceBalancer = '203.0.113.9';

async function settled(side: Side, { namespace, issuer }: Place, lines: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  const comes = async () => {
    side.moment();
    last = await saidOf(side, namespace, issuer);
    return (lines.every((line) => last.includes(line)) && !last.some(isUnderWay)) || undefined;
  };
  const what = lines.join(', ');
  await until(what, comes, 45)
    // What nobody asked for takes as long again.
    .catch((error: Error) => (last.some(isUnderWay) ? until(what, comes, 45) : Promise.reject(error)))
    .catch((error: Error) => {
      throw new Error(`${error.message}; last:\n${last.join('\n')}`);
    });
}

async function sicken(side: Side, { namespace }: Place, which: NonNullable<Step['sickens']>): Promise<void> {
  const pod = await until('the pod that sickens', async () => {
    side.moment();
    const { items } = await side.api.get(`/api/v1/namespaces/${namespace}/pods`);
    return which(items);
  });
  await side.sicken(pod);
}

async function compare(fault: Fault): Promise<void> {
  const namespace = await bed.namespace('same');
  const place: Place = { namespace, host: `${namespace}.orion.example`, issuer: `${namespace}-acme` };
  const hasDns = fault.hasDns ?? true;
  if (hasDns) await bed.dns.set(place.host, { a: [addresses.loadBalancer] });
  const practice = await practiceSide(namespace, hasDns ? { [place.host]: { a: [practiceBalancer] } } : {});
  try {
    await compareSides(bedSide(bed.api, bed.acme.production), practice, place, fault);
  } finally {
    await practice.close();
  }
}

async function compareSides(real: Side, practice: Side, place: Place, { steps }: Fault): Promise<void> {
  for (const step of steps) {
    const objects = step.apply?.(place) ?? [];
    const ends = await Promise.allSettled(
      [real, practice].map(async (side) => {
        if (step.forbids !== undefined) await side.forbid(place.host, step.forbids);
        await apply(side, objects);
        if (side === real) await step.onBed?.(place);
        if (step.sickens) await sicken(side, place, step.sickens);
        await settled(side, place, step.comesTo);
      }),
    );
    const [failedReal, failedPractice] = ends.map((end) =>
      end.status === 'rejected' ? String(end.reason) : undefined,
    );
    expect({ failedReal, failedPractice }).toEqual({});
    await comeToTheSame(real, practice, place);
  }
}

/**
 * The last controller to speak may be a moment behind the one that was waited for; on a loaded machine that of the bed may need longer, while
 * the practice cluster's time stands still.
 */
async function comeToTheSame(real: Side, practice: Side, place: Place): Promise<void> {
  const heard = async (side: Side) => {
    side.moment();
    return saidOf(side, place.namespace, place.issuer);
  };
  let says: readonly string[] = [];
  let practised: readonly string[] = [];
  const isSame = () => says.join('\n') === practised.join('\n') || undefined;
  const both = async () => {
    [says, practised] = await Promise.all([heard(real), heard(practice)]);
    return isSame();
  };
  const bedAlone = async () => {
    says = await heard(real);
    return isSame();
  };
  await until('both to say the same', both, 5)
    .catch(() => until('the bed to say the same', bedAlone, 45))
    .catch(() => undefined);
  expect(practised).toEqual(says);
}

describe('Deployments and their budgets', () => {
  test.concurrent.each(Object.entries(budgetFaults))('%s', (_, fault) => compare(fault));
});

describe('certificates', () => {
  test.concurrent.each(Object.entries(certificateFaults))('%s', (_, fault) => compare(fault));
});
