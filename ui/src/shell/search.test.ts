import { describe, expect, it } from 'vitest';
import { search } from './search';

const labels = (wanted: string): string[] =>
  search(
    [
      { label: 'Copy link' },
      { label: 'Delete', reason: 'Nothing is selected' },
      { label: 'Lineare Algebra' },
      { label: 'Übungen' },
    ],
    wanted,
  ).map((entry) => entry.label);

describe('the palette', () => {
  it('offers everything at first, what cannot run now last', () => {
    expect(labels('').at(-1)).toBe('Delete');
    expect(labels('')).toHaveLength(4);
  });

  it('finds by words in any order, without case and accents', () => {
    expect(labels('link copy')).toEqual(['Copy link']);
    expect(labels('ubung')).toEqual(['Übungen']);
  });

  it('puts what begins with the text first', () => {
    expect(labels('li')).toEqual(['Lineare Algebra', 'Copy link']);
  });
});
