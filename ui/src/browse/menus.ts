/** What the context menus of the list offer: commands of the table. */
import type { MenuEntry } from '../kit';
import { entry } from '../shell/commands';
import { win } from '../shell/window.svelte';

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
    ...(folder ? [pinEntry()] : []),
    entry('editProperties'),
    'rule',
    entry('delete'),
  ];
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
    pinEntry(),
  ];
}

function pinEntry(): MenuEntry {
  return entry('pin').reason === undefined ? entry('pin') : entry('unpin');
}

function measureEntry(): MenuEntry {
  return entry('stopMeasuring').reason === undefined ? entry('stopMeasuring') : entry('measure');
}
