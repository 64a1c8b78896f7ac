import { describe, expect, it } from 'vitest';
import { search } from './search';

const entries = [
  { id: 'copyLink', label: 'Copy link' },
  { id: 'delete', label: 'Delete', reason: 'Nothing is selected' },
  { id: 'algebra', label: 'Lineare Algebra', also: 'staff/la-2026/' },
  { id: 'exercises', label: 'Übungen' },
  { id: 'newFolder', label: 'New folder' },
];

const labels = (typed: string, used: string[] = []): string[] =>
  search(entries, typed, used).map(({ entry }) => entry.label);

/** The label with what matched in brackets. */
const marked = (typed: string): string[] =>
  search(entries, typed).map(({ entry, matches }) => {
    let out = '';
    let at = 0;
    for (const [from, to] of matches) {
      out += `${entry.label.slice(at, from)}[${entry.label.slice(from, to)}]`;
      at = to;
    }
    return out + entry.label.slice(at);
  });

describe('the palette', () => {
  it('offers everything at first, what cannot run now last', () => {
    expect(labels('').at(-1)).toBe('Delete');
    expect(labels('')).toHaveLength(entries.length);
  });

  it('puts what was used lately first, and first among equals', () => {
    expect(labels('', ['newFolder', 'exercises']).slice(0, 2)).toEqual(['New folder', 'Übungen']);
    expect(labels('li', ['copyLink'])).toEqual(['Lineare Algebra', 'Copy link']);
  });

  it('finds by words in any order, without case and accents', () => {
    expect(labels('link copy')).toEqual(['Copy link']);
    expect(labels('ubung')).toEqual(['Übungen']);
  });

  it('puts what begins with the text first', () => {
    expect(labels('li')).toEqual(['Lineare Algebra', 'Copy link']);
  });

  it('finds by letters in order, and by the beginnings of words before others', () => {
    expect(labels('nf')).toEqual(['New folder']);
    expect(labels('cplk')).toEqual(['Copy link']);
    expect(labels('xyz')).toEqual([]);
    // The beginning of a word is no use where the rest does not follow it.
    expect(search([{ id: 'a', label: 'xa-b a' }], 'ab')).toHaveLength(1);
  });

  it('finds a place by its path, after what is found by name', () => {
    expect(labels('2026')).toEqual(['Lineare Algebra']);
  });

  it('shows which letters matched', () => {
    expect(marked('ubu')).toEqual(['[Übu]ngen']);
    expect(marked('nf')).toEqual(['[N]ew [f]older']);
    expect(marked('link copy')).toEqual(['[Copy] [link]']);
    expect(marked('2026')).toEqual(['Lineare Algebra']);
  });

  it('marks the right letters where folding changes their number', () => {
    const ligature = [{ id: 'a', label: 'Straße und Weg' }];
    const [found] = search(ligature, 'weg');
    expect(found?.matches).toEqual([[11, 14]]);
  });

  it('survives whatever is typed', () => {
    for (const typed of ['(', '\\', '[a-', '😀', '́', 'a'.repeat(5000)]) {
      expect(() => search(entries, typed)).not.toThrow();
    }
  });
});
