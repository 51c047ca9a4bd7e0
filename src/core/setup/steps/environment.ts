import { request, type VerifyFacts } from '../effect.ts';
import type { Note } from '../question.ts';
import { type EnvironmentName, namespaces } from '../settings.ts';
import { type Journey, known, type Turn } from '../state.ts';
import { carryOut, stopOr } from './carry-out.ts';

/** One environment applied, waited for and verified. */
export function bringUp(journey: Journey, environment: EnvironmentName, notes: readonly Note[]): Turn | undefined {
  const work = {
    part: environment,
    step: environment,
    title: environment,
    // A namespace that people depend on is typed, not nodded through.
    names: environment === 'production' ? [namespaces.production] : [],
    notes,
  };
  const turn = carryOut(journey, work);
  if (turn !== undefined) return turn;
  const verifying = request('verify', environment, { environment });
  const facts = known(journey, verifying);
  if (facts === undefined) return verifying;
  const isOverridden = environment === 'staging' && journey.wants.overrideGate !== undefined;
  return facts.passed || isOverridden
    ? undefined
    : stopOr(
        journey,
        environment,
        `${environment}.not-verified`,
        unverified(environment, facts),
        outcomeOf(facts),
        nextOf(environment),
      );
}

const failedOf = (facts: VerifyFacts) => facts.checks.filter(({ state }) => state === 'failed');
const outcomeOf = (facts: VerifyFacts) => (failedOf(facts).length > 0 ? 'problem' : 'incomplete');
const nextOf = (environment: EnvironmentName) => [
  `orion-setup setup --env ${environment}`,
  `orion-setup runbook cert-pending --namespace ${namespaces[environment]}`,
];

function unverified(environment: EnvironmentName, facts: VerifyFacts): string {
  const open =
    failedOf(facts).length > 0 ? failedOf(facts) : facts.checks.filter(({ state }) => state === 'not-looked');
  return `${environment} is applied, but not verified: ${open.map(({ title, detail }) => `${title}: ${detail}`).join(' ')}`;
}
