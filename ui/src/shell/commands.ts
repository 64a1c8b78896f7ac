/**
 * The command table: everything the window can do, once. Toolbar, menus, context menus, shortcuts,
 * the palette and the sheet of shortcuts all read it.
 */
import ArrowDownUp from '@lucide/svelte/icons/arrow-down-narrow-wide';
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import ArrowUpDown from '@lucide/svelte/icons/arrow-up-down';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import Calculator from '@lucide/svelte/icons/calculator';
import CircleStop from '@lucide/svelte/icons/circle-stop';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Columns from '@lucide/svelte/icons/columns-3';
import CopyIcon from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Eye from '@lucide/svelte/icons/eye';
import FilePlus from '@lucide/svelte/icons/file-plus-2';
import FolderInput from '@lucide/svelte/icons/folder-input';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import FolderUp from '@lucide/svelte/icons/folder-up';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import LinkIcon from '@lucide/svelte/icons/link';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListFilter from '@lucide/svelte/icons/list-filter';
import ListIcon from '@lucide/svelte/icons/list';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import PackageOpen from '@lucide/svelte/icons/package-open';
import PanelRight from '@lucide/svelte/icons/panel-right';
import PauseIcon from '@lucide/svelte/icons/pause';
import Pencil from '@lucide/svelte/icons/pencil';
import Pin from '@lucide/svelte/icons/pin';
import PinOff from '@lucide/svelte/icons/pin-off';
import Play from '@lucide/svelte/icons/play';
import Plug from '@lucide/svelte/icons/plug';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Tags from '@lucide/svelte/icons/tags';
import Search from '@lucide/svelte/icons/search';
import SearchX from '@lucide/svelte/icons/search-x';
import FolderSearch from '@lucide/svelte/icons/folder-search';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import SettingsIcon from '@lucide/svelte/icons/settings-2';
import TextCursor from '@lucide/svelte/icons/text-cursor-input';
import Trash from '@lucide/svelte/icons/trash-2';
import UndoIcon from '@lucide/svelte/icons/undo-2';
import { askToDelete } from '../bin/bin.svelte';
import { pathOf } from '../browse/folder.svelte';
import { asksForNothing, EVERYTHING } from '../browse/query';
import { lookOf } from '../browse/look.svelte';
import { chooseColumns, chooseSort } from '../browse/menus';
import { measuring } from '../browse/measuring.svelte';
import { connections } from '../connections/connections.svelte';
import { commands as core } from '../generated/bindings';
import type { Icon, MenuAction } from '../kit';
import { dismissActions } from '../kit/toasts.svelte';
import { t, text, type Key } from '../messages/index.svelte';
import { askToEdit } from '../properties/edit';
import { previewable, previewing } from '../preview/preview.svelte';
import { transfers } from '../transfers/transfers.svelte';
import { ask } from './core';
import { openDialog } from './dialogs.svelte';
import { canUndo, undoLast } from './lastDone.svelte';
import { places } from './places.svelte';
import { attempt } from './report';
import { win } from './window.svelte';

export type Section = 'files' | 'edit' | 'view' | 'go' | 'app';

export interface Command {
  id: string;
  title: Key;
  section: Section;
  icon: Icon;
  /** The first is the one shown. */
  shortcuts: string[];
  /** Works while a text field has the focus. */
  whileTyping?: boolean;
  /** Why not now; `undefined` when it can run. */
  reason?: () => string | undefined;
  run: () => void;
}

const needsFolder = (): string | undefined => (win.folder ? undefined : t('reason.noFolder'));

function selected(): { count: number; files: number; folders: number } {
  return win.folder?.state?.selection ?? { count: 0, files: 0, folders: 0 };
}

const needsSelection = (): string | undefined =>
  needsFolder() ?? (selected().count > 0 ? undefined : t('reason.nothingSelected'));

const needsOne = (): string | undefined =>
  needsSelection() ?? (selected().count === 1 ? undefined : t('reason.moreThanOne'));

const needsOneFile = (): string | undefined =>
  needsOne() ?? (selected().files === 1 ? undefined : t('reason.folderHasNoLink'));

const needsTransfers = (): string | undefined =>
  transfers.jobs.length > 0 ? undefined : t('reason.noTransfers');

const needsOneFolder = (): string | undefined =>
  needsOne() ?? (selected().folders === 1 ? undefined : t('reason.notAFolder'));

/** The prefix that pinning is about: the one selected folder, else the folder on screen. */
function pinTarget(): { connectionId: string; prefix: string } | undefined {
  const folder = win.folder;
  if (!folder) return undefined;
  const name = selected().folders === 1 && selected().count === 1 ? folder.state?.selection.first : undefined;
  return { connectionId: folder.connectionId, prefix: name ? `${folder.prefix}${name}/` : folder.prefix };
}

