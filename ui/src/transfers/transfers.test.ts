import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobPhase, JobState, Plan, Snapshot, Unfinished } from '../generated/bindings';
import { reset, toasts } from '../kit/toasts.svelte';
import { dialogs } from '../shell/dialogs.svelte';
import { settings } from '../settings/settings.svelte';
import { jobMeasure, jobSummary, jobTitle } from './texts';
import { fraction, transfers } from './transfers.svelte';
import { goOnWithUnfinished } from './unfinished';

const plan: Plan = {
  id: 4,
  direction: 'upload',
  target: 'Week 3',
  files: 2,
  bytes: 10,
  conflicts: [],
  skipped: [],
  renamed: [],
};
let next = plan;
let pasted: number | null = null;
let unfinished: Unfinished;
let asked: [string, unknown][] = [];
let channel: Channel<Snapshot> | undefined;

const job = (phase: JobPhase, part: Partial<JobState['progress']> = {}): JobState => ({
  id: 1,
  direction: 'upload',
  connection: 'c',
  verified: 0,
  target: 'Week 3',
  progress: {
    phase,
    itemsTotal: 4,
    itemsDone: 1,
    itemsFailed: 0,
    itemsSkipped: 0,
    bytesTotal: 100,
    bytesDone: 25,
    bytesPerSecond: 0,
    secondsLeft: null,
    ...part,
  },
  items: [],
  skipped: [],
  pause: null,
  canPause: true,
  keptLocal: 0,
});

beforeEach(() => {
  next = plan;
  pasted = null;
  unfinished = { files: 0, bytes: 0, bytesDone: 0, changed: [], elsewhere: 0 };
  settings.removeLocal = false;
  asked = [];
  dialogs.open = [];
  reset();
  mockIPC((command, args) => {
    asked.push([command, args]);
    if (command === 'transfers_plan_upload') return next;
    if (command === 'transfers_paste') return pasted;
    if (command === 'transfers_unfinished') return unfinished;
    if (command === 'transfers_take_up') {
      unfinished = { ...unfinished, files: unfinished.changed.length };
      return [7];
    }
    if (command === 'transfers_watch') channel = (args as { onChange: Channel<Snapshot> }).onChange;
    return null;
  });
});
afterEach(clearMocks);

const commands = (): string[] => asked.map(([command]) => command);

describe('adding files', () => {
  it('starts at once when nothing stands in the way', async () => {
    await transfers.add('c', 'Week 3/', 9);
    expect(commands()).toEqual(['transfers_plan_upload', 'transfers_start']);
    expect(asked[0]?.[1]).toEqual({ connection: 'c', prefix: 'Week 3/', offer: 9 });
  });

  it('asks before anything is written when names are taken', async () => {
    const conflict = { name: 'a', newSize: 1, newModifiedAt: null, oldSize: 2, oldModifiedAt: null };
    next = { ...plan, conflicts: [conflict] };
    await transfers.add('c', '', 9);
    expect(commands()).toEqual(['transfers_plan_upload']);
    expect(dialogs.open.map((dialog) => dialog.state.kind)).toEqual(['conflicts']);
  });

  it('asks about each drop, also when another question is open', async () => {
    const conflict = { name: 'a', newSize: 1, newModifiedAt: null, oldSize: 2, oldModifiedAt: null };
    next = { ...plan, conflicts: [conflict] };
    await transfers.add('c', '', 9);
    await transfers.add('c', '', 10);
    expect(dialogs.open).toHaveLength(2);
  });

  it('says so when there is nothing but what is skipped', async () => {
    next = { ...plan, files: 0, skipped: [{ name: '.DS_Store', why: 'junk' }] };
    await transfers.add('c', '', 9);
    expect(commands()).toEqual(['transfers_plan_upload', 'transfers_discard']);
    expect(toasts.list).toHaveLength(1);
  });
});

describe('local files', () => {
  const answers = (): unknown => (asked.at(-1)?.[1] as { answers: unknown }).answers;

  it('stay after an upload unless the setting says otherwise', async () => {
    await transfers.add('c', 'Week 3/', 9);
    expect(answers()).toMatchObject({ removeLocal: false });
    settings.removeLocal = true;
    await transfers.add('c', 'Week 3/', 9);
    expect(answers()).toMatchObject({ removeLocal: true });
  });
});

describe('pasting', () => {
  it('adds the files that were copied', async () => {
    pasted = 12;
    await transfers.paste('c', 'Week 3/');
    expect(commands()).toEqual(['transfers_paste', 'transfers_plan_upload', 'transfers_start']);
    expect(asked[1]?.[1]).toEqual({ connection: 'c', prefix: 'Week 3/', offer: 12 });
  });

  it('says so when no files were copied', async () => {
    await transfers.paste('c', 'Week 3/');
    expect(commands()).toEqual(['transfers_paste']);
    expect(toasts.list).toHaveLength(1);
  });
});

