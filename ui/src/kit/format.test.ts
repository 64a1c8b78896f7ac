import { describe, expect, it } from 'vitest';
import { duration, ending, moment, rate, relative, size, weekday } from './format';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const at = (text: string): number => new Date(text).getTime();
const NOW = at('2025-11-24T10:00:00');

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [2_400_000, '2.4 MB'],
    [999_950, '1 MB'],
    [1_840_000_000, '1.8 GB'],
    [412_000, '412 kB'],
  ])('%i bytes is %s', (bytes, text) => {
    expect(plain(size(bytes, 'en-GB'))).toBe(text);
  });

  it('uses the decimal sign of the language', () => {
    expect(plain(size(2_400_000, 'de'))).toBe('2,4 MB');
  });

  it('writes a rate a second', () => {
    expect(plain(rate(38_000_000, 'en-GB'))).toBe('38 MB/s');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 seconds'],
    [34, '34 seconds'],
    [90, '1 minute, 30 seconds'],
    [1500, '25 minutes'],
    [3600, '1 hour'],
    [3900, '1 hour, 5 minutes'],
    [604_800, '7 days'],
  ])('%i seconds is %s', (seconds, text) => {
    expect(plain(duration(seconds, 'long', 'en-GB'))).toBe(text);
  });
});

describe('moments', () => {
  it('names today, yesterday and tomorrow', () => {
    expect(moment(at('2025-11-24T09:12:00'), NOW, 'en-GB')).toBe('Today, 09:12');
    expect(moment(at('2025-11-23T18:40:00'), NOW, 'en-GB')).toBe('Yesterday, 18:40');
    expect(moment(at('2025-11-25T08:00:00'), NOW, 'en-GB')).toBe('Tomorrow, 08:00');
  });

  it('names the weekday of a day in the coming week', () => {
    expect(moment(at('2025-11-28T17:00:00'), NOW, 'en-GB')).toBe('Fri 28 Nov, 17:00');
  });

  it('gives day and time within the year, and the year beyond it', () => {
    expect(moment(at('2025-11-12T11:05:00'), NOW, 'en-GB')).toBe('12 Nov, 11:05');
    expect(moment(at('2023-03-03T11:05:00'), NOW, 'en-GB')).toBe('3 Mar 2023');
  });

  it('says how far away a moment is', () => {
    expect(relative(NOW + 40 * 60_000, NOW, 'en-GB')).toBe('in 40 minutes');
    expect(relative(NOW - 3 * 3_600_000, NOW, 'en-GB')).toBe('3 hours ago');
  });

  it('says an end within a sentence', () => {
    expect(ending(at('2025-11-24T17:00:00'), NOW, 'en-GB')).toBe('today, 17:00');
    expect(ending(at('2025-11-28T17:00:00'), NOW, 'en-GB')).toBe('Fri 28 Nov, 17:00');
  });

  it('gives an end with its weekday', () => {
    expect(weekday(at('2025-11-28T17:00:00'), 'en-GB')).toBe('Fri 28 Nov, 17:00');
  });
});
