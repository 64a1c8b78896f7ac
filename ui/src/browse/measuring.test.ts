import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Measured, MeasureProgress, MeasureSummary, Row } from '../generated/bindings';
import { reset, toasts } from '../kit/toasts.svelte';
import { Folder } from './folder.svelte';
import { measuring } from './measuring.svelte';

const sum = (bytes: number): Measured => ({ files: 2, bytes, modifiedAt: 1, measuredAt: 5 });
const week = { name: 'week 1', isFolder: true } as Row;

let tell: ((progress: MeasureProgress) => void) | undefined;
let end: (summary: MeasureSummary) => void;
let stopped: number;
let folder: Folder;

beforeEach(() => {
  stopped = 0;
  mockIPC((command, args) => {
    if (command === 'browse_measure') {
      const channel = (args as { onProgress: Channel<MeasureProgress> }).onProgress;
      tell = (progress) => channel.onmessage(progress);
      return new Promise<MeasureSummary>((resolve) => (end = resolve));
    }
    if (command === 'browse_stop_measuring') stopped += 1;
    return null;
  });
  folder = new Folder('c', '');
  folder.view = 7;
});

afterEach(() => {
  clearMocks();
  reset();
});

const done = (over: Partial<MeasureSummary> = {}): MeasureSummary => ({
  foldersDone: 1,
  failures: [],
  cancelled: false,
  total: sum(20),
  ...over,
});

it('shows a running total until the folder is counted', async () => {
  const counted = measuring.start(folder);
  tell?.({ folders: [['week 1', sum(10)]], total: sum(10) });

  expect(measuring.folder).toBe(folder);
  expect(measuring.of(week)?.bytes).toBe(10);

  end(done());
  await counted;

  expect(measuring.folder).toBeNull();
  expect(measuring.of(week)).toBeUndefined();
  expect(toasts.list[0]?.text).toContain('2 files');
});

it('keeps the sum of the folder on screen, when it was counted to its end', async () => {
  let counted = measuring.start(folder);
  end(done());
  await counted;
  expect(measuring.whole).toEqual({ folder, total: sum(20) });

  const other = new Folder('c', 'x/');
  other.view = 8;
  counted = measuring.start(other);
  end(done({ cancelled: true, total: sum(1) }));
  await counted;
  expect(measuring.whole?.folder).toBe(folder);
});

it('is stopped, and says nothing of a sum that is none', async () => {
  const counted = measuring.start(folder);
  measuring.stop();
  end(done({ cancelled: true }));
  await counted;

  expect(stopped).toBe(1);
  expect(toasts.list).toEqual([]);
});

it('says which folders could not be counted', async () => {
  const error = {
    code: 'notAllowedToList',
    subject: null,
    message: 'no',
    nextStep: null,
    technical: null,
  } as const;
  const counted = measuring.start(folder);
  end(done({ failures: [{ name: 'week 1', error }] }));
  await counted;

  expect(toasts.list[0]).toMatchObject({ tone: 'bad' });
});
