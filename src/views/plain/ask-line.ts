import { ExpectedStop } from '../../core/failure.ts';

/** Asks one question on a line of its own, on standard error. Ctrl-C ends with ExpectedStop('interrupted'). */
export type AskLine = (question: string) => Promise<string>;

export function lineQuestions(signal: AbortSignal): AskLine {
  return async (question) => {
    // Loaded with the first question: a run that asks nothing does not pay for it.
    const { default: inquirer } = await import('inquirer');
    const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
    try {
      const { text } = await prompt<{ text: string }>([{ type: 'input', name: 'text', message: question }]);
      return text.trim();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Error && /ExitPromptError|AbortPromptError/.test(error.name)) {
        throw new ExpectedStop('interrupted', 'Interrupted. Nothing was changed.', [], { cause: error });
      }
      throw error;
    }
  };
}
