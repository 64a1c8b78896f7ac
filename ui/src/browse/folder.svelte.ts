/**
 * The folder on screen: a view that lives in the core, of which this keeps the windows of rows near
 * what is visible. Order, filter and selection are the core's; the focused row and scroll are the window's.
 */
import { Channel } from '@tauri-apps/api/core';
import {
  commands,
  type Depth,
  type Error as CoreError,
  type ListingEvent,
  type Query,
  type Row,
  type RowHandle,
  type Select,
  type Sort,
  type ViewState,
} from '../generated/bindings';
import { ask, describe } from '../shell/core';
import { asksForNothing, EVERYTHING, orderFor } from './query';

export { EVERYTHING };

const PAGE = 64;
const MOST_PAGES = 24;
/** Pages fetched beyond the screen, and beyond that in the direction of the scroll. */
const AROUND = 1;
const AHEAD = 3;
/** After a leap only what is on screen is fetched until the scroll rests: the pages around would be leapt over too. */
const REST_MS = 80;

interface Page {
  generation: number;
  listing: number;
  /** Counts the requests: answers may overtake each other, and the older one says nothing new. */
  asked: number;
  rows: Row[];
}

export class Folder {
  readonly connectionId: string;
  readonly prefix: string;
  /** This folder, or everything below it. */
  readonly depth: Depth;

  view = $state.raw<number | null>(null);
  state = $state.raw<ViewState | null>(null);
  error = $state.raw<CoreError | null>(null);
  /** The row the keyboard is on. */
  focus = $state(0);
  /** Where a range began. */
  anchor = 0;
  /** The keyboard or pointer has been used in the list. */
  touched = false;
  /** The name to put the focus on as soon as it is listed (the folder one came out of). */
  wanted: string | undefined;
  /** It is a file, as a search found it. */
  wantedIsFile = false;
  /** Set when something should be scrolled into view; counted up, so that it is seen each time. */
  reveal = $state(0);
  /** What is asked of the rows; the core's query follows. */
  query = $state.raw<Query>(EVERYTHING);
  /** Called when the rows on screen moved by so many places and the scroll should go with them. */
  onshift: ((places: number) => void) | undefined;

