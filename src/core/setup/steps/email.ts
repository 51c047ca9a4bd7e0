import { askText } from '../ask.ts';
import { usesPublicCa } from '../settings-of.ts';
import { earlierText, givenText, type Step } from '../state.ts';
import { good } from '../validate/checked.ts';
import { checkEmail } from '../validate/email.ts';

export const emailStep: Step = {
  name: 'email',
  title: 'E-mail',
  next: (journey) => {
    if (givenText(journey, 'email') !== undefined) return undefined;
    const offered = earlierText(journey, 'email', '');
    return askText({
      id: 'email',
      step: 'email',
      title: `An e-mail address for the CA? (${offered === '' ? 'Enter' : 'type none'} for none)`,
      why: 'Optional: Let’s Encrypt has sent no reminders since June 2025. An address under an example domain is refused, and then no certificate is issued at all.',
      default: offered,
      check: (typed) =>
        typed.trim().toLowerCase() === 'none' ? good('') : checkEmail(typed, { isPublic: usesPublicCa(journey) }),
    });
  },
};
