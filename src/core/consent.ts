import type { Risk } from './remedy.ts';

/** What the operator must say before a change. Production and what is risky are typed, so that no key press alone does them. */
export type Consent = { readonly by: 'enter' } | { readonly by: 'typing'; readonly words: readonly string[] };

export type Ground = {
  readonly namespace: string;
  readonly context: string;
  /** Undefined without a profile: then the namespace counts as production, and the context is asked for too. */
  readonly environment: 'staging' | 'production' | undefined;
};

export function consentTo(risk: Risk, { namespace, context, environment }: Ground): Consent {
  if (environment === undefined) return { by: 'typing', words: [namespace, context] };
  if (environment === 'production' || risk === 'medium') return { by: 'typing', words: [namespace] };
  return { by: 'enter' };
}

/** Whether the command line gave it already: --yes, and --confirm for every word that would have to be typed. */
export function isGiven(
  consent: Consent,
  { yes, confirm = [] }: { readonly yes?: boolean | undefined; readonly confirm?: readonly string[] | undefined },
): boolean {
  return yes === true && (consent.by === 'enter' || consent.words.every((word) => confirm.includes(word)));
}

/** The options that would have given it. */
export const optionsFor = (consent: Consent): string =>
  consent.by === 'enter' ? '--yes' : ['--yes', ...consent.words.map((word) => `--confirm ${word}`)].join(' ');
