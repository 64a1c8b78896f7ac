import { describe, expect, it } from 'vitest';
import { parts } from './marks';

describe('a marked name', () => {
  it('is the name again when its parts are put together', () => {
    const cut = parts('📘 résumé.pdf', [[3, 9]]);
    expect(cut.map((part) => part.text).join('')).toBe('📘 résumé.pdf');
    expect(cut.filter((part) => part.marked).map((part) => part.text)).toEqual(['résumé']);
  });

  it('has no empty parts', () => {
    expect(parts('week', [[0, 4]])).toEqual([{ text: 'week', marked: true }]);
    expect(parts('', [])).toEqual([]);
  });
});
