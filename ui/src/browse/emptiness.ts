/** Why a list shows no rows: four causes, four texts. */
import type { Error as CoreError, ViewState } from '../generated/bindings';

export type Emptiness = 'loading' | 'emptyFolder' | 'noMatch' | 'notAllowed' | 'notFinished';

/** `undefined` when there are rows. */
export function emptiness(state: ViewState | null, error: CoreError | null): Emptiness | undefined {
  if (state && state.count > 0) return undefined;
  if (error) return error.code === 'notAllowedToList' ? 'notAllowed' : 'notFinished';
  if (!state) return 'loading';
  if (state.total > 0) return 'noMatch';
  return state.complete ? 'emptyFolder' : 'loading';
}
