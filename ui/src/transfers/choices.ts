/** What can become of a name that is taken, and which side of a conflict is newer or larger. */
import type { Choice, Conflict } from '../generated/bindings';

export const CHOICES: { choice: Choice; testid: string }[] = [
  { choice: 'keepBoth', testid: 'conflict-keep-both' },
  { choice: 'replace', testid: 'conflict-replace' },
  { choice: 'ifNewer', testid: 'conflict-if-newer' },
  { choice: 'ifDifferent', testid: 'conflict-if-different' },
  { choice: 'skip', testid: 'conflict-skip' },
];

export interface Side {
  size: number;
  at: number | null;
  newer: boolean;
  larger: boolean;
}

/** Both sides of a conflict: what is there, and what would come. */
export function sides(conflict: Conflict): { there: Side; coming: Side } {
  const { oldSize, newSize, oldModifiedAt: oldAt, newModifiedAt: newAt } = conflict;
  // A store keeps whole seconds; less than that is no difference.
  const lead = oldAt === null || newAt === null ? 0 : Math.trunc(newAt / 1000) - Math.trunc(oldAt / 1000);
  return {
    there: { size: oldSize, at: oldAt, newer: lead < 0, larger: oldSize > newSize },
    coming: { size: newSize, at: newAt, newer: lead > 0, larger: newSize > oldSize },
  };
}
