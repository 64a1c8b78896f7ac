/**
 * Which dialogs are open, the newest on top. Capabilities open theirs by a plain description;
 * `DialogHost` draws them.
 */
import type { Folder } from '../browse/folder.svelte';
import type {
  ConnectionInfo,
  Course,
  DeletionPlan,
  Error as CoreError,
  ImportedDraft,
  Plan,
  Properties,
  RowHandle,
  Unfinished,
} from '../generated/bindings';

export type DialogState =
  | { kind: 'error'; title: string; error: CoreError }
  | { kind: 'newFolder'; connectionId: string; prefix: string }
  | { kind: 'pin'; connectionId: string; prefix: string }
  | { kind: 'renameCourse'; course: Course }
  | { kind: 'copyLink'; view: number; row: RowHandle; name: string }
  | { kind: 'delete'; plan: DeletionPlan }
  | { kind: 'edit'; properties: Properties }
  | { kind: 'editAll'; view: number }
  | { kind: 'bringTo'; folder: Folder; copy: boolean }
  | { kind: 'conflicts'; plan: Plan }
  | {
      kind: 'connection';
      existing?: ConnectionInfo;
      imported?: ImportedDraft;
      profile?: string;
      /** Transfers wait for it. */
      signIn?: boolean;
    }
  | { kind: 'changedSources'; unfinished: Unfinished }
  | { kind: 'profiles' }
  | { kind: 'uploads'; connectionId: string }
  | { kind: 'removeConnection'; connection: ConnectionInfo }
  | { kind: 'shortcuts' }
  | { kind: 'palette' };

export const dialogs = $state<{ open: { id: number; state: DialogState }[] }>({ open: [] });

let next = 1;

/** These are about something of their own each time; of the others a second copy would only stack. */
const EACH_ITS_OWN: DialogState['kind'][] = ['conflicts', 'error'];

export function openDialog(state: DialogState): void {
  const isOpen = dialogs.open.some((open) => open.state.kind === state.kind);
  if (isOpen && !EACH_ITS_OWN.includes(state.kind)) return;
  dialogs.open.push({ id: next++, state });
}

export function closeDialog(id: number): void {
  dialogs.open = dialogs.open.filter((open) => open.id !== id);
}
