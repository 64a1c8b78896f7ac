/** The words for jobs and their items. */
import type { Direction, ItemPhase, JobState, Skipped } from '../generated/bindings';
import { duration, rate, size } from '../kit/format';
import { t, text, type Key } from '../messages/index.svelte';
import { isOver } from './transfers.svelte';

export function jobTitle(job: JobState): string {
  const { progress, target } = job;
  const cancelled = progress.phase === 'cancelled';
  const params = {
    count: isOver(job) && !cancelled ? progress.itemsDone : progress.itemsTotal - progress.itemsSkipped,
    target,
  };
  if (cancelled) return t('job.cancelled', { target });
  if (progress.phase === 'doneWithFailures') {
    return t('job.failed', { count: progress.itemsFailed, target });
  }
  const done = progress.phase === 'done';
  if (done && progress.itemsDone === 0) return t('job.nothing', { target });
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
    case 'edit':
      return done ? t('job.edit.done', params) : t('job.edit.running', params);
  }
}

/** Where a job stands now, in a line: how much, how fast, how long yet. */
export function jobMeasure(job: JobState): string {
  const { progress } = job;
  const { bytesTotal, bytesDone, itemsTotal, itemsSkipped, itemsDone } = progress;
  const files = itemsTotal - itemsSkipped;
  const moving = progress.phase === 'running';
  const parts = [
    progress.phase === 'waiting' ? t('phase.waiting') : '',
    bytesTotal > 0 ? t('transfers.bytes', { done: size(bytesDone), total: size(bytesTotal) }) : '',
    files > 1 ? t('transfers.files', { done: itemsDone, count: files }) : '',
    moving && progress.bytesPerSecond > 0 ? rate(progress.bytesPerSecond) : '',
    moving && progress.secondsLeft !== null
      ? t('transfers.left', { time: duration(progress.secondsLeft) })
      : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Why a job stands still, and what that means. */
export function pauseText(job: JobState): string {
  return job.pause === null ? '' : t(`transfers.paused.${job.pause}`);
}

/** How a job ended, in one sentence: what was done, verified, left out, failed, kept. */
export function jobSummary(job: JobState): string {
  const { progress, verified, keptLocal } = job;
  const { itemsDone, itemsFailed, itemsSkipped, itemsTotal } = progress;
  const undone = Math.max(0, itemsTotal - itemsDone - itemsFailed - itemsSkipped);
  const comparable = job.direction === 'upload' || job.direction === 'download';
  const bytes = progress.bytesDone > 0 ? size(progress.bytesDone) : '';
  const parts = [
    // Nothing done is worth a word only where there is nothing else to say.
    itemsDone > 0 || itemsSkipped + itemsFailed + undone === 0
      ? doneText(job.direction, itemsDone, bytes)
      : '',
    comparable && itemsDone > 0 ? verifiedText(verified, itemsDone) : '',
    itemsSkipped > 0 ? t('summary.skipped', { count: itemsSkipped }) : '',
    itemsFailed > 0 ? t('summary.failed', { count: itemsFailed }) : '',
    progress.phase === 'cancelled' && undone > 0 ? t('summary.cancelled', { count: undone }) : '',
    keptLocal > 0 ? t('summary.kept', { count: keptLocal }) : '',
  ];
  return sentence(parts.filter((part) => part !== ''));
}

function sentence(parts: string[]): string {
  const text = parts.join(', ');
  return `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}.`;
}

function doneText(direction: Direction, count: number, bytes: string): string {
  const files = countText(direction, count);
  return bytes === '' ? files : `${files} (${bytes})`;
}

function countText(direction: Direction, count: number): string {
  switch (direction) {
    case 'upload':
      return t('summary.upload', { count });
    case 'download':
      return t('summary.download', { count });
    case 'copy':
      return t('summary.copy', { count });
    case 'move':
      return t('summary.move', { count });
    case 'delete':
      return t('summary.delete', { count });
    case 'restore':
      return t('summary.restore', { count });
    case 'edit':
      return t('summary.edit', { count });
  }
}

function verifiedText(verified: number, done: number): string {
  if (verified === 0) return t('summary.notVerified');
  if (verified < done) return t('summary.verified', { count: verified });
  return done === 1 ? t('summary.oneVerified') : t('summary.allVerified');
}

/** A part that is under way when its job is paused still ends; what is meant is that it stands still. */
export function shownPhase(phase: ItemPhase, job: JobState): ItemPhase {
  return job.pause !== null && (phase === 'running' || phase === 'retrying') ? 'paused' : phase;
}

export function phaseKey(phase: ItemPhase, direction: Direction): Key {
  return phase === 'running' ? `phase.running.${direction}` : `phase.${phase}`;
}

export function skippedText(skipped: Skipped): string {
  return `${skipped.name} – ${text(`skip.${skipped.why}`)}`;
}
