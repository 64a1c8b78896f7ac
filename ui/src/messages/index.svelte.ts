/**
 * The one way to text: `t('key', { … })`. Reading it in markup makes the markup follow the language.
 */
import { fill, type Message, type Params } from './catalogue';
import { de } from './de';
import { en } from './en';

export type Key = keyof typeof en;
export type Language = 'en' | 'de';

const catalogues: Record<Language, Record<Key, Message>> = { en, de };

let language = $state<Language>(fromSystem());

/** The language of the operating system if the catalogue has it, else English. */
export function fromSystem(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => tag in catalogues) ?? 'en';
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}

export function currentLanguage(): Language {
  return language;
}

/** The locale for dates and numbers: the system's regional form of the chosen language where there is one. */
export function currentLocale(): string {
  return (
    navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ??
    (language === 'en' ? 'en-GB' : language)
  );
}

const numbers = new Map<string, Intl.NumberFormat>();

/** Making one costs more than using it. */
function numberFormat(locale: string): Intl.NumberFormat {
  const known = numbers.get(locale) ?? new Intl.NumberFormat(locale);
  numbers.set(locale, known);
  return known;
}

type Args<K extends Key> = keyof Params<(typeof en)[K]> extends never ? [] : [params: Params<(typeof en)[K]>];

/** The text for `key` in the language of the window. */
export function t<K extends Key>(key: K, ...[params]: Args<K>): string {
  const locale = currentLocale();
  return fill(catalogues[language][key], params ?? {}, language, (n) => numberFormat(locale).format(n));
}

/** For keys that are computed (a command's title, an error code): no parameters. */
export function text(key: Key): string {
  return fill(catalogues[language][key], {}, language, String);
}

/** Whether the catalogue has this key: for codes that come from the core. */
export function has(key: string): key is Key {
  return key in en;
}
