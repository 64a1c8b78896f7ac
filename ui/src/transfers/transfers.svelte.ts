/**
 * The jobs of this run, as the core reports them, the ways in (adding files, downloading) and what can
 * be done with a job. Nothing is written before the conflicts of a plan are answered (`ConflictDialog`).
 */
import { Channel } from '@tauri-apps/api/core';
import { show } from '../kit/toasts.svelte';
import {
  commands,
  type Answers,
  type ItemState,
  type JobState,
  type OfferId,
  type Plan,
  type Snapshot,
} from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { attempt } from '../shell/report';
import { tellOfEnd } from './moving';
import { settings } from '../settings/settings.svelte';

/** Of more files that are moved or copied the panel tells at once. */
const FEW_FILES = 40;

type Told = (job: JobState) => void;

class Transfers {
  jobs = $state.raw<JobState[]>([]);
  panelOpen = $state(false);
  /** Paths are being looked at; the plan is not there yet. */
  planning = $state(0);

  #over = new Set<number>();
  #done = new Map<number, number>();
  #ended = new Set<Told>();
  #advanced = new Set<Told>();
  #stopped = new Set<Told>();

  async watch(): Promise<void> {
    const channel = new Channel<Snapshot>();
    channel.onmessage = (snapshot) => this.#hear(snapshot);
    await ask(commands.transfersWatch(channel));
  }

  /** Calls `ended` once for each job that is over. */
  onEnded(ended: Told): () => void {
    this.#ended.add(ended);
    return () => this.#ended.delete(ended);
  }

  /** Calls `advanced` when more items of a running job are done. */
  onAdvanced(advanced: Told): () => void {
    this.#advanced.add(advanced);
    return () => this.#advanced.delete(advanced);
  }

  /** Calls `stopped` when a job comes to stand still by itself. */
  onStopped(stopped: Told): () => void {
    this.#stopped.add(stopped);
    return () => this.#stopped.delete(stopped);
  }

  /** Not over; some of them may stand still. */
  get open(): JobState[] {
    return this.jobs.filter((job) => !isOver(job));
  }

  get moving(): JobState[] {
    return this.open.filter((job) => job.pause === null);
  }

  get standing(): JobState[] {
    return this.open.filter((job) => job.pause !== null);
  }

