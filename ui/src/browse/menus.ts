/** What the context menus of the list offer: commands of the table. */
import type { Column } from '../generated/bindings';
import type { MenuEntry } from '../kit';
import { openMenuAt } from '../kit/menus.svelte';
import { entry } from '../shell/commands';
import { win } from '../shell/window.svelte';
import { t, text } from '../messages/index.svelte';
import { offered, wanted } from './columns';
import type { Folder } from './folder.svelte';
import { HEADER_HEIGHT } from './geometry';
import { lookOf, type FolderLook } from './look.svelte';

export function rowMenu(): MenuEntry[] {
  const selection = win.folder?.state?.selection;
  const one = selection?.count === 1;
  const folder = one && selection.folders === 1;
  const file = one && selection.files === 1;
  return [
    ...(folder ? [entry('open')] : []),
    ...(file && win.folder?.depth === 'all' ? [entry('showInFolder')] : []),
    ...(file ? [entry('preview'), entry('copyLink')] : []),
    entry('download'),
    ...(selection && selection.folders > 0 ? [measureEntry()] : []),
    'rule',
    ...(one ? [entry('rename')] : []),
    entry('moveTo'),
    entry('copyTo'),
    ...(folder ? [pinEntry()] : []),
    entry('editProperties'),
    'rule',
    entry('delete'),
  ];
}

/** Which columns are shown, on the heads. */
export function headMenu(look: FolderLook, folder: Folder): MenuEntry[] {
  const deep = folder.depth === 'all';
  const shown = wanted(look.columns, deep);
  return [
    {
      id: 'column-name',
      label: t('column.name'),
      checked: true,
      reason: t('reason.nameStays'),
      run: () => undefined,
    },
    ...offered(deep).map((column) => ({
      id: `column-${column}`,
      label: text(`column.${column}`),
      checked: shown.includes(column),
      run: () => look.toggle(column),
    })),
    'rule',
    entry('resetLook'),
  ];
}

/** By what the folder is ordered: for the grid, which has no heads, and for the keyboard. */
export function sortMenu(look: FolderLook, folder: Folder): MenuEntry[] {
  const sort = folder.state?.sort ?? { column: 'name', descending: false };
  const columns: Column[] = ['name', ...wanted(look.columns, folder.depth === 'all')];
  return [
    ...columns.map((column) => ({
      id: `by-${column}`,
      label: text(`column.${column}`),
      checked: sort.column === column,
      run: () => look.sortBy({ column, descending: false }),
    })),
    'rule',
    {
      id: 'descending',
      label: t('sort.descending'),
      checked: sort.descending,
      run: () => look.sortBy({ ...sort, descending: !sort.descending }),
    },
  ];
}

export function chooseSort(folder: Folder): void {
  openBelowHeads(sortMenu(lookOf(folder), folder));
}

/** The same by command: below the heads. */
export function chooseColumns(folder: Folder): void {
  openBelowHeads(headMenu(lookOf(folder), folder));
}

function openBelowHeads(entries: MenuEntry[]): void {
  const box = win.grid?.getBoundingClientRect();
  if (!box) return;
  win.focusList();
  openMenuAt(box.right - 240, box.top + HEADER_HEIGHT, entries);
}

export function folderMenu(): MenuEntry[] {
  return [
    entry('addFiles'),
    entry('addFolder'),
    entry('paste'),
    entry('newFolder'),
    'rule',
    entry('selectAll'),
    entry('refresh'),
    measureEntry(),
    'rule',
    entry('viewList'),
    entry('viewGrid'),
    entry('sort'),
    'rule',
    pinEntry(),
  ];
}

function pinEntry(): MenuEntry {
  return entry('pin').reason === undefined ? entry('pin') : entry('unpin');
}

function measureEntry(): MenuEntry {
  return entry('stopMeasuring').reason === undefined ? entry('stopMeasuring') : entry('measure');
}
