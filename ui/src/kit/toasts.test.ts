import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hold, release, reset, runNewestAction, show, toasts } from './toasts.svelte';

const texts = (): string[] => toasts.list.map((toast) => toast.text);

describe('toasts', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    reset();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leave by themselves, those with an action later', () => {
    show({ text: 'Link copied', tone: 'ok' });
    show({ text: 'Deleted', tone: 'plain', action: { label: 'Undo', run: vi.fn() } });
    vi.advanceTimersByTime(7_500);
    expect(texts()).toEqual(['Deleted']);
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual([]);
  });

  it('keep a failure until it is put away', () => {
    show({ text: 'Not deleted', tone: 'bad' });
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Not deleted']);
  });

  it('stay while they are held', () => {
    show({ text: 'Link copied', tone: 'ok' });
    hold();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Link copied']);
    release();
    vi.advanceTimersByTime(7_500);
    expect(texts()).toEqual([]);
  });

  it('run the newest action once', () => {
    const older = vi.fn();
    const newer = vi.fn();
    show({ text: 'a', tone: 'plain', action: { label: 'Undo', run: older } });
    show({ text: 'b', tone: 'plain', action: { label: 'Undo', run: newer } });
    expect(runNewestAction()).toBe(true);
    expect(newer).toHaveBeenCalledOnce();
    expect(older).not.toHaveBeenCalled();
    expect(texts()).toEqual(['a']);
  });
});
