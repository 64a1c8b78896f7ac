import { describe, expect, it } from 'vitest';
import { edgeSpeed, verdict } from './dragRules';

const carried = { connectionId: 'a', prefix: 'w/', folders: ['w/one/'] };

describe('what is dragged', () => {
  it('is moved within a connection and copied to another', () => {
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/two/' }, false).kind).toBe('move');
    expect(verdict(carried, { connectionId: 'b', prefix: '' }, false).kind).toBe('copy');
  });

  it('is copied while the key for it is held', () => {
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/two/' }, true).kind).toBe('copy');
  });

  it('cannot go into itself or where it is', () => {
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/one/' }, false).kind).toBe('itself');
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/one/deep/' }, true).kind).toBe('itself');
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/' }, false).kind).toBe('here');
    expect(verdict(carried, { connectionId: 'b', prefix: 'w/one/' }, false).kind).toBe('copy');
  });

  it('goes beside its name where only the beginning is the same', () => {
    expect(verdict(carried, { connectionId: 'a', prefix: 'w/one more/' }, false).kind).toBe('move');
  });
});

describe('a list under a drag', () => {
  it('scrolls near its edges, quicker the nearer', () => {
    expect(edgeSpeed(300, 100, 500)).toBe(0);
    expect(edgeSpeed(105, 100, 500)).toBeLessThan(edgeSpeed(130, 100, 500));
    expect(edgeSpeed(130, 100, 500)).toBeLessThan(0);
    expect(edgeSpeed(499, 100, 500)).toBeGreaterThan(edgeSpeed(470, 100, 500));
  });

  it('has a fastest', () => {
    expect(edgeSpeed(-1_000, 100, 500)).toBe(-18);
    expect(edgeSpeed(9_000, 100, 500)).toBe(18);
  });
});
