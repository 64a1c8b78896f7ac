import { describe, expect, it } from 'vitest';
import { guessDelimiter, parse } from './csv';

describe('separated values', () => {
  it('are split into rows and fields', () => {
    expect(parse('a,b\r\n1,2\n3,4', ',').rows).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keep what stands in quotes', () => {
    expect(parse('"a, ""b""\nc",d', ',').rows).toEqual([['a, "b"\nc', 'd']]);
  });

  it('end a quote that is never closed at the end of the text', () => {
    expect(parse('a,"never closed', ',').rows).toEqual([['a', 'never closed']]);
  });

  it('never stand still on text behind a quote', () => {
    expect(parse('"a"b,c\nd', ',').rows.flat()).toContain('d');
  });

  it('leave formulas as text', () => {
    expect(parse('=1+1,@SUM(A1)', ',').rows).toEqual([['=1+1', '@SUM(A1)']]);
  });

  it('stop at the most rows wanted and say how far they came', () => {
    const { rows, used } = parse('a\nb\nc\n', ',', 2);
    expect(rows).toEqual([['a'], ['b']]);
    expect(used).toBe(4);
  });

  it('pass over a byte order mark and empty lines', () => {
    expect(parse('\ufeffa,b\n\n', ',').rows).toEqual([['a', 'b']]);
  });
});

describe('the delimiter', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['a;b;c\n1,5;2,5;3\n', ';'],
    ['a\tb\n1\t2\n', '\t'],
    ['a|b\n1|2\n', '|'],
    ['only one column\n', ','],
  ] as const)('of %j is %j', (text, delimiter) => {
    expect(guessDelimiter(text)).toBe(delimiter);
  });
});
