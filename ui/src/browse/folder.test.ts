import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListingEvent, Query, Rows, Select, ViewState } from '../generated/bindings';
import { EVERYTHING, Folder, selectedAfter } from './folder.svelte';

const COUNT = 1_000_000;
let generation = 1;
let selected: Select = { kind: 'nothing' };
let asked: { command: string; start?: number }[] = [];
let told: string[] = [];
let moved: number | null = null;
let channel: Channel<ListingEvent> | undefined;
let hold: Promise<void> | undefined;
/** Told before the window knows the view. */
let early: ListingEvent | undefined;
/** Holds back the answer to the next request for rows, which was made up already. */
let holdRows: Promise<void> | undefined;

const state = (): ViewState => ({
  generation,
  listing: 0,
  depth: 'folder',
  count: COUNT,
  total: COUNT,
  folders: 0,
  files: COUNT,
  bytes: 0,
  complete: true,
  sort: { column: 'name', descending: false },
  listedAt: null,
  query: EVERYTHING,
  selection: { count: 0, folders: 0, files: 0, bytes: 0, first: null },
});

function rows(start: number, count: number): Rows {
  return {
    generation,
    listing: 0,
    start,
    rows: Array.from({ length: count }, (_, i) => ({
      id: start + i,
      name: `${generation}: ${start + i}`,
      folder: null,
      isFolder: false,
      size: 1,
      modifiedAt: null,
      fileType: 'pdf',
      extension: 'pdf',
      storageClass: null,
      measured: null,
      sharedUntil: null,
      matches: [],
      selected: selectedAfter(selected, start + i, false),
    })),
  };
}

interface Args {
  onEvent?: Channel<ListingEvent>;
  start?: number;
  count?: number;
  change?: Select;
  query?: Query;
  name?: string;
}