function openSelected(): void {
  const folder = win.folder;
  if (!folder) return;
  const row = folder.row(folder.focus);
  if (!row) return;
  if (row.isFolder) win.enter(row.name);
  else if (!win.inspectorOpen) win.toggleInspector();
}

/** Asks where to, for what is selected. */
function bringTo(copy: boolean): void {
  const folder = win.folder;
  if (folder?.view == null) return;
  openDialog({ kind: 'bringTo', folder, copy });
}

function look(): ReturnType<typeof lookOf> | undefined {
  return win.folder ? lookOf(win.folder) : undefined;
}

function copyLink(): void {
  const folder = win.folder;
  const at = folder?.selectedAt() ?? null;
  const row = at === null ? undefined : folder?.handle(at);
  const name = folder?.state?.selection.first;
  if (folder?.view == null || !row || !name) return;
  openDialog({ kind: 'copyLink', view: folder.view, row, name });
}

function showInFolder(): void {
  const folder = win.folder;
  const at = folder?.selectedAt() ?? null;
  const row = at === null ? undefined : folder?.row(at);
  if (row) win.showInFolder(pathOf(row));
}

async function unpin(): Promise<void> {
  const target = pinTarget();
  const course = target && connections.pinned(target.connectionId, target.prefix);
  if (!course) return;
  await attempt(t('courses.notUnpinned'), () => ask(core.browseUnpin(course.id)));
  await connections.loadCourses();
}

function undo(): void {
  dismissActions();
  undoLast();
}

function goPlace(step: 'back' | 'forward'): void {
  if (step === 'back') places.goBack();
  else places.goForward();
}

