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
  const unfinished = await attempt(t('unfinished.notRead'), () => ask(commands.transfersUnfinished()));
  if (!unfinished) return;
  if (unfinished.elsewhere > 0) {
    show({ text: t('unfinished.elsewhere', { count: unfinished.elsewhere }), tone: 'plain' });
  }
  if (unfinished.changed.length > 0) openDialog({ kind: 'changedSources', unfinished });
  else if (unfinished.files > 0) await takeUp(unfinished, 'sendAsItIs');
}

export async function takeUp(unfinished: Unfinished, changed: IfChanged): Promise<void> {
  const jobs = await attempt(t('unfinished.notTakenUp'), () => ask(commands.transfersTakeUp(changed)));
  if (!jobs || jobs.length === 0) return;
  transfers.panelOpen = true;
  const left = changed === 'leaveOut' ? unfinished.changed.length : 0;
  show({ text: t('unfinished.goingOn', { count: unfinished.files - left }), tone: 'plain' });
}