describe('what an earlier run left', () => {
  const changed = { name: 'a', oldSize: 1, oldModifiedAt: null, newSize: 2, newModifiedAt: null };

  it('goes on by itself, and is told of', async () => {
    unfinished.files = 3;
    await goOnWithUnfinished();
    expect(commands()).toEqual(['transfers_unfinished', 'transfers_take_up']);
    expect(toasts.list.map((toast) => toast.text)).toEqual(['Going on with 3 transfers']);
  });

  it('goes on but for files that changed meanwhile, which are asked about', async () => {
    unfinished = { ...unfinished, files: 3, changed: [changed] };
    await goOnWithUnfinished();
    expect(asked[1]).toEqual(['transfers_take_up', { changed: 'notYet' }]);
    expect(toasts.list.map((toast) => toast.text)).toEqual(['Going on with 2 transfers']);
    expect(dialogs.open.map((dialog) => dialog.state.kind)).toEqual(['changedSources']);
    expect(commands().filter((command) => command === 'transfers_take_up')).toHaveLength(1);
  });

  it('stays where another Lectern has it in hand', async () => {
    unfinished.elsewhere = 2;
    await goOnWithUnfinished();
    expect(commands()).toEqual(['transfers_unfinished']);
    expect(toasts.list).toHaveLength(1);
  });

  it('is no matter where there is nothing', async () => {
    await goOnWithUnfinished();
    expect(commands()).toEqual(['transfers_unfinished']);
    expect(toasts.list).toHaveLength(0);
  });
});

describe('a job that waits for a sign-in', () => {
  it('goes on after its own connection was saved, and no other does', async () => {
    await transfers.watch();
    const waiting = (id: number, connection: string): JobState => ({
      ...job('paused'),
      id,
      connection,
      pause: 'signIn',
    });
    channel?.onmessage({ jobs: [waiting(21, 'c'), waiting(22, 'other')] });
    asked = [];
    await transfers.signedIn('c');
    expect(asked).toEqual([['transfers_resume', { job: 21 }]]);
  });

  it('is told of once', async () => {
    const stopped = vi.fn();
    const stop = transfers.onStopped(stopped);
    await transfers.watch();
    const waiting: JobState = { ...job('paused'), id: 31, pause: 'signIn' };
    channel?.onmessage({ jobs: [{ ...job('running'), id: 31 }] });
    channel?.onmessage({ jobs: [waiting] });
    channel?.onmessage({ jobs: [{ ...waiting }] });
    expect(stopped).toHaveBeenCalledOnce();
    stop();
  });
});

describe('jobs', () => {
  it('are told to be over once each', async () => {
    const ended = vi.fn();
    const stop = transfers.onEnded(ended);
    await transfers.watch();
    channel?.onmessage({ jobs: [job('running')] });
    expect(ended).not.toHaveBeenCalled();
    channel?.onmessage({ jobs: [job('done')] });
    channel?.onmessage({ jobs: [job('done')] });
    expect(ended).toHaveBeenCalledOnce();
    stop();
  });

  it('tell when more of their items are done', async () => {
    const advanced = vi.fn();
    const stop = transfers.onAdvanced(advanced);
    await transfers.watch();
    const running = (itemsDone: number): Snapshot => ({
      jobs: [{ ...job('running', { itemsDone }), id: 2 }],
    });
    for (const itemsDone of [0, 1, 1, 2]) channel?.onmessage(running(itemsDone));
    expect(advanced).toHaveBeenCalledTimes(2);
    stop();
  });

  it('are as far as their bytes, or their items where there are none', () => {
    expect(fraction(job('running'))).toBe(0.25);
    expect(fraction(job('running', { bytesTotal: 0 }))).toBe(0.25);
    expect(fraction(job('running', { bytesTotal: 0, itemsTotal: 0 }))).toBeUndefined();
    expect(fraction(job('done'))).toBe(1);
  });

  it('say what they did, not what they meant to do', () => {
    expect(jobTitle(job('running'))).toBe('Adding 4 files to “Week 3”');
    expect(jobTitle(job('done', { itemsDone: 1 }))).toBe('Added 1 file to “Week 3”');
    expect(jobTitle(job('doneWithFailures', { itemsFailed: 2 }))).toBe('2 files failed: “Week 3”');
    expect(jobTitle(job('cancelled'))).toBe('Cancelled: “Week 3”');
  });

  it('say in one sentence how they ended', () => {
    const ended = (part: Partial<JobState['progress']>, verified: number, keptLocal = 0): string =>
      jobSummary({ ...job('done', { bytesDone: 3_400_000, ...part }), verified, keptLocal });
    expect(ended({ itemsDone: 4 }, 4)).toBe('4 files added (3.4\u00a0MB), all verified.');
    expect(ended({ itemsTotal: 12, itemsDone: 8, itemsSkipped: 3, itemsFailed: 1 }, 7, 2)).toBe(
      '8 files added (3.4\u00a0MB), 7 verified, 3 left out, 1 failed, 2 local files kept.',
    );
  });

  it('say how far they are, how fast and how long yet', () => {
    const running = job('running', { bytesPerSecond: 25, secondsLeft: 3 });
    expect(jobMeasure(running)).toBe('25\u00a0B of 100\u00a0B · 1 of 4 files · 25\u00a0B/s · 3 sec left');
  });

  it('keep the same object once they are over', async () => {
    await transfers.watch();
    channel?.onmessage({ jobs: [{ ...job('done'), id: 41 }] });
    const [first] = transfers.jobs;
    channel?.onmessage({ jobs: [{ ...job('done'), id: 41 }] });
    expect(transfers.jobs[0]).toBe(first);
  });
});
