/** What the palette offers. */
import BookOpen from '@lucide/svelte/icons/book-open';
import Database from '@lucide/svelte/icons/database';
import LinkIcon from '@lucide/svelte/icons/link';
import Trash from '@lucide/svelte/icons/trash-2';
import { connections } from '../connections/connections.svelte';
import type { Icon } from '../kit';
import { t, text } from '../messages/index.svelte';
import { table } from './commands';
import { places } from './places.svelte';

export interface PaletteEntry {
  id: string;
  label: string;
  /** What it is, in a word. */
  kind: string;
  icon: Icon;
  shortcut?: string | undefined;
  reason?: string | undefined;
  run: () => void;
}

export function paletteEntries(): PaletteEntry[] {
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
      kind: t('palette.course'),
      icon: BookOpen,
      run: () => places.go({ kind: 'folder', connectionId: course.connectionId, prefix: course.prefix }),
    })),
    ...connections.list.map(({ connection }) => ({
      id: `connection-${connection.id}`,
      label: connection.name,
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
