import { describe, expect, it } from 'vitest';
import { isTyping, keyCaps, matches } from './keys';

const press = (key: string, mods: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...mods });

describe('a shortcut', () => {
  it('is Control on a PC and Command on a Mac', () => {
    expect(matches(press('f', { ctrlKey: true }), 'Mod+F', false)).toBe(true);
    expect(matches(press('f', { ctrlKey: true }), 'Mod+F', true)).toBe(false);
    expect(matches(press('f', { metaKey: true }), 'Mod+F', true)).toBe(true);
  });

  it('needs exactly its modifiers', () => {
    expect(matches(press('C', { ctrlKey: true, shiftKey: true }), 'Mod+C', false)).toBe(false);
    expect(matches(press('C', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+C', false)).toBe(true);
    expect(matches(press('Delete', { shiftKey: true }), 'Delete', false)).toBe(false);
  });

  it('takes a sign whatever key makes it', () => {
    expect(matches(press('?', { shiftKey: true }), '?', false)).toBe(true);
    expect(matches(press(' '), 'Space', false)).toBe(true);
  });

  it('is shown as on the keyboard', () => {
    expect(keyCaps('Mod+Shift+N', false)).toEqual(['Ctrl', 'Shift', 'N']);
    expect(keyCaps('Mod+Shift+N', true)).toEqual(['⌘', '⇧', 'N']);
    expect(keyCaps('Alt+ArrowUp', false)).toEqual(['Alt', '↑']);
    // Two keys that remove something: only one of them says so on a Mac.
    expect(keyCaps('Delete', true)).not.toEqual(keyCaps('Backspace', true));
  });
});

describe('typing', () => {
  it('is told from focus on a checkbox or a button', () => {
    const input = document.createElement('input');
    expect(isTyping(input)).toBe(true);
    input.type = 'checkbox';
    expect(isTyping(input)).toBe(false);
    expect(isTyping(document.createElement('button'))).toBe(false);
  });
});
