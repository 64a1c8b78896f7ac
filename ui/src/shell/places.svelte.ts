/** Where the window is, and the way back and forward. */
import type { Depth } from '../generated/bindings';

export type Place =
  /** A folder, or (`all`) what lies anywhere below it. */
  | { kind: 'folder'; connectionId: string; prefix: string; depth?: Depth }
  | { kind: 'links' }
  | { kind: 'deleted' }
  | { kind: 'settings' }
  | { kind: 'welcome' };

const MOST = 200;

class Places {
  current = $state.raw<Place>({ kind: 'welcome' });
  #back = $state.raw<Place[]>([]);
  #forward = $state.raw<Place[]>([]);

  get canGoBack(): boolean {
    return this.#back.length > 0;
  }

  get canGoForward(): boolean {
    return this.#forward.length > 0;
  }

  go(place: Place): void {
    if (samePlace(place, this.current)) return;
    // The first screen is no place to go back to.
    if (this.current.kind !== 'welcome') this.#back = [...this.#back, this.current].slice(-MOST);
    this.#forward = [];
    this.current = place;
  }

  /** Goes there with no way back: the first place of a run. */
  replace(place: Place): void {
    this.current = place;
  }

  goBack(): void {
    const previous = this.#back.at(-1);
    if (!previous) return;
    this.#back = this.#back.slice(0, -1);
    this.#forward = [this.current, ...this.#forward];
    this.current = previous;
  }

  goForward(): void {
    const [next, ...rest] = this.#forward;
    if (!next) return;
    this.#forward = rest;
    this.#back = [...this.#back, this.current];
    this.current = next;
  }

  /** A connection is gone: nothing leads there any more. */
  forget(connectionId: string): void {
    const stays = (place: Place): boolean => place.kind !== 'folder' || place.connectionId !== connectionId;
    this.#back = this.#back.filter(stays);
    this.#forward = this.#forward.filter(stays);
    if (!stays(this.current)) this.current = { kind: 'settings' };
  }
}

export const places = new Places();

export function samePlace(a: Place, b: Place): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind !== 'folder' || b.kind !== 'folder') return true;
  const depth = (place: { depth?: Depth }): Depth => place.depth ?? 'folder';
  return a.connectionId === b.connectionId && a.prefix === b.prefix && depth(a) === depth(b);
}

/** `a/b/c/` → `a/b/`; `undefined` at the root. */
export function parentPrefix(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  const cut = prefix.slice(0, -1).lastIndexOf('/');
  return prefix.slice(0, cut + 1);
}

/** The last part of a prefix: `a/b/` → `b`. */
export function prefixName(prefix: string): string {
  return prefix.replace(/\/$/, '').split('/').at(-1) ?? '';
}

/** What a person types as a path: no leading slash, one at the end unless empty. */
export function typedPrefix(text: string): string {
  const path = text.trim().replace(/^\/+/, '');
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}
