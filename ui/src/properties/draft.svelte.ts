/** What is typed in the dialog, what is wrong with it, and what it asks the core for. */
import type { Properties, Wanted } from '../generated/bindings';
import type { Key } from '../messages/index.svelte';
import {
  isEmpty,
  metadataBytes,
  MOST_METADATA_BYTES,
  MOST_TAGS,
  wrongHeader,
  wrongMetadata,
  wrongTags,
  wrongType,
  type Pair,
} from './rules';

export interface Row extends Pair {
  id: number;
}

const HEADERS = ['contentDisposition', 'cacheControl', 'contentLanguage'] as const;
export type Header = (typeof HEADERS)[number];

export class Draft {
  contentType = $state('');
  headers = $state<Record<Header, string>>({ contentDisposition: '', cacheControl: '', contentLanguage: '' });
  metadata = $state<Row[]>([]);
  /** `null`: they cannot be read, and stay as they are. */
  tags = $state<Row[] | null>(null);
  #before: Wanted;
  #next = 1;

  constructor(properties: Properties) {
    const { content } = properties;
    this.contentType = content.contentType ?? '';
    for (const header of HEADERS) this.headers[header] = content[header] ?? '';
    this.metadata = properties.metadata.map(([name, value]) => this.row(name, value));
    this.tags =
      properties.tags.kind === 'known'
        ? properties.tags.tags.map(([name, value]) => this.row(name, value))
        : null;
    this.#before = this.#typed();
  }

  row(name = '', value = ''): Row {
    return { id: this.#next++, name, value };
  }

  get typeWrong(): Key | undefined {
    const same = this.contentType === this.#before.contentType;
    return same ? undefined : wrongType(this.contentType, this.#before.contentType !== '');
  }

  headerWrong(header: Header): Key | undefined {
    return this.headers[header] === this.#before[header] ? undefined : wrongHeader(this.headers[header]);
  }

  get metadataWrong(): ReturnType<typeof wrongMetadata> {
    return wrongMetadata(this.metadata);
  }

  get tagsWrong(): ReturnType<typeof wrongTags> {
    return wrongTags(this.tags ?? []);
  }

  get metadataUsed(): number {
    return metadataBytes(this.metadata.filter((row) => !isEmpty(row)));
  }

  get tagsUsed(): number {
    return (this.tags ?? []).filter((row) => !isEmpty(row)).length;
  }

  get right(): boolean {
    return (
      this.typeWrong === undefined &&
      HEADERS.every((header) => this.headerWrong(header) === undefined) &&
      [...this.metadataWrong, ...this.tagsWrong].every((wrong) => wrong === undefined) &&
      this.metadataUsed <= MOST_METADATA_BYTES &&
      this.tagsUsed <= MOST_TAGS
    );
  }

  get changed(): boolean {
    return JSON.stringify(this.#typed()) !== JSON.stringify(this.#before);
  }

  /** Tags that stay as they are are not asked for: they need no permission then. */
  get wanted(): Wanted {
    const typed = this.#typed();
    const sameTags = JSON.stringify(typed.tags) === JSON.stringify(this.#before.tags);
    return { ...typed, tags: sameTags ? null : typed.tags };
  }

  #typed(): Wanted {
    const pairs = (rows: Row[]): [string, string][] =>
      rows.filter((row) => !isEmpty(row)).map(({ name, value }) => [name.trim(), value]);
    return {
      contentType: this.contentType.trim(),
      contentDisposition: this.headers.contentDisposition.trim(),
      cacheControl: this.headers.cacheControl.trim(),
      contentLanguage: this.headers.contentLanguage.trim(),
      metadata: pairs(this.metadata),
      tags: this.tags && pairs(this.tags),
    };
  }
}
