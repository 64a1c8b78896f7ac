/**
 * What may describe an object, said while it is typed. The core has the last word: these are its
 * rules (`properties/rules.rs`) again, each with its sentence.
 */
import type { Key } from '../messages/index.svelte';

export const MOST_METADATA_BYTES = 2048;
export const MOST_TAGS = 10;

export interface Pair {
  name: string;
  value: string;
}

/** What is wrong with a row: the sentence, and which of its two fields it is about. */
export interface Wrong {
  key: Key;
  at: 'name' | 'value';
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const TYPE = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+\/[A-Za-z0-9!#$%&'*+\-.^_`|~]+\s*(;.*)?$/;
const ASCII = /^[ -~]*$/;
const TAG = /^[\p{L}\p{N} +\-=._:/@]*$/u;
// eslint-disable-next-line no-control-regex -- a value with one of these fits in no header
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

export function wrongType(type: string, needed: boolean): Key | undefined {
  const value = type.trim();
  if (value === '') return needed ? 'edit.wrong.needed' : undefined;
  if (!ASCII.test(value)) return 'edit.wrong.ascii';
  return TYPE.test(value) ? undefined : 'edit.wrong.type';
}

export function wrongHeader(value: string): Key | undefined {
  return ASCII.test(value.trim()) ? undefined : 'edit.wrong.ascii';
}

/** Row by row. Empty rows are no entries. */
export function wrongMetadata(rows: Pair[]): (Wrong | undefined)[] {
  const names = rows.map(({ name }) => name.trim().toLowerCase());
  return rows.map(({ name, value }, i) => {
    if (isEmpty({ name, value })) return undefined;
    if (name.trim() === '') return { key: 'edit.wrong.nameNeeded', at: 'name' };
    if (!TOKEN.test(name.trim())) return { key: 'edit.wrong.metadataName', at: 'name' };
    if (names.indexOf(names[i] ?? '') < i) return { key: 'edit.wrong.twice', at: 'name' };
    if (CONTROL.test(value)) return { key: 'edit.wrong.metadataValue', at: 'value' };
    return undefined;
  });
}

/** Row by row, without counting them. */
export function wrongTags(rows: Pair[]): (Wrong | undefined)[] {
  const names = rows.map(({ name }) => name.trim());
  return rows.map((row, i) => {
    if (isEmpty(row)) return undefined;
    if (names.indexOf(names[i] ?? '') < i) return { key: 'edit.wrong.twice', at: 'name' };
    return wrongTag(row);
  });
}

export function wrongTag({ name, value }: Pair): Wrong | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return { key: 'edit.wrong.nameNeeded', at: 'name' };
  if (/^aws:/i.test(trimmed)) return { key: 'edit.wrong.tagAws', at: 'name' };
  if (!TAG.test(trimmed)) return { key: 'edit.wrong.tagSigns', at: 'name' };
  if (!TAG.test(value)) return { key: 'edit.wrong.tagSigns', at: 'value' };
  if ([...trimmed].length > 128) return { key: 'edit.wrong.tagTooLong', at: 'name' };
  if ([...value].length > 256) return { key: 'edit.wrong.tagTooLong', at: 'value' };
  return undefined;
}

export function isEmpty({ name, value }: Pair): boolean {
  return name.trim() === '' && value === '';
}

/** Bytes of UTF-8 over names and values, as the service counts them. */
export function metadataBytes(rows: Pair[]): number {
  const bytes = new TextEncoder();
  return rows.reduce(
    (sum, { name, value }) => sum + bytes.encode(name.trim()).length + bytes.encode(value).length,
    0,
  );
}
