/**
 * Keyboard shortcuts as text: `Mod+Shift+N`. `Mod` is Command on a Mac and Control elsewhere.
 * Parsing, matching against events, and the form shown to people.
 */

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const MAC_SIGNS: Record<string, string> = {
  Mod: '⌘',
  Ctrl: '⌃',
  Shift: '⇧',
  Alt: '⌥',
  // The key that says “delete” there is Backspace.
  Delete: '⌦',
  Enter: '↩',
  Escape: '⎋',
  Tab: '⇥',
  PageUp: '⇞',
  PageDown: '⇟',
  Home: '↖',
  End: '↘',
};
const SIGNS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Backspace: '⌫',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

/** The keys of a shortcut as they stand on the keyboard: `['Ctrl', 'Shift', 'N']`. */
export function keyCaps(shortcut: string, mac = isMac): string[] {
  return shortcut.split('+').map((key) => {
    if (mac && MAC_SIGNS[key]) return MAC_SIGNS[key];
    return key === 'Mod' ? 'Ctrl' : (SIGNS[key] ?? key);
  });
}

/** For `aria-keyshortcuts`. */
export function ariaKeys(shortcut: string, mac = isMac): string {
  return shortcut.replace('Mod', mac ? 'Meta' : 'Control').replace('Ctrl', 'Control');
}

/** Whether a key press is this shortcut: exactly these modifiers, no others. */
export function matches(event: KeyboardEvent, shortcut: string, mac = isMac): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('Mod');
  const want = {
    ctrl: parts.includes('Ctrl') || (mod && !mac),
    meta: mod && mac,
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
  };
  // '?' needs Shift on most layouts: for signs the character decides, not the modifier.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    event.key.toLowerCase() === (key === 'Space' ? ' ' : key.toLowerCase()) &&
    event.ctrlKey === want.ctrl &&
    event.metaKey === want.meta &&
    event.altKey === want.alt &&
    (sign || event.shiftKey === want.shift)
  );
}

/** Whether the focus is somewhere that takes text, so that single keys belong to it. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(textarea|select)$/i.test(target.tagName) || isTextInput(target);
}

function isTextInput(element: HTMLElement): boolean {
  return element instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(element.type);
}
