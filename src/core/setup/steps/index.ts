import type { Step } from '../state.ts';
import { domainStep } from './domain.ts';
import { emailStep } from './email.ts';
import { fitStep } from './fit.ts';
import { gateStep } from './gate.ts';
import { imageStep } from './image.ts';
import { issuersStep } from './issuers.ts';
import { prerequisitesStep } from './prerequisites.ts';
import { productionStep } from './production.ts';
import { profileStep } from './profile.ts';
import { secretsStep } from './secrets.ts';
import { stagingStep } from './staging.ts';

/** The steps in their order. A test holds it equal to the order of their names. */
export const steps: readonly Step[] = [
  prerequisitesStep,
  profileStep,
  imageStep,
  secretsStep,
  domainStep,
  emailStep,
  issuersStep,
  fitStep,
  stagingStep,
  gateStep,
  productionStep,
];
