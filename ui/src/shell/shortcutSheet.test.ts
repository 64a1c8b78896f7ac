import { describe, expect, it } from 'vitest';
import { table } from './commands';
import { sheet } from './shortcutSheet';

describe('the sheet of shortcuts', () => {
  it('has every key of every command', () => {
    const shown = sheet().flatMap(({ lines }) => lines.flatMap(({ keys }) => keys));
    for (const command of table) expect(shown).toEqual(expect.arrayContaining(command.shortcuts));
  });

  it('finds by name, by section and by key', () => {
    const labels = (typed: string): string[] =>
      sheet(typed).flatMap(({ lines }) => lines.map(({ label }) => label));
    expect(labels('rename')).toEqual(['Rename']);
    expect(labels('f2')).toContain('Rename');
    expect(labels('ctrl+shift+n')).toEqual(['New folder']);
    expect(labels('in the list')).toHaveLength(7);
    expect(labels('no such thing')).toEqual([]);
  });

  it('shows no section without lines', () => {
    expect(sheet('rename').map(({ id }) => id)).toEqual(['files']);
  });
});
