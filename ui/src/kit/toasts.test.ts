import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dismissActions, hold, release, reset, show, toasts } from './toasts.svelte';

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

  it('with an action go when it is done another way', () => {
    show({ text: 'a', tone: 'plain', action: { label: 'Undo', run: vi.fn() } });
    show({ text: 'b', tone: 'ok' });
    dismissActions();
    expect(texts()).toEqual(['b']);
  });
});
