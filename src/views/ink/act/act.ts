import type { Consent } from '../../../core/consent.ts';
import type { ActiveKey } from '../keys.ts';
import type { Choice } from '../parts/choice.ts';
import type { ListRow } from '../parts/choice-list.tsx';
import type { Place } from '../parts/frame.tsx';
import type { Scroll } from '../parts/scroll.ts';
import type { TextField } from '../parts/text-field.ts';
import type { Step } from '../terminal/program.ts';

/**
 * One command on screens: it looks, lets choose, shows what it would do, asks, does it while that is watched, and says what came of it.
 * The command itself is the one that runs by lines; these screens are only another face of it.
 */
export type Act<Content, Told> = {
  /** `Deploy staging`. */
  readonly title: string;
  /** What `?` says it is about. */
  readonly about: string;
  readonly initial: Content;
  /** What the command tells, folded into what is drawn. `at` is when, in milliseconds. */
  readonly told: (content: Content, told: Told, at: number) => Content;
  /** What the pointer goes through, and what opens and closes; none: the page is only scrolled. */
  readonly rows: (content: Content, phase: Phase) => readonly string[];
  /** Which row the pointer begins at. */
  readonly beginsAt?: (content: Content) => number;
  /** Whether rows begin open. */
  readonly beginsOpen: (content: Content) => boolean;
  /** A request is on its way, which is not cut off by the first Ctrl-C. */
  readonly isSending: (content: Content) => boolean;
  /** Where the end leads on to, and by which keys. */
  readonly onward: (content: Content) => readonly Onward[];
  /** Ends once the command ended. */
  readonly run: (face: ActFace<Told>, signal: AbortSignal) => Promise<void>;
};

export type Onward = { readonly key: ActiveKey; readonly to: string };

/** What a command tells and asks while it runs. */
export type ActFace<Told> = {
  readonly entered: (place: Place) => void;
  readonly tell: (told: Told) => void;
  readonly looked: () => void;
  /** A sentence that would stand on standard error. */
  readonly say: (text: string) => void;
  /** The id of the row that was chosen; undefined where the operator went back. */
  readonly choose: (question: string, rows: readonly ListRow[]) => Promise<string | undefined>;
  /** `says` is what Enter does then: `apply it`. */
  readonly consents: (wanted: Consent, says: string) => Promise<boolean>;
};

export type Phase = 'working' | 'choosing' | 'asking' | 'doing' | 'ended' | 'stopped';

export type ActState<Content> = {
  readonly title: string;
  readonly place: Place | undefined;
  readonly phase: Phase;
  readonly content: Content;
  readonly looked: number;
  readonly said: readonly string[];
  readonly choosing: { readonly question: string; readonly rows: readonly ListRow[] };
  readonly asking: { readonly wanted: Consent; readonly says: string };
  readonly field: TextField;
  readonly problem: string;
  readonly choice: Choice;
  /** Rows that were opened, or closed where they began open. */
  readonly toggled: ReadonlySet<number>;
  readonly scroll: Scroll;
  readonly help: boolean;
  readonly notice: string;
  /** The operator wants it to stop, and it has not yet. */
  readonly stopping: boolean;
  readonly failure: { readonly message: string; readonly next: readonly string[] } | undefined;
  readonly over: 'left' | 'interrupted' | { readonly to: string } | undefined;
};

export type ActEvent<Told> =
  | { readonly event: 'entered'; readonly place: Place }
  | { readonly event: 'told'; readonly told: Told; readonly at: number }
  | { readonly event: 'looked' }
  | { readonly event: 'said'; readonly text: string }
  | { readonly event: 'choose'; readonly question: string; readonly rows: readonly ListRow[] }
  | { readonly event: 'ask'; readonly wanted: Consent; readonly says: string }
  | { readonly event: 'ended' }
  /** `declined`: the operator's own no, which needs no page. */
  | {
      readonly event: 'failed';
      readonly message: string;
      readonly next: readonly string[];
      readonly declined: boolean;
    };

export type ActCommand =
  | { readonly do: 'run' | 'stop' }
  | { readonly do: 'answer'; readonly yes: boolean }
  | { readonly do: 'pick'; readonly id: string | undefined };

export type ActTurn<Content> = Step<ActState<Content>, ActCommand>;
