import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListingEvent, Row, ViewState } from '../generated/bindings';
import { EVERYTHING, Folder } from './folder.svelte';
import ListUnderTest from './ListUnderTest.svelte';
import { forgetLooks, lookOf } from './look.svelte';

const COUNT = 1_000_000;

const state: ViewState = {
  generation: 1,
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
};

const row = (at: number): Row => ({
  id: at,
  name: `Slides ${at}.pdf`,
  folder: null,
  isFolder: false,
  size: 2_000,
  modifiedAt: 0,
  fileType: 'pdf',
  extension: 'pdf',
  storageClass: 'GLACIER',
  sharedUntil: null,
  matches: [],
  measured: null,
  selected: false,
});

function answer(command: string, args: unknown): unknown {
  const { start, count, onEvent } = args as Record<string, number> & { onEvent?: Channel<ListingEvent> };
  switch (command) {
    case 'browse_open':
      setTimeout(() => onEvent?.onmessage({ kind: 'finished', state }));
      return 7;
    case 'browse_rows': {
      const rows = Array.from({ length: count ?? 0 }, (_, i) => row((start ?? 0) + i));
      return { generation: 1, listing: 0, start, rows };
    }
    case 'browse_state':
      return state;
    case 'browse_recent':
      return [];
    default:
      return null;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
let folder: Folder;
let page: Record<string, unknown>;

beforeEach(async () => {
  forgetLooks();
  mockIPC(answer);
  folder = new Folder('c', 'w/');
  page = mount(ListUnderTest, { target: document.body, props: { folder } });
  await folder.open();
  await settled();
  flushSync();
});
afterEach(async () => {
  await unmount(page);
  clearMocks();
});

describe('the list of a million files', () => {
  it('draws a few rows of them, and says how many there are', () => {
    const rows = all('[data-testid=row]');
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.length).toBeLessThan(100);
    expect(rows[0]?.dataset['name']).toBe('Slides 0.pdf');
    expect(all('[role=grid]')[0]?.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
  });

  it('shows the columns that were chosen, for heads and rows alike', () => {
    lookOf(folder).toggle('storageClass');
    lookOf(folder).toggle('size');
    flushSync();
    expect(all('[data-testid=sort-size]')).toHaveLength(0);
    expect(all('[data-testid=sort-storageClass]')).toHaveLength(1);
    const [first] = all('[data-testid=row]');
    expect(first?.textContent).toContain('GLACIER');
    expect(first?.textContent).not.toContain('kB');
    expect(first?.querySelectorAll('[role=gridcell]')).toHaveLength(5);
    expect(all('[role=grid]')[0]?.getAttribute('aria-colcount')).toBe('5');
  });

  it('shows at once that a row is selected, also the one that has the keyboard already', () => {
    void folder.select({ kind: 'only', from: 0, to: 0 });
    flushSync();
    expect(all('[data-testid=row]')[0]?.getAttribute('aria-selected')).toBe('true');
  });

  it('has no buttons in rows that nobody points at', () => {
    expect(all('[data-testid=row] button')).toHaveLength(0);
  });
});

describe('the grid of a million files', () => {
  beforeEach(() => {
    lookOf(folder).show('grid');
    flushSync();
  });

  it('is lines of tiles, of which a few are drawn', () => {
    const [grid] = all('[role=grid]');
    const columns = Number(grid?.getAttribute('aria-colcount'));
    expect(grid?.getAttribute('aria-rowcount')).toBe(String(Math.ceil(COUNT / columns)));
    expect(all('[role=row]').length).toBeLessThan(20);
    expect(all('[role=row] > [role=gridcell]')[0]?.dataset['name']).toBe('Slides 0.pdf');
  });

  it('names the tile with the keyboard', () => {
    const active = all('[role=grid]')[0]?.getAttribute('aria-activedescendant');
    expect(document.getElementById(active ?? '')?.getAttribute('role')).toBe('gridcell');
  });
});
