/** The one context menu of the window: where it is and what it offers. Opened by pointer or keyboard. */
import type { MenuEntry } from './menu';

interface OpenMenu {
  x: number;
  y: number;
  entries: MenuEntry[];
  /** What gets the focus back. */
  origin: HTMLElement | null;
}

export const contextMenu = $state<{ current: OpenMenu | null }>({ current: null });

export function openMenuAt(x: number, y: number, entries: MenuEntry[]): void {
  const origin = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  contextMenu.current = { x, y, entries, origin };
}
