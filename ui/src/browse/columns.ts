/**
 * The columns of the list, as plain rules: which there are, how wide, and which of them a list of some
 * width has room for. The name is always there and takes what the others leave.
 */
import type { Column } from '../generated/bindings';

export type SideColumn = Exclude<Column, 'name' | 'relevance'>;

interface Rule {
  /** Pixels, until somebody chooses. */
  width: number;
  min: number;
  /** Where room is short those with the smallest number go first. */
  worth: number;
}

const RULES: Record<SideColumn, Rule> = {
  folder: { width: 180, min: 80, worth: 4 },
  size: { width: 92, min: 64, worth: 6 },
  modified: { width: 140, min: 84, worth: 3 },
  type: { width: 88, min: 64, worth: 2 },
  sharedUntil: { width: 140, min: 96, worth: 5 },
  storageClass: { width: 120, min: 80, worth: 1 },
};

/** In the order in which they stand. */
export const SIDE_COLUMNS: readonly SideColumn[] = [
  'folder',
  'size',
  'modified',
  'type',
  'sharedUntil',
  'storageClass',
];

/** What is shown until somebody chooses. */
const USUAL: readonly SideColumn[] = ['folder', 'size', 'modified', 'type', 'sharedUntil'];

/** The name gets at least this. */
export const NAME_MIN = 170;
const MOST_WIDTH = 800;
/** Padding of a row on both sides. */
const MARGIN = 32;

export type Widths = Readonly<Partial<Record<SideColumn, number>>>;

export function usualWidth(column: SideColumn): number {
  return RULES[column].width;
}

export function leastWidth(column: SideColumn): number {
  return RULES[column].min;
}

/** The columns that can be chosen: where things lie matters only below folders. */
export function offered(deep: boolean): SideColumn[] {
  return SIDE_COLUMNS.filter((column) => deep || column !== 'folder');
}

/** The columns a person wants, in their order. */
export function wanted(chosen: readonly Column[] | null, deep: boolean): SideColumn[] {
  const all: readonly Column[] = chosen ?? USUAL;
  return offered(deep).filter((column) => all.includes(column));
}

/** What is chosen after one was put in or taken out. */
export function toggled(chosen: readonly Column[] | null, column: SideColumn): SideColumn[] {
  const all = wanted(chosen, true);
  if (all.includes(column)) return all.filter((other) => other !== column);
  return SIDE_COLUMNS.filter((other) => other === column || all.includes(other));
}

export function widthOf(column: SideColumn, widths: Widths): number {
  return widths[column] ?? RULES[column].width;
}

/** Of the wanted columns those that leave enough room for the name. */
export function fitting(columns: SideColumn[], widths: Widths, room: number): SideColumn[] {
  let left = room - MARGIN - NAME_MIN;
  const byWorth = [...columns].sort((a, b) => RULES[b].worth - RULES[a].worth);
  const stay = new Set<SideColumn>();
  for (const column of byWorth) {
    left -= widthOf(column, widths);
    if (left < 0) break;
    stay.add(column);
  }
  return columns.filter((column) => stay.has(column));
}

/** How wide a column can become before the name has too little. */
export function mostWidth(column: SideColumn, shown: SideColumn[], widths: Widths, room: number): number {
  const others = shown.filter((other) => other !== column).reduce((sum, c) => sum + widthOf(c, widths), 0);
  const most = Math.min(MOST_WIDTH, room - MARGIN - NAME_MIN - others);
  return Math.max(RULES[column].min, most);
}

/** For `grid-template-columns`. */
export function template(shown: SideColumn[], widths: Widths): string {
  return ['minmax(0, 1fr)', ...shown.map((column) => `${widthOf(column, widths)}px`)].join(' ');
}
