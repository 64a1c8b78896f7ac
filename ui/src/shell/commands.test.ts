import { describe, expect, it } from 'vitest';
import { has } from '../messages/index.svelte';
import { table } from './commands';
import { accelerator, menuGroups } from './menuBar.svelte';
import { commandFor } from './shortcuts';

const press = (key: string, mods: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...mods });

describe('the command table', () => {
  it('names each command once, in words', () => {
    expect(new Set(table.map((command) => command.id)).size).toBe(table.length);
    for (const command of table) expect(has(command.title)).toBe(true);
  });

  it('gives each shortcut to one command', () => {
    const shortcuts = table.flatMap((command) => command.shortcuts);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('has the shortcuts people have in their fingers', () => {
    const found = (event: KeyboardEvent): string | undefined => commandFor(event, false)?.id;
    expect(found(press('F2'))).toBe('rename');
    expect(found(press('Backspace'))).toBe('up');
    expect(found(press('ArrowUp', { altKey: true }))).toBe('up');
    expect(found(press('f', { ctrlKey: true }))).toBe('filter');
    expect(found(press('C', { ctrlKey: true, shiftKey: true }))).toBe('copyLink');
    expect(found(press('N', { ctrlKey: true, shiftKey: true }))).toBe('newFolder');
    expect(found(press('z', { ctrlKey: true }))).toBe('undo');
    expect(found(press('v', { ctrlKey: true }))).toBe('paste');
    expect(found(press('F5'))).toBe('refresh');
  });

  it('leaves a text field its own keys', () => {
    for (const event of [
      press('Backspace'),
      press('Delete'),
      press('Enter'),
      press('a', { ctrlKey: true }),
      press('v', { ctrlKey: true }),
      press('z', { ctrlKey: true }),
    ]) {
      expect(commandFor(event, true)).toBeUndefined();
    }
    expect(commandFor(press('k', { ctrlKey: true }), true)?.id).toBe('palette');
  });
});

describe('the menu bar', () => {
  it('takes no key that a text field needs', () => {
    const taken = table.map(accelerator).filter((keys) => keys !== null);
    for (const keys of taken) expect(keys).toMatch(/^(CmdOrCtrl\+|F\d+$)/);
    expect(taken).not.toContain('CmdOrCtrl+A');
    expect(taken).not.toContain('CmdOrCtrl+V');
    expect(taken).not.toContain('CmdOrCtrl+Z');
  });

  it('offers every command, greyed out where it cannot run', () => {
    const items = menuGroups().flatMap((group) => group.items);
    expect(items.map((item) => item.command).sort()).toEqual(table.map((command) => command.id).sort());
    expect(items.find((item) => item.command === 'delete')?.enabled).toBe(false);
    expect(items.find((item) => item.command === 'settings')?.enabled).toBe(true);
  });
});
