/**
 * Folder sizes on request: what is being counted now, for the rows and the inspector, and what came of
 * it. A row whose folder was counted says so itself; here is only what is not finished.
 */
import { Channel } from '@tauri-apps/api/core';
import {
  commands,
  type Measured,
  type MeasureProgress,
  type MeasureSummary,
  type Row,
} from '../generated/bindings';
import { size } from '../kit/format';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask, describe } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { report } from '../shell/report';
import type { Folder } from './folder.svelte';

class Measuring {
  /** Whose folders are being counted. */
  folder = $state.raw<Folder | null>(null);
  /** All that was counted so far. */
  total = $state.raw<Measured | null>(null);
  /** A folder that was counted as a whole, and what it holds. */
  whole = $state.raw<{ folder: Folder; total: Measured } | null>(null);
  #running = $state.raw<ReadonlyMap<string, Measured>>(new Map());

  /** The running total of a folder that is being counted. */
  of(row: Row): Measured | undefined {
    return row.isFolder && this.#running.size > 0 ? this.#running.get(row.name) : undefined;
  }

  /** Counts what is selected, or the folder on screen where no folder is. */
  async start(folder: Folder): Promise<void> {
    const { view } = folder;
    if (view === null) return;
    const whole = (folder.state?.selection.folders ?? 0) === 0;
    this.folder = folder;
    this.total = null;
    this.#running = new Map();
    const channel = new Channel<MeasureProgress>();
    channel.onmessage = (progress) => this.#hear(folder, progress);
    try {
      const summary = await ask(commands.browseMeasure(view, channel));
      if (whole && !summary.cancelled && summary.failures.length === 0)
        this.whole = { folder, total: summary.total };
      this.#tell(summary);
    } catch (thrown) {
      if (describe(thrown).code !== 'notFound') report(t('measure.failed'), thrown);
    } finally {
      if (this.folder === folder) this.#rest();
    }
  }

  stop(): void {
    const view = this.folder?.view ?? null;
    if (view !== null) void commands.browseStopMeasuring(view);
  }

  #hear(folder: Folder, progress: MeasureProgress): void {
    if (this.folder !== folder) return;
    this.total = progress.total;
    const running = new Map(this.#running);
    for (const [name, measured] of progress.folders) running.set(name, measured);
    this.#running = running;
  }

  #rest(): void {
    this.folder = null;
    this.total = null;
    this.#running = new Map();
  }

  #tell(summary: MeasureSummary): void {
    const [failure] = summary.failures;
    if (failure) {
      const title = t('measure.someFailed', { count: summary.failures.length });
      const details = (): void => openDialog({ kind: 'error', title, error: failure.error });
      show({ text: title, tone: 'bad', details });
    } else if (!summary.cancelled) {
      show({
        text: t('measure.done', { count: summary.total.files, size: size(summary.total.bytes) }),
        tone: 'ok',
      });
    }
  }
}

export const measuring = new Measuring();
