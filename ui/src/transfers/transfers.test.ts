import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobPhase, JobState, Plan, Snapshot } from '../generated/bindings';
import { reset, toasts } from '../kit/toasts.svelte';
import { dialogs } from '../shell/dialogs.svelte';
import { jobTitle } from './texts';
import { fraction, transfers } from './transfers.svelte';

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
  asked = [];
  dialogs.open = [];
  reset();
  mockIPC((command, args) => {
    asked.push([command, args]);
    if (command === 'transfers_plan_upload') return next;
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
});