async function answer(command: string, args: Args): Promise<unknown> {
  asked.push({ command, start: args.start });
  switch (command) {
    case 'browse_open':
      await hold;
      channel = args.onEvent;
      if (early) channel?.onmessage(early);
      return 7;
    case 'browse_rows': {
      const held = holdRows;
      holdRows = undefined;
      const answer = rows(args.start ?? 0, args.count ?? 0);
      await held;
      return answer;
    }
    case 'browse_arrange':
      told.push(args.query?.text ?? '');
      return null;
    case 'browse_select':
      selected = args.change ?? selected;
      told.push('select');
      return null;
    case 'browse_state':
      told.push('state');
      return state();
    case 'browse_position':
      return moved;
    default:
      return null;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

async function opened(): Promise<Folder> {
  const folder = new Folder('c', 'Week 3/');
  await folder.open();
  channel?.onmessage({ kind: 'finished', state: state() });
  folder.look(0, 30);
  await settled();
  return folder;
}

describe('a folder', () => {
  beforeEach(() => {
    generation = 1;
    selected = { kind: 'nothing' };
    early = undefined;
    asked = [];
    told = [];
    moved = null;
    hold = holdRows = undefined;
    mockIPC((command, args) => answer(command, args as Args));
  });
  afterEach(clearMocks);

  it('asks for the rows near the screen only, however many there are', async () => {
    const folder = await opened();
    expect(folder.row(0)?.name).toBe('1: 0');
    expect(folder.row(500_000)).toBeUndefined();
    asked = [];
    folder.look(500_000, 500_030);
    await settled();
    expect(folder.row(500_010)?.name).toBe('1: 500010');
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(asked.every((ask) => Math.abs((ask.start ?? 0) - 500_000) < 300)).toBe(true);
  });

  it('asks for what is around only when a scroll that leaps has come to rest', async () => {
    const folder = await opened();
    asked = [];
    for (let at = 100_000; at <= 500_000; at += 100_000) folder.look(at, at + 30);
    await settled();
    expect(asked.length).toBeLessThanOrEqual(10);
    asked = [];
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(asked.every((ask) => Math.abs((ask.start ?? 0) - 500_000) < 300)).toBe(true);
  });

  it('asks once for rows that it has', async () => {
    const folder = await opened();
    asked = [];
    folder.look(2, 32);
    await settled();
    expect(asked).toEqual([]);
  });

  it('fetches anew when the order changed, and ignores news from before', async () => {
    const folder = await opened();
    generation = 2;
    channel?.onmessage({ kind: 'changed', state: state() });
    await settled();
    expect(folder.row(0)?.name).toBe('2: 0');
    channel?.onmessage({ kind: 'changed', state: { ...state(), generation: 1, count: 3 } });
    expect(folder.state?.count).toBe(COUNT);
  });

  it('does not let a late answer bring back older rows', async () => {
    const folder = await opened();
    let release: () => void = () => undefined;
    holdRows = new Promise((resolve) => (release = resolve));
    generation = 2;
    channel?.onmessage({ kind: 'changed', state: state() });
    generation = 3;
    channel?.onmessage({ kind: 'changed', state: state() });
    await settled();
    release();
    await settled();
    expect(folder.row(0)?.name).toBe('3: 0');
  });

  it('tells the core in the order of typing, and waits for neither', async () => {
    const folder = await opened();
    await Promise.all([folder.filter({ text: 'a' }), folder.filter({ text: 'ab' })]);
    expect(told).toEqual(['a', 'state', 'ab', 'state']);
    expect(folder.query.text).toBe('ab');
  });

  it('fetches no rows again for a selection that is as it was shown', async () => {
    const folder = await opened();
    asked = [];
    await folder.select({ kind: 'only', from: 2, to: 4 });
    expect(asked.map((ask) => ask.command)).toEqual(['browse_select', 'browse_state']);
  });

  it('keeps the same rows under the eye when others come in above them', async () => {
    const folder = await opened();
    let shift = 0;
    folder.onshift = (places) => (shift = places);
    folder.look(500, 530, 508);
    await settled();
    moved = 520;
    generation = 2;
    channel?.onmessage({ kind: 'changed', state: state() });
    await settled();
    expect(shift).toBe(12);
  });

  it('shows a selection at once, before the core has answered', async () => {
    const folder = await opened();
    const done = folder.select({ kind: 'only', from: 2, to: 4 });
    expect([1, 2, 4, 5].map((at) => folder.row(at)?.selected)).toEqual([false, true, true, false]);
    await done;
    expect(folder.selectedAt()).toBe(2);
  });

  it('gives another row where the selection changed, so that it is drawn again', async () => {
    const folder = await opened();
    const [before, untouched] = [folder.row(2), folder.row(3)];
    await folder.select({ kind: 'only', from: 2, to: 2 });
    expect(folder.row(2)).not.toBe(before);
    expect(folder.row(3)).toBe(untouched);
  });

  it('puts the keyboard on the file it was opened for, even if all was listed before it knew its view', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const folder = new Folder('c', 'Week 3/', 'notes.txt');
    folder.wantedIsFile = true;
    moved = 12;
    early = { kind: 'finished', state: state() };
    const open = folder.open();
    release();
    await open;
    await settled();
    expect(folder.focus).toBe(12);
    expect(selected).toEqual({ kind: 'only', from: 12, to: 12 });
  });

  it('closes a view that was opened too late', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const folder = new Folder('c', '');
    const open = folder.open();
    folder.close();
    release();
    await open;
    expect(asked.map((ask) => ask.command)).toEqual(['browse_open', 'browse_close']);
  });

  it('keeps the failure of a listing that stopped, and its rows', async () => {
    const folder = await opened();
    const error = {
      code: 'noNetwork' as const,
      subject: null,
      message: 'x',
      nextStep: null,
      technical: null,
    };
    channel?.onmessage({ kind: 'failed', state: { ...state(), complete: false }, error });
    expect(folder.error?.code).toBe('noNetwork');
    expect(folder.row(0)?.name).toBe('1: 0');
  });
});
