/** Moving and copying what is selected to another folder, on the service's side; a move with its way back. */
import { commands, type Plan, type Summary } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask, Failure } from '../shell/core';
import { remember } from '../shell/lastDone.svelte';
import { attempt, report } from '../shell/report';
import { win } from '../shell/window.svelte';
import { undoMove } from './moves';
import { transfers } from './transfers.svelte';

export interface Target {
  connectionId: string;
  prefix: string;
}

/** Plans and starts it; a failure is shown as a toast. */
export async function bringTo(view: number, target: Target, copy: boolean): Promise<void> {
  const title = copy ? t('moves.notCopied') : t('moves.notMoved');
  const plan = await attempt(title, () => planTo(view, target, copy));
  if (plan) await transfers.carryOut(plan);
}

export async function planTo(view: number, target: Target, copy: boolean): Promise<Plan> {
  const { connectionId, prefix } = target;
  return ask(
    copy
      ? commands.transfersPlanCopy(view, connectionId, prefix)
      : commands.transfersPlanMove(view, connectionId, prefix),
  );
}

/** Tells how a move or copy ended, and offers the way back. */
export async function tellOfEnd(plan: Plan, job: number): Promise<void> {
  const move = plan.direction === 'move';
  const title = move ? t('moves.notMoved') : t('moves.notCopied');
  const summary = await attempt(title, () => ask(commands.transfersFinished(job)));
  if (!summary) return;
  const [failure] = summary.failures;
  if (failure) {
    const count = summary.failures.length;
    const text = move ? t('moves.someNotMoved', { count }) : t('moves.someNotCopied', { count });
    report(text, new Failure(failure.error));
  }
  tell(plan, summary, !failure);
}

function tell(plan: Plan, summary: Summary, whole: boolean): void {
  const params = { count: Math.max(1, summary.done), target: plan.target };
  if (plan.direction === 'copy') {
    if (whole && summary.done > 0) show({ text: t('moves.copied', params), tone: 'plain' });
    return;
  }
  const id = summary.moveId;
  if (id === null) return;
  const texts = { isBack: t('moves.areBack', params), notBack: t('moves.areNotBack', params) };
  const undo = (): void => void undoMove(id, texts, () => void win.folder?.refresh());
  remember(id, undo);
  if (whole) {
    const action = { label: t('common.undo'), run: undo };
    show({ text: t('moves.moved', params), tone: 'plain', action });
  }
}
