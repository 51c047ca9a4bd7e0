import type { Key } from './terminal/key.ts';

type KeyRow = {
  /** Names of the presses (terminal/key.ts). */
  readonly on: readonly string[];
  readonly shown: string;
  /** Where the terminal cannot draw it. */
  readonly ascii?: string;
  readonly says: string;
  /** What `?` explains. */
  readonly explains: string;
};

/** Every key of every screen, once: matching, the key band and help come from this table. */
export const keys = {
  choose: {
    on: ['up', 'down'],
    shown: '↑↓',
    ascii: 'up/down',
    says: 'choose',
    explains: 'goes through the list; its number chooses too',
  },
  scroll: { on: ['up', 'down'], shown: '↑↓', ascii: 'up/down', says: 'scroll', explains: 'scrolls by a line' },
  page: { on: ['page-up', 'page-down'], shown: 'PgUp PgDn', says: 'scroll', explains: 'scrolls by a page' },
  enter: { on: ['enter'], shown: '⏎', ascii: 'Enter', says: 'next', explains: 'does what is chosen' },
  back: { on: ['escape'], shown: 'esc', says: 'back', explains: 'goes back one; nothing is changed by it' },
  evidence: { on: ['e'], shown: 'e', says: 'evidence', explains: 'what was seen, and where' },
  'ruled-out': { on: ['r'], shown: 'r', says: 'ruled out', explains: 'what it is not, and why' },
  runbook: {
    on: ['r'],
    shown: 'r',
    says: 'runbook',
    explains: 'opens the runbook that mends the point that is chosen',
  },
  message: { on: ['m'], shown: 'm', says: 'message', explains: 'a ready message to the team that mends it' },
  report: {
    on: ['m'],
    shown: 'm',
    says: 'report',
    explains: 'what happened, as Markdown: what was seen, done and proved',
  },
  'by-hand': { on: ['h'], shown: 'h', says: 'by hand', explains: 'the same as commands, to be run by you' },
  'take-back': { on: ['u'], shown: 'u', says: 'take back', explains: 'shows what taking the change back would do' },
  'roll-back': { on: ['b'], shown: 'b', says: 'roll back', explains: 'shows what there is to go back to' },
  others: {
    on: ['o'],
    shown: 'o',
    says: 'let others do it',
    explains: 'what another team, a hand or time does next in this story; shown before it is done',
  },
  save: { on: ['s'], shown: 's', says: 'save', explains: 'keeps the evidence in a file, without secrets' },
  look: { on: ['l'], shown: 'l', says: 'look again', explains: 'looks at everything again; changes nothing' },
  copy: { on: ['c'], shown: 'c', says: 'copy', explains: 'copies it, where your terminal allows programs to (OSC 52)' },
  why: { on: ['tab'], shown: 'tab', says: 'why', explains: 'why this is asked' },
  environment: {
    on: ['tab'],
    shown: 'tab',
    says: 'other environment',
    explains: 'what is chosen is done for the other environment',
  },
  unfold: {
    on: ['tab'],
    shown: 'tab',
    says: 'open or close',
    explains: 'opens what is chosen to its last line, or closes it',
  },
  step: { on: ['ctrl-o'], shown: 'ctrl-o', says: 'another step', explains: 'answers an earlier step again' },
  help: { on: ['?'], shown: '?', says: 'help', explains: 'this page' },
  quit: { on: ['q'], shown: 'q', says: 'quit', explains: 'leaves, and says what state things are in' },
  leave: {
    on: ['ctrl-c'],
    shown: 'ctrl-c',
    says: 'leave',
    explains: 'leaves at once; the terminal is put back in order',
  },
} as const satisfies Readonly<Record<string, KeyRow>>;

export type KeyName = keyof typeof keys;

/** A key that works now, with what it does on this screen where that is not what it does everywhere. */
export type ActiveKey = KeyName | { readonly key: KeyName; readonly says: string };

export const nameOfKey = (active: ActiveKey): KeyName => (typeof active === 'string' ? active : active.key);
export const rowOf = (active: ActiveKey): KeyRow => keys[nameOfKey(active)];
export const saysOf = (active: ActiveKey): string => (typeof active === 'string' ? keys[active].says : active.says);

/** Which of the keys that work now was pressed. Ctrl-C always works. */
export function pressed(key: Key, active: readonly ActiveKey[]): KeyName | undefined {
  if (key.name === 'ctrl-c') return 'leave';
  const found = active.find((item) => rowOf(item).on.includes(key.name));
  return found === undefined ? undefined : nameOfKey(found);
}
