/** What can be done with a connection or a course from the sidebar. */
import Eraser from '@lucide/svelte/icons/eraser';
import PackageOpen from '@lucide/svelte/icons/package-open';
import Pencil from '@lucide/svelte/icons/pencil';
import PinOff from '@lucide/svelte/icons/pin-off';
import Share from '@lucide/svelte/icons/file-output';
import SettingsIcon from '@lucide/svelte/icons/settings-2';
import X from '@lucide/svelte/icons/x';
import Unplug from '@lucide/svelte/icons/unplug';
import { recent } from '../browse/recent.svelte';
import { commands, type ConnectionInfo, type Course, type RecentPlace } from '../generated/bindings';
import type { MenuEntry } from '../kit';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { attempt } from '../shell/report';
import { connections } from './connections.svelte';
import { connectionOut } from './files';

export function connectionMenu(info: ConnectionInfo): MenuEntry[] {
  const practice = info.connection.source.kind === 'practice';
  return [
    {
      id: 'edit-connection',
      label: t('connections.edit'),
      icon: SettingsIcon,
      run: () => openDialog({ kind: 'connection', existing: info }),
    },
    {
      id: 'export-connection',
      label: t('connections.export'),
      icon: Share,
      reason: practice ? t('reason.practiceStaysHere') : undefined,
      run: () => void connectionOut([info.connection.id]),
    },
    {
      id: 'unfinished-uploads',
      label: t('command.uploads'),
      icon: PackageOpen,
      run: () => openDialog({ kind: 'uploads', connectionId: info.connection.id }),
    },
    'rule',
    {
      id: 'remove-connection',
      label: t('connections.remove'),
      icon: Unplug,
      danger: true,
      run: () => openDialog({ kind: 'removeConnection', connection: info }),
    },
  ];
}

export function courseMenu(course: Course): MenuEntry[] {
  return [
    {
      id: 'rename-course',
      label: t('courses.rename'),
      icon: Pencil,
      run: () => openDialog({ kind: 'renameCourse', course }),
    },
    { id: 'unpin-course', label: t('command.unpin'), icon: PinOff, run: () => void unpin(course) },
  ];
}

export function recentMenu(place: RecentPlace): MenuEntry[] {
  return [
    { id: 'forget-recent', label: t('recent.forget'), icon: X, run: () => void recent.forget(place) },
    { id: 'clear-recent', label: t('recent.clear'), icon: Eraser, run: () => void recent.clear() },
  ];
}

async function unpin(course: Course): Promise<void> {
  await attempt(t('courses.notUnpinned'), () => ask(commands.browseUnpin(course.id)));
  await connections.loadCourses();
}
