/** Why a list shows no rows: each cause has a text of its own. */
import type { Error as CoreError, ViewState } from '../generated/bindings';

export type Emptiness =
  | 'loading'
  | 'emptyFolder'
  /** Neither here nor anywhere below. */
  | 'emptyBelow'
  /** Nothing fits among the rows so far, and more are coming. */
  | 'notYet'
  | 'noMatch'
  | 'notAllowed'
  | 'notFinished';

/** `undefined` when there are rows. */
export function emptiness(state: ViewState | null, error: CoreError | null): Emptiness | undefined {
  if (state && state.count > 0) return undefined;
  if (error) return error.code === 'notAllowedToList' ? 'notAllowed' : 'notFinished';
  if (!state) return 'loading';
  if (state.total > 0) return state.complete ? 'noMatch' : 'notYet';
  if (!state.complete) return 'loading';
  return state.depth === 'all' ? 'emptyBelow' : 'emptyFolder';
}
