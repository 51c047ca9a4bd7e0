import { healInWords, type OthersStep } from '../core/heal-in-words.ts';
import type { HealStep, Scenario } from '../core/scenario.ts';
import type { NextTurn, Others } from '../views/ink/runbook/props.ts';
import type { OpenPractice } from './open-practice.ts';

export type Story = Others & {
  /** The operator did what a step of the story waits for. */
  readonly did: (remedy: string) => void;
};

/** The parts of a practised story that are not the tool's, in their order. A step of the tool's is passed once it was done. */
export function storyOf({ heal }: Pick<Scenario, 'heal'>, practice: OpenPractice['practice']): Story {
  let left: readonly HealStep[] = heal;
  const next = (): NextTurn => {
    const [step] = left;
    if (step === undefined) return { whose: 'nobodys' };
    return 'remedy' in step
      ? { whose: 'yours', remedy: step.remedy }
      : { whose: 'others', says: healInWords(step), isTime: 'pass' in step };
  };
  return {
    next,
    play: () => {
      const [step] = left;
      if (step === undefined || 'remedy' in step) return;
      letOthers(step, practice);
      left = left.slice(1);
    },
    did: (remedy) => {
      const place = left.findIndex((step) => 'remedy' in step && step.remedy === remedy);
      if (place >= 0) left = left.toSpliced(place, 1);
    },
  };
}

/** What another team, a hand or time does in the practice cluster. */
export function letOthers(step: OthersStep, practice: OpenPractice['practice']): void {
  if ('world' in step) practice.mergeWorld(step.world);
  else if ('object' in step) practice.patchObject(step.object, step.patch);
  else practice.advance(step.pass);
}
