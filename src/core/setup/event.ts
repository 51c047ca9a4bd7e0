import type { OtherRun } from '../other-run.ts';
import type { Part } from './effect.ts';
import type { StepName } from './question.ts';
import type { Ending, Journey } from './state.ts';

/** What happens while set-up runs. The journey in an event is all there is to know then; every face draws from it. */
export type SetupEvent =
  | { readonly event: 'step-reached'; readonly step: StepName; readonly journey: Journey }
  | {
      readonly event: 'answer-taken';
      readonly id: string;
      readonly title: string;
      readonly shown: string;
      readonly remarks: readonly string[];
    }
  | { readonly event: 'work-started'; readonly what: string; readonly step: StepName }
  | { readonly event: 'work-ended'; readonly what: string; readonly step: StepName; readonly journey: Journey }
  | { readonly event: 'tree-written'; readonly folder: string; readonly files: readonly string[] }
  | DeployEvent
  | { readonly event: 'setup-ended'; readonly ending: Ending; readonly journey: Journey };

/** What happens while manifests are brought into a cluster, by set-up or by deploy. */
export type DeployEvent =
  | OtherRun
  /** This machine's clock: by how much the API server's is ahead of it. */
  | { readonly event: 'clock-off-found'; readonly aheadMs: number }
  | {
      readonly event: 'change-sent';
      readonly do: 'apply' | 'delete' | 'patch';
      readonly object: string;
      readonly ok: boolean;
      readonly detail: string;
    }
  | { readonly event: 'waiting-changed'; readonly part: Part; readonly reasons: readonly string[] }
  /** All that was waited for is there; now it is held against the points of the gate. */
  | { readonly event: 'verifying' };
