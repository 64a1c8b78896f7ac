/** The words for jobs and their items. */
import type { Direction, ItemPhase, JobState, Skipped } from '../generated/bindings';
import { t, text, type Key } from '../messages/index.svelte';
import { isOver } from './transfers.svelte';

export function jobTitle(job: JobState): string {
  const { progress, target } = job;
  const cancelled = progress.phase === 'cancelled';
  const params = {
    count: isOver(job) && !cancelled ? progress.itemsDone : progress.itemsTotal,
    target,
  };
  if (cancelled) return t('job.cancelled', { target });
  if (progress.phase === 'doneWithFailures') {
    return t('job.failed', { count: progress.itemsFailed, target });
  }
  const done = progress.phase === 'done';
  switch (job.direction) {
    case 'upload':
      return done ? t('job.upload.done', params) : t('job.upload.running', params);
    case 'download':
      return done ? t('job.download.done', params) : t('job.download.running', params);
    case 'copy':
      return done ? t('job.copy.done', params) : t('job.copy.running', params);
    case 'move':
      return done ? t('job.move.done', params) : t('job.move.running', params);
    case 'delete':
      return done ? t('job.delete.done', params) : t('job.delete.running', params);
    case 'restore':
      return done ? t('job.restore.done', params) : t('job.restore.running', params);
  }
}

export function phaseKey(phase: ItemPhase, direction: Direction): Key {
  return phase === 'running' ? `phase.running.${direction}` : `phase.${phase}`;
}

export function skippedText(skipped: Skipped): string {
  return `${skipped.name} – ${text(`skip.${skipped.why}`)}`;
}
