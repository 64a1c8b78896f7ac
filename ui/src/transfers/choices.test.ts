import { describe, expect, it } from 'vitest';
import type { Conflict } from '../generated/bindings';
import { sides } from './choices';

const conflict = (part: Partial<Conflict>): Conflict => ({
  name: 'a.pdf',
  newSize: 10,
  newModifiedAt: 60_000,
  oldSize: 10,
  oldModifiedAt: 60_000,
  ...part,
});

describe('the sides of a conflict', () => {
  it('mark the newer and the larger one', () => {
    const { there, coming } = sides(conflict({ newModifiedAt: 90_000, oldSize: 11 }));
    expect([there.newer, coming.newer]).toEqual([false, true]);
    expect([there.larger, coming.larger]).toEqual([true, false]);
  });

  it('are alike when nothing tells them apart', () => {
    const { there, coming } = sides(conflict({ newModifiedAt: 60_400 }));
    expect([there.newer, there.larger, coming.newer, coming.larger]).toEqual([false, false, false, false]);
  });

  it('say nothing of age where a date is not known', () => {
    const { there, coming } = sides(conflict({ oldModifiedAt: null }));
    expect(there.newer || coming.newer).toBe(false);
  });
});
