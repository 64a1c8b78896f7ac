/** What a menu shows: actions and rules between them. The same list serves menus and context menus. */
import type { Icon } from './icons';

export interface MenuAction {
  id: string;
  label: string;
  icon?: Icon | undefined;
  shortcut?: string | undefined;
  danger?: boolean | undefined;
  /** For what can be on or off. */
  checked?: boolean | undefined;
  /** Why it cannot be done now; shown below the label. */
  reason?: string | undefined;
  run: () => void;
}

export type MenuEntry = MenuAction | 'rule';

/** Drops rules at the ends and beside one another. */
export function tidy(entries: MenuEntry[]): MenuEntry[] {
  return entries.filter((entry, i) => {
    if (entry !== 'rule') return true;
    return i > 0 && entries[i - 1] !== 'rule' && entries.slice(i + 1).some((later) => later !== 'rule');
  });
}