  /** `offer` stands for what was dropped or picked; the paths stay in the core. */
  async add(connectionId: string, prefix: string, offer: OfferId): Promise<void> {
    await this.#plan(t('transfers.notAdded'), () =>
      ask(commands.transfersPlanUpload(connectionId, prefix, offer)),
    );
  }

  async pick(connectionId: string, prefix: string, what: 'files' | 'folders'): Promise<void> {
    const offer = await attempt(t('transfers.notAdded'), () =>
      ask(what === 'files' ? commands.transfersPickFiles() : commands.transfersPickFolders()),
    );
    if (offer != null) await this.add(connectionId, prefix, offer);
  }

  /** Adds what was copied in a file manager. */
  async paste(connectionId: string, prefix: string): Promise<void> {
    const offer = await attempt(t('transfers.notAdded'), () => ask(commands.transfersPaste()));
    if (offer === null) show({ text: t('transfers.noneOnClipboard'), tone: 'plain' });
    else if (offer !== undefined) await this.add(connectionId, prefix, offer);
  }

  async download(view: number): Promise<void> {
    await this.#plan(t('transfers.notDownloaded'), () => ask(commands.transfersPlanDownload(view)));
  }

  async start(plan: Plan, answers: Answers): Promise<void> {
    const served = plan.direction === 'move' || plan.direction === 'copy';
    // A few files are moved before anybody could read of it.
    if (!served || plan.files > FEW_FILES) this.panelOpen = true;
    tellRenamed(plan);
    const job = await attempt(t('transfers.notStarted'), () =>
      ask(commands.transfersStart(plan.id, answers)),
    );
    if (job !== undefined && served) await tellOfEnd(plan, job);
  }

  async retry(job: JobState): Promise<void> {
    await attempt(t('transfers.notStarted'), () => ask(commands.transfersRetry(job.id)));
  }

  async cancel(job: JobState): Promise<void> {
    await attempt(t('transfers.notCancelled'), () => ask(commands.transfersCancel(job.id)));
  }

  async pause(job: JobState): Promise<void> {
    await attempt(t('transfers.notPaused'), () => ask(commands.transfersPause(job.id)));
  }

  async resume(job: JobState): Promise<void> {
    await attempt(t('transfers.notResumed'), () => ask(commands.transfersResume(job.id)));
  }

  async pauseAll(): Promise<void> {
    await attempt(t('transfers.notPaused'), () => ask(commands.transfersPauseAll()));
  }

  async resumeAll(): Promise<void> {
    await attempt(t('transfers.notResumed'), () => ask(commands.transfersResumeAll()));
  }

  /** Goes on with what waited for the sign-in of a connection. */
  async signedIn(connectionId: string): Promise<void> {
    const waiting = this.jobs.filter((job) => job.pause === 'signIn' && job.connection === connectionId);
    for (const job of waiting) await this.resume(job);
  }

  /** Shows what a download brought in the file manager: one item, or all. */
  async showLocal(job: JobState, item: number | null): Promise<void> {
    await attempt(t('transfers.notShown'), () => ask(commands.transfersShow(job.id, item)));
  }

  async clear(job: JobState): Promise<void> {
    await attempt('', () => ask(commands.transfersClear(job.id)));
  }

  /** Takes everything that is over off the list; the panel goes when nothing is left. */
  async clearOver(): Promise<void> {
    if (this.open.length === 0) this.panelOpen = false;
    await Promise.all(this.jobs.filter(isOver).map((job) => this.clear(job)));
  }

  async #plan(title: string, make: () => Promise<Plan | null>): Promise<void> {
    this.planning += 1;
    const plan = await attempt(title, make);
    this.planning -= 1;
    if (plan) await this.carryOut(plan);
  }

  /** Starts a plan, after its conflicts have been answered. */
  async carryOut(plan: Plan): Promise<void> {
    if (plan.conflicts.length > 0) {
      openDialog({ kind: 'conflicts', plan });
      return;
    }
    if (plan.files === 0 && plan.skipped.length > 0) {
      show({ text: t('transfers.onlySkipped', { count: plan.skipped.length }), tone: 'plain' });
      void commands.transfersDiscard(plan.id);
      return;
    }
    await this.start(plan, {
      forAll: null,
      each: [],
      removeLocal: plan.direction === 'upload' && settings.removeLocal,
    });
  }

  #hear(snapshot: Snapshot): void {
    const before = new Map(this.jobs.map((job) => [job.id, job]));
    // What did not change stays the same object, so that its row needs no second look.
    this.jobs = snapshot.jobs.map((job) => {
      const known = before.get(job.id);
      if (!known) return job;
      return isOver(known) ? known : { ...job, items: sameItems(known.items, job.items) };
    });
    for (const job of this.jobs) {
      if (isOver(job)) this.#end(job);
      else this.#advance(job);
      const was = before.get(job.id)?.pause ?? null;
      if (job.pause !== was && (job.pause === 'signIn' || job.pause === 'network')) {
        for (const stopped of this.#stopped) stopped(job);
      }
    }
  }

  #end(job: JobState): void {
    if (this.#over.has(job.id)) return;
    this.#over.add(job.id);
    for (const ended of this.#ended) ended(job);
  }

  #advance(job: JobState): void {
    const { itemsDone } = job.progress;
    if (itemsDone === (this.#done.get(job.id) ?? 0)) return;
    this.#done.set(job.id, itemsDone);
    for (const advanced of this.#advanced) advanced(job);
  }
}

function sameItems(before: ItemState[], now: ItemState[]): ItemState[] {
  const known = new Map(before.map((item) => [item.index, item]));
  return now.map((item) => {
    const old = item.index === null ? undefined : known.get(item.index);
    const same =
      old?.phase === item.phase &&
      old.bytesDone === item.bytesDone &&
      old.bytesTotal === item.bytesTotal &&
      old.name === item.name &&
      old.error?.code === item.error?.code;
    return same ? old : item;
  });
}

/** This computer could not hold some names: under which others the files come. */
function tellRenamed(plan: Plan): void {
  const [first] = plan.renamed;
  if (!first) return;
  const params = { name: first.name, becomes: first.becomes, count: plan.renamed.length };
  show({ text: t('transfers.renamed', params), tone: 'plain' });
}

export function isOver(job: JobState): boolean {
  return ['done', 'doneWithFailures', 'cancelled'].includes(job.progress.phase);
}

/** From 0 to 1, by bytes where there are any. */
export function fraction(job: JobState): number | undefined {
  const { phase, bytesTotal, bytesDone, itemsTotal, itemsDone } = job.progress;
  if (phase === 'done') return 1;
  if (bytesTotal > 0) return Math.min(1, bytesDone / bytesTotal);
  return itemsTotal > 0 ? itemsDone / itemsTotal : undefined;
}

export const transfers = new Transfers();