export const table: Command[] = [
  {
    id: 'back',
    title: 'command.back',
    section: 'go',
    icon: ArrowLeft,
    shortcuts: ['Alt+ArrowLeft'],
    reason: () => (places.canGoBack ? undefined : t('reason.noBack')),
    run: () => goPlace('back'),
  },
  {
    id: 'forward',
    title: 'command.forward',
    section: 'go',
    icon: ArrowRight,
    shortcuts: ['Alt+ArrowRight'],
    reason: () => (places.canGoForward ? undefined : t('reason.noForward')),
    run: () => goPlace('forward'),
  },
  {
    id: 'up',
    title: 'command.up',
    section: 'go',
    icon: ArrowUp,
    shortcuts: ['Alt+ArrowUp', 'Backspace'],
    reason: () => needsFolder() ?? (win.parent === undefined ? t('reason.atTheTop') : undefined),
    run: () => win.goUp(),
  },
  {
    id: 'path',
    title: 'command.path',
    section: 'go',
    icon: TextCursor,
    shortcuts: ['Mod+L'],
    whileTyping: true,
    reason: needsFolder,
    run: () => (win.editingPath = true),
  },
  {
    id: 'palette',
    title: 'command.palette',
    section: 'go',
    icon: Search,
    shortcuts: ['Mod+K'],
    whileTyping: true,
    run: () => openDialog({ kind: 'palette' }),
  },
  {
    id: 'open',
    title: 'command.open',
    section: 'files',
    icon: FolderOpen,
    shortcuts: ['Enter'],
    reason: needsOneFolder,
    run: openSelected,
  },
  {
    id: 'preview',
    title: 'command.preview',
    section: 'files',
    icon: Eye,
    shortcuts: ['Space'],
    reason: () =>
      needsFolder() ?? (win.folder && previewable(win.folder) ? undefined : t('reason.noFileToPreview')),
    run: () => previewing.toggle(),
  },
  {
    id: 'addFiles',
    title: 'command.addFiles',
    section: 'files',
    icon: FilePlus,
    shortcuts: ['Mod+U'],
    reason: needsFolder,
    run: () => {
      if (win.folder) void transfers.pick(win.folder.connectionId, win.folder.prefix, 'files');
    },
  },
  {
    id: 'addFolder',
    title: 'command.addFolder',
    section: 'files',
    icon: FolderUp,
    shortcuts: ['Mod+Shift+U'],
    reason: needsFolder,
    run: () => {
      if (win.folder) void transfers.pick(win.folder.connectionId, win.folder.prefix, 'folders');
    },
  },
  {
    id: 'paste',
    title: 'command.paste',
    section: 'files',
    icon: ClipboardPaste,
    shortcuts: ['Mod+V'],
    reason: needsFolder,
    run: () => {
      if (win.folder) void transfers.paste(win.folder.connectionId, win.folder.prefix);
    },
  },
  {
    id: 'newFolder',
    title: 'command.newFolder',
    section: 'files',
    icon: FolderPlus,
    shortcuts: ['Mod+Shift+N'],
    reason: needsFolder,
    run: () => {
      if (win.folder) {
        openDialog({ kind: 'newFolder', connectionId: win.folder.connectionId, prefix: win.folder.prefix });
      }
    },
  },
  {
    id: 'copyLink',
    title: 'command.copyLink',
    section: 'files',
    icon: LinkIcon,
    shortcuts: ['Mod+Shift+C'],
    reason: needsOneFile,
    run: copyLink,
  },
  {
    id: 'download',
    title: 'command.download',
    section: 'files',
    icon: Download,
    shortcuts: ['Mod+D'],
    reason: needsSelection,
    run: () => {
      if (win.folder?.view != null) void transfers.download(win.folder.view);
    },
  },
  {
    id: 'rename',
    title: 'command.rename',
    section: 'files',
    icon: Pencil,
    shortcuts: ['F2'],
    reason: needsOne,
    run: () => (win.renaming = win.folder?.selectedAt() ?? null),
  },
  {
    id: 'editProperties',
    title: 'command.editProperties',
    section: 'files',
    icon: Tags,
    shortcuts: ['Alt+Enter'],
    reason: needsSelection,
    run: () => void askToEdit(),
  },
  {
    id: 'moveTo',
    title: 'command.moveTo',
    section: 'files',
    icon: FolderInput,
    shortcuts: ['Mod+Shift+M'],
    reason: needsSelection,
    run: () => bringTo(false),
  },
  {
    id: 'copyTo',
    title: 'command.copyTo',
    section: 'files',
    icon: CopyIcon,
    shortcuts: [],
    reason: needsSelection,
    run: () => bringTo(true),
  },
  {
    id: 'delete',
    title: 'command.delete',
    section: 'files',
    icon: Trash,
    shortcuts: ['Delete'],
    reason: needsSelection,
    run: () => {
      if (win.folder?.view != null) void askToDelete(win.folder.view);
    },
  },
  {
    id: 'measure',
    title: 'command.measure',
    section: 'files',
    icon: Calculator,
    shortcuts: [],
    reason: () => needsFolder() ?? (measuring.folder === win.folder ? t('reason.isMeasuring') : undefined),
    run: () => {
      if (win.folder) void measuring.start(win.folder);
    },
  },
  {
    id: 'stopMeasuring',
    title: 'command.stopMeasuring',
    section: 'files',
    icon: CircleStop,
    shortcuts: [],
    reason: () => (measuring.folder ? undefined : t('reason.notMeasuring')),
    run: () => measuring.stop(),
  },
  {
    id: 'undo',
    title: 'command.undo',
    section: 'edit',
    icon: UndoIcon,
    shortcuts: ['Mod+Z'],
    reason: () => (canUndo() ? undefined : t('reason.nothingToUndo')),
    run: undo,
  },
  {
    id: 'selectAll',
    title: 'command.selectAll',
    section: 'edit',
    icon: ListChecks,
    shortcuts: ['Mod+A'],
    reason: needsFolder,
    run: () => void win.folder?.select({ kind: 'all' }),
  },
  {
    id: 'pin',
    title: 'command.pin',
    section: 'files',
    icon: Pin,
    shortcuts: [],
    reason: () => {
      const target = pinTarget();
      if (!target) return needsFolder();
      return connections.pinned(target.connectionId, target.prefix) ? t('reason.alreadyPinned') : undefined;
    },
    run: () => {
      const target = pinTarget();
      if (target) openDialog({ kind: 'pin', ...target });
    },
  },
  {
    id: 'unpin',
    title: 'command.unpin',
    section: 'files',
    icon: PinOff,
    shortcuts: [],
    reason: () => {
      const target = pinTarget();
      return target && connections.pinned(target.connectionId, target.prefix)
        ? undefined
        : t('reason.notPinned');
    },
    run: () => void unpin(),
  },
  {
    id: 'filter',
    title: 'command.filter',
    section: 'view',
    icon: ListFilter,
    shortcuts: ['Mod+F'],
    whileTyping: true,
    reason: needsFolder,
    run: () => win.filterField?.select(),
  },
  {
    id: 'searchBelow',
    title: 'command.searchBelow',
    section: 'view',
    icon: FolderSearch,
    shortcuts: ['Mod+Shift+F'],
    whileTyping: true,
    reason: needsFolder,
    run: () => {
      win.look('all');
      win.filterField?.select();
    },
  },
  {
    id: 'filters',
    title: 'command.filters',
    section: 'view',
    icon: SlidersHorizontal,
    shortcuts: [],
    reason: needsFolder,
    run: () => win.openFilters(),
  },
  {
    id: 'clearFilters',
    title: 'command.clearFilters',
    section: 'view',
    icon: SearchX,
    shortcuts: [],
    reason: () =>
      needsFolder() ??
      (asksForNothing(win.folder?.query ?? EVERYTHING) ? t('reason.nothingAsked') : undefined),
    run: () => void win.folder?.filter(EVERYTHING),
  },
  {
    id: 'showInFolder',
    title: 'command.showInFolder',
    section: 'go',
    icon: FolderOpen,
    shortcuts: ['Mod+Enter'],
    reason: () => needsFolder() ?? (win.folder?.depth === 'all' ? needsOne() : t('reason.notSearching')),
    run: showInFolder,
  },
  {
    id: 'viewList',
    title: 'command.viewList',
    section: 'view',
    icon: ListIcon,
    shortcuts: ['Mod+1'],
    whileTyping: true,
    reason: needsFolder,
    run: () => look()?.show('list'),
  },
  {
    id: 'viewGrid',
    title: 'command.viewGrid',
    section: 'view',
    icon: LayoutGrid,
    shortcuts: ['Mod+2'],
    whileTyping: true,
    reason: needsFolder,
    run: () => look()?.show('grid'),
  },
  {
    id: 'sort',
    title: 'command.sort',
    section: 'view',
    icon: ArrowDownUp,
    shortcuts: [],
    reason: needsFolder,
    run: () => {
      if (win.folder) chooseSort(win.folder);
    },
  },
  {
    id: 'columns',
    title: 'command.columns',
    section: 'view',
    icon: Columns,
    shortcuts: [],
    reason: () => needsFolder() ?? (look()?.layout === 'list' ? undefined : t('reason.noColumns')),
    run: () => {
      if (win.folder) chooseColumns(win.folder);
    },
  },
  {
    id: 'resetLook',
    title: 'command.resetLook',
    section: 'view',
    icon: RotateCcw,
    shortcuts: [],
    reason: () => needsFolder() ?? (look()?.isPlain ? t('reason.plainLook') : undefined),
    run: () => look()?.reset(),
  },
  {
    id: 'refresh',
    title: 'command.refresh',
    section: 'view',
    icon: RefreshCw,
    shortcuts: ['F5', 'Mod+R'],
    whileTyping: true,
    reason: needsFolder,
    run: () => void win.folder?.refresh(),
  },
  {
    id: 'inspector',
    title: 'command.inspector',
    section: 'view',
    icon: PanelRight,
    shortcuts: ['Mod+I'],
    reason: needsFolder,
    run: () => win.toggleInspector(),
  },
  {
    id: 'transfers',
    title: 'command.transfers',
    section: 'view',
    icon: ArrowUpDown,
    shortcuts: ['Mod+J'],
    reason: needsTransfers,
    run: () => (transfers.panelOpen = !transfers.panelOpen),
  },
  {
    id: 'pauseAll',
    title: 'command.pauseAll',
    section: 'app',
    icon: PauseIcon,
    shortcuts: [],
    reason: () => (transfers.moving.some((job) => job.canPause) ? undefined : t('reason.nothingMoves')),
    run: () => void transfers.pauseAll(),
  },
  {
    id: 'resumeAll',
    title: 'command.resumeAll',
    section: 'app',
    icon: Play,
    shortcuts: [],
    reason: () => (transfers.standing.length > 0 ? undefined : t('reason.nothingStands')),
    run: () => void transfers.resumeAll(),
  },
  {
    id: 'addConnection',
    title: 'command.addConnection',
    section: 'app',
    icon: Plug,
    shortcuts: [],
    run: () => openDialog({ kind: 'connection' }),
  },
  {
    id: 'uploads',
    title: 'command.uploads',
    section: 'app',
    icon: PackageOpen,
    shortcuts: [],
    reason: needsFolder,
    run: () => {
      if (win.folder) openDialog({ kind: 'uploads', connectionId: win.folder.connectionId });
    },
  },
  {
    id: 'settings',
    title: 'command.settings',
    section: 'app',
    icon: SettingsIcon,
    shortcuts: ['Mod+,'],
    run: () => places.go({ kind: 'settings' }),
  },
  {
    id: 'shortcuts',
    title: 'command.shortcuts',
    section: 'app',
    icon: Keyboard,
    shortcuts: ['?', 'F1'],
    run: () => openDialog({ kind: 'shortcuts' }),
  },
];

export function command(id: string): Command {
  const found = table.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
}

/** Runs a command by its id if it can run now: for native menus and the keyboard. */
export function run(id: string): void {
  const found = table.find((candidate) => candidate.id === id);
  if (found && !found.reason?.()) found.run();
}

/** A command as an entry of a menu. */
export function entry(id: string): MenuAction {
  const it = command(id);
  return {
    id,
    label: text(it.title),
    icon: it.icon,
    shortcut: it.shortcuts[0],
    danger: id === 'delete',
    reason: it.reason?.(),
    run: it.run,
  };
}
