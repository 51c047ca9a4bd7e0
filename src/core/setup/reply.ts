import type { StepName } from './question.ts';

/** What somebody answers a question: something typed, or a wish to be elsewhere. */
export type Reply =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'edit'; readonly step: StepName }
  | { readonly kind: 'leave' };
