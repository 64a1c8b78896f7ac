/**
 * Numbers for people: sizes in decimal units, rates, durations, dates. Everything goes through `Intl`
 * with the locale of the window. Sizes are bytes, durations seconds, moments milliseconds since 1970.
 */
import { currentLocale } from '../messages/index.svelte';

/** Making a formatter costs far more than using it, and lists use the same few again and again. */
function kept<O extends object, F>(
  make: (locale: string, options: O) => F,
): (locale: string, options: O) => F {
  const formatters = new Map<string, F>();
  return (locale, options) => {
    const name = `${locale} ${Object.values(options).join(' ')}`;
    let formatter = formatters.get(name);
    if (formatter === undefined) {
      formatter = make(locale, options);
      formatters.set(name, formatter);
    }
    return formatter;
  };
}

const numberFormat = kept(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const dateFormat = kept(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
const relativeFormat = kept(
  (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `2_400_000` → `2.4 MB`. Two significant figures below ten, whole numbers of bytes. */
export function size(bytes: number, locale = currentLocale()): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  const number = numberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return `${number}\u00a0${UNITS[unit] ?? 'B'}`;
}

/** Bytes a second. */
export function rate(bytesPerSecond: number, locale = currentLocale()): string {
  return `${size(bytesPerSecond, locale)}/s`;
}

type Unit = 'day' | 'hour' | 'minute' | 'second';
const STEPS: [Unit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** A length of time in at most two units: `34 sec`, `1 hr, 5 min`, `7 days`. */
export function duration(
  seconds: number,
  style: 'short' | 'long' = 'short',
  locale = currentLocale(),
): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, length] of STEPS) {
    const n = Math.floor(rest / length);
    if (n === 0 && !(unit === 'second' && parts.length === 0)) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(numberFormat(locale, { style: 'unit', unit, unitDisplay: style }).format(n));
    rest -= n * length;
    // A minute matters beside an hour; seconds beside more than ten minutes do not.
    if (parts.length === 2 || (unit === 'minute' && n >= 10)) break;
  }
  return parts.join(style === 'long' ? ', ' : ' ');
}

/** The day and time, as near as it matters: `Today, 09:12`, `Yesterday, 18:40`, `12 Nov, 11:05`, `3 Mar 2023`. */
export function moment(ms: number, now = Date.now(), locale = currentLocale()): string {
  const days = dayNumber(ms) - dayNumber(now);
  const time = part(ms, locale, { timeStyle: 'short' });
  if (Math.abs(days) <= 1) {
    const word = dayWord(days, locale);
    return `${word.charAt(0).toLocaleUpperCase(locale)}${word.slice(1)}, ${time}`;
  }
  if (days > 1 && days < 7)
    return `${part(ms, locale, { weekday: 'short', day: 'numeric', month: 'short' })}, ${time}`;
  if (new Date(ms).getFullYear() === new Date(now).getFullYear()) {
    return `${part(ms, locale, { day: 'numeric', month: 'short' })}, ${time}`;
  }
  return part(ms, locale, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The full date and time, for titles and the inspector. */
export function exact(ms: number, locale = currentLocale()): string {
  return dateFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(ms);
}

/** Day and time with the weekday, as an end is spoken of: `Fri 28 Nov, 17:00`. */
export function weekday(ms: number, locale = currentLocale()): string {
  const time = part(ms, locale, { timeStyle: 'short' });
  return `${part(ms, locale, { weekday: 'short', day: 'numeric', month: 'short' })}, ${time}`;
}

/** An end within a sentence: `today, 17:00`, `Fri 28 Nov, 17:00`. */
export function ending(ms: number, now = Date.now(), locale = currentLocale()): string {
  const days = dayNumber(ms) - dayNumber(now);
  if (Math.abs(days) > 1) return weekday(ms, locale);
  return `${dayWord(days, locale)}, ${part(ms, locale, { timeStyle: 'short' })}`;
}

/** `in 40 minutes`, `3 hours ago`. */
export function relative(ms: number, now = Date.now(), locale = currentLocale()): string {
  const seconds = (ms - now) / 1000;
  const format = relativeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, 'second');
}

export function count(n: number, locale = currentLocale()): string {
  return numberFormat(locale, {}).format(n);
}

export function percent(fraction: number, locale = currentLocale()): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(fraction);
}

function part(ms: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  // British English writes "Fri, 28 Nov"; in a narrow column the first comma is noise.
  return dateFormat(locale, options)
    .format(ms)
    .replace(/^(\p{L}+\.?),/u, '$1');
}

/** `yesterday`, `today`, `tomorrow`. */
function dayWord(days: number, locale: string): string {
  return relativeFormat(locale, { numeric: 'auto' }).format(days, 'day');
}

function dayNumber(ms: number): number {
  const date = new Date(ms);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}
