import { describe, expect, it } from 'vitest';
import type { LeftoverUpload } from '../generated/bindings';
import { chosen, chosenAtFirst, money, refs, total } from './uploads';

function upload(id: string, whose: LeftoverUpload['whose'], bytes: number | null = 10): LeftoverUpload {
  return {
    key: `${id}.mp4`,
    uploadId: id,
    startedAt: 0,
    bytes,
    parts: 1,
    storageClass: 'STANDARD',
    costAMonth: bytes === null ? null : bytes / 10,
    whose,
  };
}

const all = [upload('a', 'ours'), upload('b', 'foreign', null), upload('c', 'inUse')];

describe('unfinished uploads', () => {
  it('are chosen at first where they are our own', () => {
    expect([...chosenAtFirst(all)]).toEqual(['a']);
  });

  it('stay while a transfer goes on with them', () => {
    const which = chosen(all, new Set(['b', 'c']));

    expect(refs(which)).toEqual([{ key: 'b.mp4', uploadId: 'b' }]);
  });

  it('are summed up as far as their size is known', () => {
    expect(total(all)).toEqual({ bytes: 20, cost: 2 });
  });

  it('cost less than a cent, or so many dollars', () => {
    expect(money(0.002, 'en')).toContain('$0.01');
    expect(money(1.5, 'en')).toBe('$1.50');
  });
});
