import { describe, expect, it } from 'vitest';
import { clickMove, isTypeAhead, listMove, type ListPosition } from './keyboard';

const press = (
  key: string,
  mods: Partial<Record<'ctrlKey' | 'shiftKey' | 'metaKey' | 'altKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...mods,
});
const at: ListPosition = { count: 100, focus: 10, anchor: 10, page: 20 };

describe('keys in the list', () => {
  it('move the focus and take the selection along', () => {
    expect(listMove(press('ArrowDown'), at)).toEqual({
      focus: 11,
      anchor: 11,
      select: { kind: 'only', from: 11, to: 11 },
    });
    expect(listMove(press('Home'), at)?.focus).toBe(0);
    expect(listMove(press('End'), at)?.focus).toBe(99);
    expect(listMove(press('PageDown'), at)?.focus).toBe(29);
  });

  it('take the first row first', () => {
    expect(listMove(press('ArrowDown'), { ...at, focus: 0, fresh: true })?.select).toEqual({
      kind: 'only',
      from: 0,
      to: 0,
    });
  });

  it('leave the arrows to the sides alone in a list', () => {
    expect(listMove(press('ArrowRight'), at)).toBeUndefined();
    expect(listMove(press('ArrowLeft'), at)).toBeUndefined();
  });

  it('stop at the ends', () => {
    expect(listMove(press('ArrowUp'), { ...at, focus: 0 })?.focus).toBe(0);
    expect(listMove(press('PageDown'), { ...at, focus: 95 })?.focus).toBe(99);
  });

  it('stretch a range from where it began', () => {
    expect(listMove(press('ArrowUp', { shiftKey: true }), { ...at, focus: 12, anchor: 15 })).toEqual({
      focus: 11,
      anchor: 15,
      select: { kind: 'only', from: 11, to: 15 },
    });
  });

  it('move the focus alone with Control, and toggle with Control and Space', () => {
    expect(listMove(press('ArrowDown', { ctrlKey: true }), at)).toEqual({ focus: 11, anchor: 10 });
    expect(listMove(press(' ', { ctrlKey: true }), at)?.select).toEqual({ kind: 'toggle', at: 10 });
    expect(listMove(press(' '), at)).toBeUndefined();
  });

  it('do nothing in an empty list, nor with Alt', () => {
    expect(listMove(press('ArrowDown'), { ...at, count: 0 })).toBeUndefined();
    expect(listMove(press('ArrowUp', { altKey: true }), at)).toBeUndefined();
  });
});

describe('clicks in the list', () => {
  it('select one, toggle one, or stretch a range', () => {
    const none = { ctrlKey: false, metaKey: false, shiftKey: false };
    expect(clickMove(none, 5, 0).select).toEqual({ kind: 'only', from: 5, to: 5 });
    expect(clickMove({ ...none, ctrlKey: true }, 5, 0).select).toEqual({ kind: 'toggle', at: 5 });
    expect(clickMove({ ...none, shiftKey: true }, 5, 9).select).toEqual({ kind: 'only', from: 5, to: 9 });
  });
});

describe('type-ahead', () => {
  it('takes letters, not shortcuts and not the space bar', () => {
    expect(isTypeAhead(press('l'))).toBe(true);
    expect(isTypeAhead(press('Ü', { shiftKey: true }))).toBe(true);
    expect(isTypeAhead(press('f', { ctrlKey: true }))).toBe(false);
    expect(isTypeAhead(press(' '))).toBe(false);
    expect(isTypeAhead(press('Enter'))).toBe(false);
  });
});

describe('keys in the grid', () => {
  // 100 things, seven beside one another: the last line has two.
  const grid: ListPosition = { ...at, columns: 7, page: 3 };
  const to = (key: string, focus: number): number | undefined =>
    listMove(press(key), { ...grid, focus })?.focus;

  it('move in two dimensions', () => {
    expect(to('ArrowRight', 10)).toBe(11);
    expect(to('ArrowLeft', 10)).toBe(9);
    expect(to('ArrowDown', 10)).toBe(17);
    expect(to('ArrowUp', 10)).toBe(3);
  });

  it('go on from the end of a line to the next', () => {
    expect(to('ArrowRight', 6)).toBe(7);
    expect(to('ArrowLeft', 7)).toBe(6);
  });

  it('reach the last thing where the last line is short, and stay on the first and last line', () => {
    expect(to('ArrowDown', 95)).toBe(99);
    expect(to('ArrowDown', 98)).toBe(98);
    expect(to('ArrowUp', 3)).toBe(3);
  });

  it('turn pages by lines', () => {
    expect(to('PageDown', 10)).toBe(24);
    expect(to('PageUp', 24)).toBe(10);
    expect(to('PageUp', 10)).toBe(3);
  });

  it('select a range with Shift as in the list', () => {
    expect(listMove(press('ArrowDown', { shiftKey: true }), grid)?.select).toEqual({
      kind: 'only',
      from: 10,
      to: 17,
    });
  });
});
