import { describe, expect, it } from 'vitest';
import { metadataBytes, wrongHeader, wrongMetadata, wrongTag, wrongTags, wrongType } from './rules';

const pair = (name: string, value = ''): { name: string; value: string } => ({ name, value });

describe('what may describe a file', () => {
  it('takes a content type of two parts', () => {
    for (const good of ['text/plain', ' text/html; charset=utf-8', 'image/svg+xml']) {
      expect(wrongType(good, true)).toBeUndefined();
    }
    for (const bad of ['text', 'text/', 'a b/c']) expect(wrongType(bad, true)).toBe('edit.wrong.type');
    expect(wrongType('text/plän', true)).toBe('edit.wrong.ascii');
    expect(wrongType('', true)).toBe('edit.wrong.needed');
    expect(wrongType('', false)).toBeUndefined();
    expect(wrongHeader('attachment; filename="é"')).toBe('edit.wrong.ascii');
  });

  it('says which field of a row is wrong', () => {
    expect(
      wrongMetadata([
        pair('Term', 'x'),
        pair('term', 'y'),
        pair('', 'z'),
        pair('a b'),
        pair('n', '1\n2'),
        pair(''),
      ]),
    ).toEqual([
      undefined,
      { key: 'edit.wrong.twice', at: 'name' },
      { key: 'edit.wrong.nameNeeded', at: 'name' },
      { key: 'edit.wrong.metadataName', at: 'name' },
      { key: 'edit.wrong.metadataValue', at: 'value' },
      undefined,
    ]);
  });

  it('knows the signs and lengths of tags', () => {
    expect(wrongTag(pair('Größe 日本', 'a+b-c=d._:/@1'))).toBeUndefined();
    expect(wrongTag(pair('😀'))?.key).toBe('edit.wrong.tagSigns');
    expect(wrongTag(pair('a', '<'))).toEqual({ key: 'edit.wrong.tagSigns', at: 'value' });
    expect(wrongTag(pair('AWS:x'))?.key).toBe('edit.wrong.tagAws');
    expect(wrongTag(pair('n'.repeat(129)))?.key).toBe('edit.wrong.tagTooLong');
    expect(wrongTags([pair('a', '1'), pair('A', '2'), pair('a', '3')]).map((wrong) => wrong?.key)).toEqual([
      undefined,
      undefined,
      'edit.wrong.twice',
    ]);
  });

  it('counts bytes, not letters', () => {
    expect(metadataBytes([pair('ab', 'ü€')])).toBe(7);
  });
});
