import { clearMocks, mockConvertFileSrc, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Row } from '../generated/bindings';
import { Folder } from './folder.svelte';
import { callOff, thumbnailUrl, want } from './thumbnails';

const row = (over: Partial<Row>): Row => ({
  id: 1,
  name: 'a.png',
  folder: null,
  isFolder: false,
  size: 12,
  measured: null,
  modifiedAt: 34,
  fileType: 'image',
  extension: 'png',
  storageClass: null,
  sharedUntil: null,
  selected: false,
  matches: [],
  ...over,
});

let folder: Folder;
let cancelled: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  cancelled = [];
  mockConvertFileSrc('linux');
  mockIPC((command, args) => {
    if (command === 'thumbnails_cancel') cancelled.push(args);
    return null;
  });
  folder = new Folder('c', 'week 1/');
  folder.view = 7;
});

afterEach(() => {
  clearMocks();
  vi.useRealTimers();
});

const decoded = (url: string | undefined): string => decodeURIComponent(url ?? '');

it('gives a picture an address that names what the row shows', () => {
  const url = thumbnailUrl(folder, row({ name: 'ä b?.png' }));

  expect(url).toMatch(/^lectern-thumbnail:\/\/localhost\/[^/?]*$/);
  expect(decoded(url)).toContain('/7/12/34/ä b?.png');
});

it('gives another state of a file another address', () => {
  expect(thumbnailUrl(folder, row({}))).not.toBe(thumbnailUrl(folder, row({ modifiedAt: 35 })));
});

it('finds a picture that lies deeper', () => {
  expect(decoded(thumbnailUrl(folder, row({ folder: 'x/y' })))).toContain('/34/x/y/a.png');
});

it.each([
  ['a folder', { isFolder: true, size: null }],
  ['another kind of file', { extension: 'svg' }],
  ['an empty file', { size: 0 }],
  ['a very large file', { size: 40_000_000 }],
])('has none for %s', (_, over) => {
  expect(thumbnailUrl(folder, row(over))).toBeUndefined();
});

it('calls off together what left the screen, but not what came back', async () => {
  callOff(folder, row({ name: 'a.png' }));
  callOff(folder, row({ name: 'b.png' }));
  callOff(folder, row({ name: 'c.png' }));
  want(folder, row({ name: 'b.png' }));

  await vi.advanceTimersByTimeAsync(200);

  expect(cancelled).toEqual([{ view: 7, names: ['a.png', 'c.png'] }]);
});
