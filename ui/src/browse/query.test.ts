import { describe, expect, it } from 'vitest';
import { asksForNothing, dates, EVERYTHING, filters, orderFor, SIZES, toggled } from './query';

describe('what is asked of a folder', () => {
  it('counts each kind of filter once, and the text not', () => {
    expect(filters({ ...EVERYTHING, text: 'week', types: ['pdf', 'video'], shared: false })).toBe(2);
    expect(asksForNothing(EVERYTHING)).toBe(true);
    expect(asksForNothing({ ...EVERYTHING, shared: false })).toBe(false);
  });

  it('leaves no size between two choices and counts none twice', () => {
    const spans = Object.values(SIZES);
    for (const [i, span] of spans.entries()) {
      if (i > 0) expect(span.from).toBe((spans[i - 1]?.to ?? NaN) + 1);
    }
  });

  it('means the same days all day long', () => {
    const morning = new Date(2026, 4, 7, 0, 0, 1).getTime();
    const evening = new Date(2026, 4, 7, 23, 59, 59).getTime();
    expect(dates(morning)).toEqual(dates(evening));
    expect(dates(morning).older.to).toBe((dates(morning).year.from ?? NaN) - 1);
  });

  it('adds and takes away', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  });

  it('shows the best matches first only where they are wanted, and keeps a chosen order', () => {
    const asked = { ...EVERYTHING, text: 'week' };
    expect(orderFor(asked, 'all', null).column).toBe('relevance');
    expect(orderFor(asked, 'folder', null).column).toBe('name');
    expect(orderFor({ ...asked, fuzzy: true }, 'folder', null).column).toBe('relevance');
    expect(orderFor(EVERYTHING, 'all', null).column).toBe('name');
    expect(orderFor(asked, 'all', { column: 'size', descending: true }).column).toBe('size');
  });
});
