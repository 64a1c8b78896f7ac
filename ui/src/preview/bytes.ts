/**
 * The bytes of what is previewed, in pieces, through the app's own scheme. Each answer holds at most
 * `PIECE` bytes, and an answer that is no success carries the core's error.
 */
import { convertFileSrc } from '@tauri-apps/api/core';
import type { Encoding, Error as CoreError } from '../generated/bindings';
import { Failure } from '../shell/core';

/** What the core gives at once. */
export const PIECE = 4 * 1024 * 1024;

/** One screen of text and some more. */
const TEXT_PIECE = 128 * 1024;

const LABELS: Record<Encoding, string> = {
  utf8: 'utf-8',
  utf16Le: 'utf-16le',
  utf16Be: 'utf-16be',
  windows1252: 'windows-1252',
};

export function address(id: string): string {
  return convertFileSrc(id, 'lectern-preview');
}

/** At most `length` bytes from `from` on; fewer at the end, and never more than `PIECE`. */
export async function readRange(
  id: string,
  from: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const last = from + Math.min(length, PIECE) - 1;
  const response = await fetch(address(id), {
    headers: { Range: `bytes=${from}-${last}` },
    cache: 'no-store',
    signal: signal ?? null,
  });
  if (!response.ok) throw await failure(response);
  return new Uint8Array(await response.arrayBuffer());
}

async function failure(response: Response): Promise<Error> {
  try {
    return new Failure((await response.json()) as CoreError);
  } catch {
    return new Error(`the preview answered ${response.status}`);
  }
}

/** All of it, which the caller knows to be of a bearable size. */
export async function readAll(id: string, size: number, signal?: AbortSignal): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < size; from += PIECE) {
    pieces.push(await readRange(id, from, PIECE, signal));
  }
  return new Blob(pieces);
}

/** Text from its beginning, as much as is asked for and no more than `most` bytes. */
export class TextReader {
  readonly #id: string;
  readonly #size: number;
  readonly #most: number;
  readonly #decoder: TextDecoder;
  #at = 0;

  constructor(id: string, size: number, encoding: Encoding, most: number) {
    this.#id = id;
    this.#size = size;
    this.#most = most;
    this.#decoder = new TextDecoder(LABELS[encoding]);
  }

  /** Bytes read so far. */
  get read(): number {
    return this.#at;
  }

  /** Everything that may be shown has been read. */
  get done(): boolean {
    return this.#at >= Math.min(this.#size, this.#most);
  }

  /** The bound was reached before the end. */
  get cut(): boolean {
    return this.#at >= this.#most && this.#at < this.#size;
  }

  async more(signal?: AbortSignal, length = TEXT_PIECE): Promise<string> {
    const wanted = Math.min(length, this.#most - this.#at, this.#size - this.#at);
    if (wanted <= 0) return '';
    const bytes = await readRange(this.#id, this.#at, wanted, signal);
    this.#at += bytes.length;
    return this.#decoder.decode(bytes, { stream: this.#at < this.#size });
  }
}
