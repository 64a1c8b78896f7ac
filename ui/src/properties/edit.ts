/** Changing what describes files, from the window's side: look, ask, save, offer Undo. */
import { commands, type Edited, type EditPlan, type ForAllPlan } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask, Failure } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { forget, remember } from '../shell/lastDone.svelte';
import { attempt, report } from '../shell/report';
import { win } from '../shell/window.svelte';
import { edits } from './looking.svelte';

/** Opens the dialog for what is selected: all properties of one file, or one change for many. */
export async function askToEdit(): Promise<void> {
  const folder = win.folder;
  const selection = folder?.state?.selection;
  if (folder?.view == null || !selection) return;
  const { view } = folder;
  if (selection.count !== 1 || selection.files !== 1) {
    openDialog({ kind: 'editAll', view });
    return;
  }
  const at = folder.selectedAt();
  const row = at === null ? undefined : folder.handle(at);
  if (!row) return;
  const properties = await attempt(t('edit.notLooked'), () => ask(commands.propertiesGet(view, row)));
  if (properties) openDialog({ kind: 'edit', properties });
}

/** Throws what the core says, so that the dialog can show it. */
export async function savePlanned(plan: EditPlan): Promise<void> {
  tell(await ask(commands.propertiesSave(plan.id)), 1);
}

export async function saveForAll(plan: ForAllPlan): Promise<void> {
  const edited = await attempt(t('edit.notSaved'), () => ask(commands.propertiesSaveForAll(plan.id)));
  changed();
  if (edited) tell(edited, plan.files);
}

function tell(edited: Edited, files: number): void {
  changed();
  const [failure] = edited.failures;
  if (failure) report(t('edit.someNotSaved', { count: edited.failures.length }), new Failure(failure.error));
  const id = edited.editId;
  const undo = id === null ? undefined : (): void => void undoEdit(id, edited.title);
  if (id !== null && undo) remember(id, undo);
  if (failure && undo === undefined) return;
  if (edited.changed === 0) {
    show({ text: t('edit.noneChanged'), tone: 'plain' });
    return;
  }
  show({
    text:
      files === 1 ? t('edit.done', { name: edited.title }) : t('edit.doneMany', { count: edited.changed }),
    tone: 'plain',
    action: undo && { label: t('common.undo'), run: undo },
  });
}

async function undoEdit(id: string, name: string): Promise<void> {
  forget(id);
  const back = await attempt(t('edit.notPutBack', { name }), () => ask(commands.propertiesUndo(id)));
  changed();
  if (!back) return;
  const [failure] = back.failures;
  if (failure) report(t('edit.someNotPutBack', { count: back.failures.length }), new Failure(failure.error));
  else show({ text: t('edit.putBack', { name }), tone: 'ok' });
}

/** Shows the list and the inspector anew. */
function changed(): void {
  edits.count += 1;
  void win.folder?.refresh();
}
