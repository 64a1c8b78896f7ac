/**
 * The sheet of shortcuts: the command table by section, and the keys that belong to a place (the list, the
 * palette, dialogs) and are no commands.
 */
import { keyCaps } from '../kit/keys';
import { t, text, type Key } from '../messages/index.svelte';
import { table, type Section } from './commands';
import { fold } from './search';

export interface SheetLine {
  label: string;
  /** Each does it. */
  keys: string[];
}

export interface SheetSection {
  id: string;
  title: string;
  lines: SheetLine[];
}

const SECTIONS: Section[] = ['files', 'edit', 'go', 'view', 'app'];

const ELSEWHERE: { id: string; title: Key; lines: [Key, ...string[]][] }[] = [
  {
    id: 'list',
    title: 'section.list',
    lines: [
      ['shortcuts.move', 'ArrowUp', 'ArrowDown'],
      ['shortcuts.page', 'PageUp', 'PageDown'],
      ['shortcuts.ends', 'Home', 'End'],
      ['shortcuts.range', 'Shift+ArrowDown'],
      ['shortcuts.toggle', 'Mod+Space'],
      ['shortcuts.menu', 'Shift+F10'],
      ['shortcuts.letters', 'A…Z'],
    ],
  },
  {
    id: 'palette',
    title: 'section.palette',
    lines: [
      ['shortcuts.choose', 'Enter'],
      ['shortcuts.complete', 'Tab'],
    ],
  },
  {
    id: 'dialogs',
    title: 'section.dialogs',
    lines: [
      ['shortcuts.leave', 'Escape'],
      ['shortcuts.next', 'Tab'],
      ['shortcuts.previous', 'Shift+Tab'],
    ],
  },
];

/** All of it, or what has all the words that were typed: in its name, its section or its keys. */
export function sheet(typed = ''): SheetSection[] {
  const words = fold(typed).text.split(/\s+/).filter(Boolean);
  return whole()
    .map((section) => ({
      ...section,
      lines: section.lines.filter((line) => {
        const named = [line.label, section.title, ...line.keys.map((keys) => keyCaps(keys).join('+'))];
        const names = fold(named.join(' ')).text;
        return words.every((word) => names.includes(word));
      }),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function whole(): SheetSection[] {
  const commands = SECTIONS.map((section) => ({
    id: section,
    title: text(`section.${section}`),
    lines: table
      .filter((command) => command.section === section && command.shortcuts.length > 0)
      .map((command) => ({ label: text(command.title), keys: command.shortcuts })),
  }));
  const elsewhere = ELSEWHERE.map(({ id, title, lines }) => ({
    id,
    title: text(title),
    lines: lines.map(([key, ...keys]) => ({ label: text(key), keys })),
  }));
  return [...commands, ...elsewhere];
}

/** Keys as words, for whoever does not see them. */
export function spokenKeys(keys: string[]): string {
  return keys.map((one) => keyCaps(one).join(' ')).join(` ${t('shortcuts.or')} `);
}
