import { describe, expect, it } from 'vitest';
import { fill, placeholders, type Message } from './catalogue';
import { de } from './de';
import { en } from './en';
import { setLanguage, t } from './index.svelte';

const english: Record<string, Message> = en;
const german: Record<string, Message> = de;

describe('the catalogue', () => {
  it('has the same keys in every language', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it('has the same placeholders in every language', () => {
    for (const [key, message] of Object.entries(english)) {
      expect([key, placeholders(german[key] ?? '')]).toEqual([key, placeholders(message)]);
    }
  });

  it('has a plural in every language where English has one', () => {
    for (const [key, message] of Object.entries(english)) {
      expect([key, typeof german[key]]).toEqual([key, typeof message]);
    }
  });

  it('leaves no message empty', () => {
    for (const message of [...Object.values(english), ...Object.values(german)]) {
      const texts = typeof message === 'string' ? [message] : Object.values(message);
      for (const text of texts) expect(text.trim()).not.toBe('');
    }
  });
});

describe('filling a message', () => {
  it('chooses the plural form of the language', () => {
    const files = { one: '{count} file', other: '{count} files' };
    expect(fill(files, { count: 1 }, 'en', String)).toBe('1 file');
    expect(fill(files, { count: 0 }, 'en', String)).toBe('0 files');
  });

  it('leaves an unknown placeholder visible', () => {
    expect(fill('Hello {name}', {}, 'en', String)).toBe('Hello {name}');
  });

  it('puts a name in as it is, with braces and markup untouched', () => {
    expect(fill('Delete {name}?', { name: '<b>{count}</b>' }, 'en', String)).toBe('Delete <b>{count}</b>?');
  });

  it('follows the language of the window', () => {
    setLanguage('de');
    expect(t('common.cancel')).toBe('Abbrechen');
    setLanguage('en');
    expect(t('common.cancel')).toBe('Cancel');
  });
});
