/** What the palette offers: places and commands, and what was chosen there lately. */
import BookOpen from '@lucide/svelte/icons/book-open';
import Database from '@lucide/svelte/icons/database';
import LinkIcon from '@lucide/svelte/icons/link';
import Trash from '@lucide/svelte/icons/trash-2';
import { connections } from '../connections/connections.svelte';
import type { Icon } from '../kit';
import { t, text } from '../messages/index.svelte';
import { table } from './commands';
import { places } from './places.svelte';
import type { Searched } from './search';

export interface PaletteEntry extends Searched {
  /** What it is, in a word. */
  kind: string;
  icon: Icon;
  shortcut?: string | undefined;
  /** The folder it leads to: of several entries that lead there only the first is shown. */
  leads?: string | undefined;
  /** What Tab puts into the field: a path to go on from. */
  completes?: string | undefined;
  run: () => void;
}

/** More than anybody reads; typing goes on. */
export const MOST_SHOWN = 200;
const MOST_LATELY = 30;
const LATELY = 'palette';

/** Something with a slash names a folder of the connection on screen. */
export function isPath(typed: string): boolean {
  return typed.includes('/');
}

export function commandAndPlaceEntries(): PaletteEntry[] {
  return [...placeEntries(), ...commandEntries()];
}

function commandEntries(): PaletteEntry[] {
  return table
    .filter((command) => command.id !== 'palette')
    .map((command) => ({
      id: command.id,
      label: text(command.title),
      kind: text(`section.${command.section}`),
      icon: command.icon,
      shortcut: command.shortcuts[0],
      reason: command.reason?.(),
      run: command.run,
    }));
}

function placeEntries(): PaletteEntry[] {
  return [
    ...connections.courses.map((course) => ({
      id: `course-${course.id}`,
      label: course.title,
      also: course.prefix,
      leads: leadsTo(course.connectionId, course.prefix),
      kind: t('palette.course'),
      icon: BookOpen,
      run: () => places.go({ kind: 'folder', connectionId: course.connectionId, prefix: course.prefix }),
    })),
    ...connections.list.map(({ connection }) => ({
      id: `connection-${connection.id}`,
      label: connection.name,
      also: connection.bucket,
      kind: t('palette.connection'),
      icon: Database,
      run: () => places.go(connections.home(connection.id)),
    })),
    {
      id: 'place-links',
      label: t('links.title'),
      kind: t('palette.place'),
      icon: LinkIcon,
      run: () => places.go({ kind: 'links' }),
    },
    {
      id: 'place-deleted',
      label: t('bin.title'),
      kind: t('palette.place'),
      icon: Trash,
      run: () => places.go({ kind: 'deleted' }),
    },
  ];
}

export function leadsTo(connectionId: string, prefix: string): string {
  return `${connectionId}\n${prefix}`;
}

/** Each folder once. */
export function eachOnce(entries: PaletteEntry[]): PaletteEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ leads }) => {
    if (leads === undefined) return true;
    const fresh = !seen.has(leads);
    seen.add(leads);
    return fresh;
  });
}

/** What was chosen lately, newest first, by id. */
export function lately(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(LATELY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

/** Remembers a choice. Folders are remembered by being visited. */
export function use(id: string): void {
  if (id.startsWith('folder-') || id.startsWith('recent-')) return;
  const kept = [id, ...lately().filter((known) => known !== id)].slice(0, MOST_LATELY);
  localStorage.setItem(LATELY, JSON.stringify(kept));
}
