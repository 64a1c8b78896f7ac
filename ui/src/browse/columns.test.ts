import { describe, expect, it } from 'vitest';
import { fitting, mostWidth, NAME_MIN, offered, template, toggled, wanted } from './columns';

describe('the columns of the list', () => {
  it('show where a file lies only below folders', () => {
    expect(offered(false)).not.toContain('folder');
    expect(wanted(null, true)).toContain('folder');
    expect(wanted(null, false)).not.toContain('folder');
  });

  it('stand in their own order, however they were chosen', () => {
    expect(wanted(['type', 'size', 'name'], false)).toEqual(['size', 'type']);
  });

  it('can be put in and taken out', () => {
    const without = toggled(null, 'modified');
    expect(without).not.toContain('modified');
    expect(wanted(toggled(without, 'modified'), true)).toEqual(wanted(null, true));
  });

  it('keep the folder column of deep views when chosen in a folder', () => {
    expect(wanted(toggled(null, 'size'), true)).toContain('folder');
  });

  it('give way to the name where room is short, the size last', () => {
    const all = wanted(null, false);
    expect(fitting(all, {}, 2_000)).toEqual(all);
    expect(fitting(all, {}, 590)).not.toContain('type');
    expect(fitting(all, {}, 300)).toEqual(['size']);
    expect(fitting(all, {}, 100)).toEqual([]);
  });

  it('do not come back smaller ones in the place of one that is worth more', () => {
    expect(fitting(['size', 'modified', 'type'], { modified: 700 }, 700)).toEqual(['size']);
  });

  it('leave the name its room when one is widened', () => {
    const shown = wanted(null, false);
    const most = mostWidth('size', shown, {}, 900);
    expect(fitting(shown, { size: most }, 900)).toEqual(shown);
    expect(fitting(shown, { size: most + 1 }, 900)).not.toEqual(shown);
    expect(900 - NAME_MIN).toBeGreaterThan(most);
  });

  it('become a template with the chosen widths', () => {
    expect(template(['size', 'type'], { type: 120 })).toBe('minmax(0, 1fr) 92px 120px');
  });
});