  /** The order that somebody chose; `null` while nobody did. */
  #chosen: Sort | null = null;
  #version = $state(0);
  #pages = new Map<number, Page>();
  #asked = new Set<number>();
  #requests = 0;
  /** Counts the changes of the selection: rows asked for before one show the selection before it. */
  #selections = 0;
  #first = 0;
  #last = 0;
  #top = 0;
  #down = true;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(connectionId: string, prefix: string, wanted?: string, depth: Depth = 'folder') {
    this.connectionId = connectionId;
    this.prefix = prefix;
    this.wanted = wanted;
    this.depth = depth;
  }

  get loading(): boolean {
    return this.error === null && !(this.state?.complete ?? false);
  }

  async open(): Promise<void> {
    this.error = null;
    const channel = new Channel<ListingEvent>();
    channel.onmessage = (event) => this.#hear(event);
    try {
      const view = await ask(commands.browseOpen(this.connectionId, this.prefix, this.depth, channel));
      if (this.#closed) {
        void commands.browseClose(view);
        return;
      }
      this.view = view;
      if (!asksForNothing(this.query)) await this.#arrange(this.#order());
      this.#load();
      void this.#focusWanted();
    } catch (thrown) {
      if (!this.#closed) this.error = describe(thrown);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#resting);
    if (this.view !== null) void commands.browseClose(this.view);
  }

  async refresh(): Promise<void> {
    if (this.view === null) {
      // While it is being opened there is nothing to ask again.
      if (this.error !== null) await this.open();
      return;
    }
    this.error = null;
    try {
      await ask(commands.browseRefresh(this.view));
    } catch (thrown) {
      this.error = describe(thrown);
    }
  }

  /** The rows are those of an earlier listing and are being corrected: of when. */
  get keptFrom(): number | null {
    return this.state?.listedAt ?? null;
  }

  /** The row at a position, if its window is here; it is asked for when it is near the screen. */
  row(at: number): Row | undefined {
    void this.#version;
    return this.#pages.get(Math.floor(at / PAGE))?.rows[at % PAGE];
  }

  /** What stands for the row at a position when something is done to it. */
  handle(at: number): RowHandle | undefined {
    const page = this.#pages.get(Math.floor(at / PAGE));
    const row = page?.rows[at % PAGE];
    return page && row && { listing: page.listing, id: row.id };
  }

  /** Tells which rows are drawn, and which is the first in sight, so that their windows are fetched. */
  look(first: number, last: number, top = first): void {
    const leapt = first > this.#last || last < this.#first;
    if (first !== this.#first) this.#down = first > this.#first;
    this.#first = first;
    this.#last = last;
    this.#top = top;
    this.#load(leapt);
    clearTimeout(this.#resting);
    if (leapt) this.#resting = setTimeout(() => this.#load(), REST_MS);
  }

  async sort(sort: Sort): Promise<void> {
    this.#chosen = sort;
    await this.#arrange(sort);
  }

  /** Asks for other rows; the newest question wins. */
  async filter(part: Partial<Query>): Promise<void> {
    this.query = { ...this.query, ...part };
    await this.#arrange(this.#order());
  }

  #order(): Sort {
    return orderFor(this.query, this.depth, this.#chosen);
  }

  async #arrange(sort: Sort): Promise<void> {
    if (this.view === null) return;
    // The core does both in this order, and what is asked for next after them.
    const told = ask(commands.browseArrange(this.view, sort, this.query));
    const state = ask(commands.browseState(this.view));
    await told;
    this.#adopt(await state);
  }

  async select(change: Select): Promise<void> {
    if (this.view === null || !this.state) return;
    this.#mark(change);
    const told = ask(commands.browseSelect(this.view, this.state.generation, change));
    const state = ask(commands.browseState(this.view));
    await told;
    this.#adopt(await state);
  }

  /** Type-ahead: moves the focus to the first name that begins with `text`. */
  async find(text: string, from: number): Promise<number | null> {
    if (this.view === null) return null;
    return ask(commands.browseFind(this.view, text, from));
  }

  /** The position of the one selected row: the row with the keyboard, or one near the screen. */
  selectedAt(): number | null {
    if (this.row(this.focus)?.selected) return this.focus;
    for (const [page, { rows }] of this.#pages) {
      const i = rows.findIndex((row) => row.selected);
      if (i >= 0) return page * PAGE + i;
    }
    return null;
  }

  moveFocus(to: number): void {
    this.touched = true;
    const count = this.state?.count ?? 0;
    this.focus = Math.max(0, Math.min(count - 1, to));
    this.reveal += 1;
  }

  #hear(event: ListingEvent): void {
    if (this.#closed) return;
    this.#adopt(event.state);
    if (event.kind === 'failed') this.error = event.error;
    void this.#focusWanted();
  }

  /** As soon as everything is listed and the view is known, whichever comes last. */
  async #focusWanted(): Promise<void> {
    const name = this.wanted;
    if (name === undefined || this.view === null || !this.state?.complete) return;
    this.wanted = undefined;
    const at = await this.#positionOf(name, !this.wantedIsFile);
    if (at === null) return;
    this.anchor = at;
    this.moveFocus(at);
    await this.select({ kind: 'only', from: at, to: at });
  }

  async #positionOf(name: string, isFolder: boolean): Promise<number | null> {
    if (this.view === null) return null;
    return ask(commands.browsePosition(this.view, name, isFolder));
  }

  #adopt(state: ViewState): void {
    // Answers and events may cross: an older generation says nothing new.
    if (this.state && state.generation < this.state.generation) return;
    const changed = state.generation !== this.state?.generation;
    const rearranged =
      state.sort.column !== this.state?.sort.column ||
      state.sort.descending !== this.state.sort.descending ||
      JSON.stringify(state.query) !== JSON.stringify(this.state.query);
    if (changed && this.state && !rearranged) void this.#stay();
    this.state = state;
    if (this.focus >= state.count) this.focus = Math.max(0, state.count - 1);
    if (changed) {
      this.#asked.clear();
      this.#load();
    }
  }

  /** Rows came or went: what is on screen, and the row with the keyboard, stay under the eye. */
  async #stay(): Promise<void> {
    const [top, focus] = [this.#top, this.focus];
    if (top === 0 && !this.touched) return;
    try {
      const moved = await Promise.all([this.#movement(top), this.#movement(focus)]);
      if (this.#closed) return;
      if (moved[1] !== 0 && this.focus === focus) {
        this.anchor += moved[1];
        this.focus += moved[1];
      }
      if (top > 0 && moved[0] !== 0 && this.#top === top) this.onshift?.(moved[0]);
    } catch (thrown) {
      if (!this.#closed) this.error = describe(thrown);
    }
  }

  async #movement(at: number): Promise<number> {
    const row = this.#pages.get(Math.floor(at / PAGE))?.rows[at % PAGE];
    if (!row) return 0;
    const now = await this.#positionOf(pathOf(row), row.isFolder);
    return now === null ? 0 : now - at;
  }

  #load(onlyInSight = false): void {
    if (this.view === null || !this.state) return;
    const lastPage = Math.floor(Math.max(0, this.state.count - 1) / PAGE);
    const around = this.#down ? [AROUND, AHEAD] : [AHEAD, AROUND];
    const [before = 0, after = 0] = onlyInSight ? [] : around;
    const from = Math.max(0, Math.floor(this.#first / PAGE) - before);
    const to = Math.min(lastPage, Math.floor(this.#last / PAGE) + after);
    for (let page = from; page <= to; page++) {
      const fresh = this.#pages.get(page)?.generation === this.state.generation;
      if (fresh || this.#asked.has(page)) continue;
      this.#asked.add(page);
      void this.#fetch(this.view, page, this.state.generation);
    }
  }

  async #fetch(view: number, page: number, generation: number): Promise<void> {
    const asked = ++this.#requests;
    const selections = this.#selections;
    try {
      const answer = await ask(commands.browseRows(view, page * PAGE, PAGE));
      if (this.#closed || this.view !== view) return;
      if (asked < (this.#pages.get(page)?.asked ?? 0)) return;
      if (selections !== this.#selections) {
        void this.#fetch(view, page, generation);
        return;
      }
      this.#pages.set(page, { ...answer, asked });
      this.#trim();
      this.#version += 1;
    } catch (thrown) {
      if (!this.#closed) this.error = describe(thrown);
    } finally {
      if (this.state?.generation === generation) this.#asked.delete(page);
    }
  }

  /** Shows a selection at once; the core's answer follows. */
  #mark(change: Select): void {
    this.#selections += 1;
    for (const [page, { rows }] of this.#pages) {
      rows.forEach((row, i) => {
        const selected = selectedAfter(change, page * PAGE + i, row.selected);
        // Another object: what draws a row looks again only when it is given another one.
        if (selected !== row.selected) rows[i] = { ...row, selected };
      });
    }
    this.#version += 1;
  }

  #trim(): void {
    const middle = (this.#first + this.#last) / 2 / PAGE;
    while (this.#pages.size > MOST_PAGES) {
      const farthest = [...this.#pages.keys()].reduce((a, b) =>
        Math.abs(a - middle) > Math.abs(b - middle) ? a : b,
      );
      this.#pages.delete(farthest);
    }
  }
}

/** How the core knows a row: by its path below the prefix of the view. */
export function pathOf(row: Row): string {
  return row.folder ? `${row.folder}/${row.name}` : row.name;
}

/** Whether the row at `at` is selected after a change. */
export function selectedAfter(change: Select, at: number, before: boolean): boolean {
  switch (change.kind) {
    case 'only':
      return at >= change.from && at <= change.to;
    case 'add':
      return before || (at >= change.from && at <= change.to);
    case 'toggle':
      return at === change.at ? !before : before;
    case 'all':
      return true;
    case 'nothing':
      return false;
  }
}
