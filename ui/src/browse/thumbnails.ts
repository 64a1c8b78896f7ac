/**
 * Where the small picture of a file comes from: the app's own scheme, which reads and draws in the core.
 * What the list does not show any more is called off, so that scrolling does not queue up work.
 */
import { convertFileSrc } from '@tauri-apps/api/core';
import { commands, type Row } from '../generated/bindings';
import type { Folder } from './folder.svelte';

const SCHEME = 'lectern-thumbnail';
const DRAWN = new Set(['bmp', 'gif', 'jpeg', 'jpg', 'png', 'webp']);
/** Larger files keep their icon; the core has the same limit. */
const MOST_BYTES = 32 * 1024 * 1024;
const CALL_OFF_MS = 100;

/** `undefined` for what has none. It says what the row shows: another state of the file has another address. */
export function thumbnailUrl(folder: Folder, row: Row): string | undefined {
  const { view } = folder;
  if (view === null || row.isFolder || !DRAWN.has(row.extension)) return undefined;
  if (row.size === null || row.size === 0 || row.size > MOST_BYTES) return undefined;
  return convertFileSrc(`${view}/${row.size}/${row.modifiedAt ?? ''}/${pathOf(row)}`, SCHEME);
}

/** The row's name below the view's folder. */
function pathOf(row: Row): string {
  return row.folder ? `${row.folder}/${row.name}` : row.name;
}

const calledOff = new Map<number, Set<string>>();

/** The row is off the screen before its picture came. */
export function callOff(folder: Folder, row: Row): void {
  const { view } = folder;
  if (view === null) return;
  if (calledOff.size === 0) setTimeout(sendCalledOff, CALL_OFF_MS);
  const names = calledOff.get(view) ?? new Set();
  calledOff.set(view, names.add(pathOf(row)));
}

/** It is wanted again. */
export function want(folder: Folder, row: Row): void {
  if (folder.view !== null) calledOff.get(folder.view)?.delete(pathOf(row));
}

function sendCalledOff(): void {
  for (const [view, names] of calledOff) {
    // Nothing to tell anybody when it fails: the picture is made for nobody.
    if (names.size > 0) commands.thumbnailsCancel(view, [...names]).catch(() => undefined);
  }
  calledOff.clear();
}
