/** Telling of a move or rename with the way back, and going it. */
import { commands, type Summary } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask, Failure } from '../shell/core';
import { forget, remember } from '../shell/lastDone.svelte';
import { attempt, report } from '../shell/report';

/** `changed` shows the folder anew after the undo. */
export function tellRenamed(summary: Summary, from: string, to: string, changed: () => void): void {
  const [failure] = summary.failures;
  if (failure) report(t('moves.someFailed', { count: summary.failures.length }), new Failure(failure.error));
  const id = summary.moveId;
  if (id === null) return;
  const texts = { isBack: t('moves.isBack', { name: from }), notBack: t('moves.notBack', { name: from }) };
  const undo = (): void => void undoMove(id, texts, changed);
  remember(id, undo);
  if (failure) return;
  show({
    text: t('moves.renamed', { from, to }),
    tone: 'plain',
    action: { label: t('common.undo'), run: undo },
  });
}

interface Texts {
  isBack: string;
  notBack: string;
}

export async function undoMove(id: string, texts: Texts, changed: () => void): Promise<void> {
  forget(id);
  const back = await attempt(texts.notBack, () => ask(commands.transfersUndoMove(id)));
  changed();
  if (!back) return;
  const [failure] = back.failures;
  if (failure) report(t('moves.someNotBack', { count: back.failures.length }), new Failure(failure.error));
  else show({ text: texts.isBack, tone: 'ok' });
}
