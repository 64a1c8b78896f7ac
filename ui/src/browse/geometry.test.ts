import { describe, expect, it } from 'vitest';
import { geometry, ROW_HEIGHT, scrollFor, shifted, TILE_HEIGHT, tilesBeside } from './geometry';

describe('where rows lie', () => {
  it('draws the rows in sight and a few around them', () => {
    const g = geometry(1000, 100 * ROW_HEIGHT, 360);
    expect([g.top, g.bottom]).toEqual([100, 109]);
    expect(g.first).toBeLessThan(100);
    expect(g.last).toBeGreaterThan(110);
    expect(g.offset).toBe(g.first * ROW_HEIGHT);
  });

  it('draws nothing of an empty folder', () => {
    const g = geometry(0, 0, 360);
    expect(g.last).toBeLessThan(g.first);
    expect(g.space).toBe(0);
  });

  it('reaches the last of a million rows within a bounded scroll space', () => {
    const height = 600;
    const { space } = geometry(1_000_000, 0, height);
    expect(space).toBeLessThanOrEqual(8_000_000);
    const end = geometry(1_000_000, space - height, height);
    expect(end.bottom).toBe(999_999);
    expect(end.last).toBe(999_999);
  });

  it('scrolls no further than needed to show a row', () => {
    expect(scrollFor(1000, 0, 360, 5)).toBe(0);
    expect(scrollFor(1000, 0, 360, 10)).toBe(ROW_HEIGHT);
    expect(scrollFor(1000, 3600, 360, 20)).toBe(20 * ROW_HEIGHT);
  });

  it.each([0, 1, 12_345, 500_000, 999_999])('can bring row %i of a million into sight', (at) => {
    const height = 600;
    const scrollTop = scrollFor(1_000_000, 0, height, at);
    const g = geometry(1_000_000, scrollTop, height);
    expect(at).toBeGreaterThanOrEqual(g.first);
    expect(at).toBeLessThanOrEqual(g.last);
    expect(g.top - 1).toBeLessThanOrEqual(at);
    expect(g.bottom + 1).toBeGreaterThanOrEqual(at);
  });

  it('keeps the rows in sight when they move by some places', () => {
    expect(shifted(1000, 3600, 400, 3)).toBe(3600 + 3 * ROW_HEIGHT);
    const scaled = shifted(1_000_000, 4_000_000, 400, 1000);
    expect(geometry(1_000_000, scaled, 400).top - geometry(1_000_000, 4_000_000, 400).top).toBe(1000);
  });
});

describe('where tiles lie', () => {
  it('stand as many beside one another as there is room for, one at least', () => {
    expect(tilesBeside(1_000)).toBeGreaterThan(tilesBeside(600));
    expect(tilesBeside(0)).toBe(1);
  });

  it('reaches the last line of a million', () => {
    const lines = Math.ceil(1_000_000 / 6);
    const { space } = geometry(lines, 0, 600, TILE_HEIGHT);
    const end = geometry(lines, space - 600, 600, TILE_HEIGHT);
    expect(end.last).toBe(lines - 1);
    expect(end.last - end.first).toBeLessThan(10);
  });
});
