/**
 * What is asked of a view: the choices that the filters offer, and the words of a query that is set.
 * Deciding what fits is the core's.
 */
import type { Depth, FileType, Query, Sort, Span } from '../generated/bindings';

export const EVERYTHING: Query = {
  text: '',
  fuzzy: false,
  types: [],
  size: { from: null, to: null },
  modified: { from: null, to: null },
  storageClasses: [],
  shared: null,
};

/** The types of files that can be asked for, in the order of a teacher's folder. */
export const TYPES: FileType[] = [
  'document',
  'presentation',
  'pdf',
  'table',
  'text',
  'image',
  'video',
  'audio',
  'archive',
  'code',
  'other',
];

/** As the services name them, from the one at hand to the ones far away (S3 API reference, PutObject). */
export const STORAGE_CLASSES = [
  'STANDARD',
  'INTELLIGENT_TIERING',
  'STANDARD_IA',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

export type SizeChoice = 'tiny' | 'small' | 'medium' | 'large';

const MB = 1_000_000;

/** Bytes; both ends are included. */
export const SIZES: Record<SizeChoice, Span> = {
  tiny: { from: null, to: MB - 1 },
  small: { from: MB, to: 10 * MB - 1 },
  medium: { from: 10 * MB, to: 100 * MB - 1 },
  large: { from: 100 * MB, to: null },
};

export type DateChoice = 'today' | 'week' | 'month' | 'year' | 'older';

const DAY = 24 * 60 * 60 * 1000;

/** Unix milliseconds, by whole days of the person's calendar: asked twice on a day, the same. */
export function dates(now: number): Record<DateChoice, Span> {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const since = (days: number): Span => ({ from: today - days * DAY, to: null });
  return {
    today: since(0),
    week: since(6),
    month: since(29),
    year: since(364),
    older: { from: null, to: today - 364 * DAY - 1 },
  };
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to;
}

export function isOpen(span: Span): boolean {
  return span.from === null && span.to === null;
}

/** What is asked besides the text. */
export function filters(query: Query): number {
  return [
    query.types.length > 0,
    !isOpen(query.size),
    !isOpen(query.modified),
    query.storageClasses.length > 0,
    query.shared !== null,
  ].filter(Boolean).length;
}

export function asksForNothing(query: Query): boolean {
  return query.text === '' && filters(query) === 0;
}

/** With one more or one fewer of a list. */
export function toggled<T>(list: T[], item: T): T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

const BY_NAME: Sort = { column: 'name', descending: false };
const BEST_FIRST: Sort = { column: 'relevance', descending: false };

/** The order of the rows where nobody chose one: the best matches first when everything is looked through. */
export function orderFor(query: Query, depth: Depth, chosen: Sort | null): Sort {
  const ranked = query.text !== '' && (depth === 'all' || query.fuzzy);
  return chosen ?? (ranked ? BEST_FIRST : BY_NAME);
}
