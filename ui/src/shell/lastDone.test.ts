import { describe, expect, it, vi } from 'vitest';
import { canUndo, forget, remember, undoLast } from './lastDone.svelte';

describe('what was done last', () => {
  it('is taken back once', () => {
    const undo = vi.fn();
    remember('a', undo);

    undoLast();
    undoLast();

    expect(undo).toHaveBeenCalledTimes(1);
    expect(canUndo()).toBe(false);
  });

  it('is forgotten when it was taken back another way, and nothing else is', () => {
    remember('a', () => undefined);
    forget('b');
    expect(canUndo()).toBe(true);

    forget('a');
    expect(canUndo()).toBe(false);
  });
});
