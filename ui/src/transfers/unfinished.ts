/**
 * What an earlier run of Lectern left to be done: it is taken up when the window starts. Only files
 * that changed meanwhile are asked about.
 */
import { commands, type IfChanged, type Unfinished } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { attempt } from '../shell/report';
import { transfers } from './transfers.svelte';

export async function goOnWithUnfinished(): Promise<void> {
  const left = await look();
  if (!left) return;
  if (left.elsewhere > 0) {
    show({ text: t('unfinished.elsewhere', { count: left.elsewhere }), tone: 'plain' });
  }
  if (left.files === 0) return;
  await takeUp(left, 'notYet');
  const undecided = left.changed.length > 0 ? await look() : undefined;
  if (undecided && undecided.changed.length > 0)
    openDialog({ kind: 'changedSources', unfinished: undecided });
}

/** Goes on with what is left, and says with how much of it. */
export async function takeUp(left: Unfinished, changed: IfChanged): Promise<void> {
  const jobs = await attempt(t('unfinished.notTakenUp'), () => ask(commands.transfersTakeUp(changed)));
  if (!jobs || jobs.length === 0) return;
  transfers.panelOpen = true;
  const rest = changed === 'notYet' && left.changed.length > 0 ? ((await look())?.files ?? 0) : 0;
  const leftOut = changed === 'leaveOut' ? left.changed.length : 0;
  show({ text: t('unfinished.goingOn', { count: left.files - rest - leftOut }), tone: 'plain' });
}

async function look(): Promise<Unfinished | undefined> {
  return attempt(t('unfinished.notRead'), () => ask(commands.transfersUnfinished()));
}
