import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Look, Sort } from '../generated/bindings';
import type { Folder } from './folder.svelte';
import { FolderLook, forgetLooks } from './look.svelte';

let kept: Record<string, Look | null> = {};
const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  kept = {};
  forgetLooks();
  mockIPC((command, args) => {
    const { prefix, look } = args as { prefix: string; look?: Look };
    if (command === 'browse_keep_look') kept[prefix] = look ?? null;
    return command === 'browse_look' ? (kept[prefix] ?? null) : null;
  });
});
afterEach(clearMocks);

describe('how a folder is looked at', () => {
  it('is kept for this folder and no other', async () => {
    const look = new FolderLook('c', 'w/');
    await settled();
    look.show('grid');
    look.resize('size', 120);
    look.keepWidths();
    await settled();
    forgetLooks();

    const [again, other] = [new FolderLook('c', 'w/'), new FolderLook('c', 'x/')];
    await settled();
    expect([again.layout, again.widths]).toEqual(['grid', { size: 120 }]);
    expect([other.layout, other.isPlain]).toEqual(['list', true]);
  });

  it('is there at once when one comes back', () => {
    new FolderLook('c', 'w/').show('grid');
    expect(new FolderLook('c', 'w/').layout).toBe('grid');
  });

  it('is not overtaken by what was kept before', async () => {
    kept['w/'] = { layout: 'list', sort: null, columns: [], widths: [] };
    const look = new FolderLook('c', 'w/');
    look.show('grid');
    await settled();
    expect(look.layout).toBe('grid');
  });

  it('goes back to how it was, but for list or grid', () => {
    const look = new FolderLook('c', 'w/');
    look.show('grid');
    look.toggle('size');
    look.sortBy({ column: 'size', descending: true });
    look.reset();
    expect([look.layout, look.columns, look.sort]).toEqual(['grid', null, null]);
  });

  it('orders the folder once for each choice, and by name again after a reset', () => {
    const asked: Sort[] = [];
    const folder = { sort: (sort: Sort) => Promise.resolve(void asked.push(sort)) } as unknown as Folder;
    const look = new FolderLook('c', 'w/');
    look.arrange(folder);
    look.sortBy({ column: 'size', descending: true });
    look.arrange(folder);
    look.arrange(folder);
    look.reset();
    look.arrange(folder);
    expect(asked).toEqual([
      { column: 'size', descending: true },
      { column: 'name', descending: false },
    ]);
  });
});
