import type { Remedy } from './remedy.ts';

/** What somebody else must do, or a person must decide: shown, never done. */
export function byHand(remedy: {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly string[];
  readonly risk?: Remedy['risk'];
  readonly blockedBy?: string;
}): Remedy {
  return {
    id: remedy.id,
    title: remedy.title,
    risk: remedy.risk ?? 'none',
    automatic: 'no',
    commands: remedy.commands,
    changes: [],
    undo: 'This tool changes nothing here.',
    reversible: true,
    blockedBy: remedy.blockedBy ?? null,
    healsWithin: 300,
  };
}
