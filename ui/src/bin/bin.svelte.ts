/** Deleting and bringing back, from the window's side: plan, ask, do, offer Undo. */
import { show } from '../kit/toasts.svelte';
import { commands, type Deleted, type DeletionPlan } from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { forget, remember } from '../shell/lastDone.svelte';
import { attempt, report } from '../shell/report';
import { Failure } from '../shell/core';

/** Counts what would go and opens the dialog that asks. Writes nothing. */
export async function askToDelete(view: number): Promise<void> {
  const plan = await attempt(t('bin.notDeleted'), () => ask(commands.binPlan(view)));
  if (plan) openDialog({ kind: 'delete', plan });
}

export async function deletePlanned(plan: DeletionPlan, changed: () => void): Promise<void> {
  const deleted = await attempt(t('bin.notDeleted'), () => ask(commands.binDelete(plan.id)));
  changed();
  if (deleted) tell(deleted, changed);
}

export async function undo(deletionId: string, changed: () => void): Promise<void> {
  forget(deletionId);
  const restored = await attempt(t('bin.notRestored'), () => ask(commands.binUndo(deletionId)));
  changed();
  if (!restored) return;
  const [failure] = restored.failures;
  if (failure)
    report(t('bin.someNotRestored', { count: restored.failures.length }), new Failure(failure.error));
  else show({ text: t('bin.restored', { count: restored.files }), tone: 'ok' });
}

function tell(deleted: Deleted, changed: () => void): void {
  const [failure] = deleted.failures;
  if (failure)
    report(t('bin.someNotDeleted', { count: deleted.failures.length }), new Failure(failure.error));
  const id = deleted.deletionId;
  if (id !== null) remember(id, () => void undo(id, changed));
  if (id === null && failure) return;
  show({
    text: t('bin.deleted', { name: deleted.title }),
    tone: 'plain',
    action: id === null ? undefined : { label: t('common.undo'), run: () => void undo(id, changed) },
  });
}
