import type { Looker } from '../core/look.ts';
import type { Clock } from '../core/outside/clock.ts';
import type { Site } from '../core/procedures/procedure.ts';
import type { ReportTarget } from '../core/report/parts.ts';
import type { Session } from './session.ts';

/** What a testing procedure stands on. */
export type TestGround = {
  /** Where something may be changed. */
  readonly cluster: NonNullable<Session['cluster']>;
  readonly site: Site;
  readonly describes: ReportTarget;
  readonly look: Looker;
  readonly clock: Clock;
  readonly requests: () => number;
};
