/**
 * The native menu bar, made from the command table: one name, one shortcut and one translation for each
 * command. Keys that belong to text fields stay with the web view and get no accelerator there.
 */
import { commands as core, type MenuGroup, type MenuItem } from '../generated/bindings';
import { t, text } from '../messages/index.svelte';
import { table, type Command, type Section } from './commands';

/** Where a line goes: before these. */
const SEPARATED = new Set([
  'copyLink',
  'rename',
  'undo',
  'pin',
  'path',
  'viewList',
  'refresh',
  'pauseAll',
  'addConnection',
  'shortcuts',
]);

/** A native accelerator wins over a text field, so only keys that mean nothing there may be one. */
export function accelerator(command: Command): string | null {
  const [first] = command.shortcuts;
  if (first === undefined || ['Mod+A', 'Mod+V', 'Mod+Z'].includes(first)) return null;
  if (/^F\d+$/.test(first)) return first;
  return first.startsWith('Mod+') ? first.replace('Mod', 'CmdOrCtrl') : null;
}

function item(command: Command): MenuItem {
  return {
    command: command.id,
    label: text(command.title),
    accelerator: accelerator(command),
    enabled: command.reason?.() === undefined,
    separated: SEPARATED.has(command.id),
  };
}

export function menuGroups(): MenuGroup[] {
  const of = (section: Section, ...only: string[]): MenuItem[] =>
    table
      .filter((it) => it.section === section && (only.length === 0 || only.includes(it.id)))
      .map(item)
      .map((it, i) => (i === 0 ? { ...it, separated: false } : it));
  return [
    { label: t('menu.file'), items: of('files'), edit: false },
    { label: t('menu.edit'), items: of('edit'), edit: true },
    { label: t('menu.view'), items: of('view'), edit: false },
    { label: t('menu.go'), items: of('go'), edit: false },
    { label: t('menu.app'), items: of('app'), edit: false },
  ];
}

/** Keeps the menu bar in step with language and state. To be called while the window starts. */
export function keepMenuBar(): void {
  let last = '';
  $effect(() => {
    const groups = menuGroups();
    const next = JSON.stringify(groups);
    if (next === last) return;
    last = next;
    void core.shellSetMenu(groups);
  });
}
