import { beforeEach, describe, expect, it } from 'vitest';
import { commandAndPlaceEntries, eachOnce, isPath, lately, use } from './palette';
import { table } from './commands';

describe('what the palette offers', () => {
  beforeEach(() => localStorage.clear());

  it('has every command but itself, each with why it cannot run now', () => {
    const ids = commandAndPlaceEntries().map(({ id }) => id);
    for (const { id } of table.filter((command) => command.id !== 'palette')) expect(ids).toContain(id);
    expect(commandAndPlaceEntries().find(({ id }) => id === 'delete')?.reason).toBeTruthy();
  });

  it('remembers what was chosen, the latest first and once', () => {
    for (const id of ['settings', 'undo', 'settings', 'folder-a/']) use(id);

    expect(lately()).toEqual(['settings', 'undo']);
  });

  it('bears whatever stands where it remembers', () => {
    for (const kept of ['{', '7', '[1, "undo", null]']) {
      localStorage.setItem('palette', kept);
      expect(lately().every((id) => id === 'undo')).toBe(true);
    }
  });

  it('offers a folder once, whichever way it is known', () => {
    const known = commandAndPlaceEntries().slice(0, 3);
    const once = eachOnce(
      known.map((entry, i) => ({ ...entry, id: 'abc'.charAt(i), leads: i < 2 ? 'x' : undefined })),
    );
    expect(once.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('takes what has a slash for a path', () => {
    expect([isPath('Week 1/'), isPath('week')]).toEqual([true, false]);
  });
});
