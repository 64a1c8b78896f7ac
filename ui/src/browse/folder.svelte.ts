/**
 * The folder on screen: a view that lives in the core, of which this keeps the windows of rows near
 * what is visible. Order, filter and selection are the core's; the focused row and scroll are the window's.
 */
import { Channel } from '@tauri-apps/api/core';
import {
  commands,
  type Error as CoreError,
  type ListingEvent,
  type Row,
  type Select,
  type Sort,
  type ViewState,
} from '../generated/bindings';
import { ask, describe } from '../shell/core';

const PAGE = 64;
const MOST_PAGES = 24;
const FILTER_REST_MS = 50;

export class Folder {
  readonly connectionId: string;
  readonly prefix: string;

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
  /** Set when something should be scrolled into view; counted up, so that it is seen each time. */
  reveal = $state(0);

  /** What stands in the filter field; the core's filter follows. */
  filterText = $state('');

  #version = $state(0);
  /** `asked` counts the requests: answers may overtake each other, and the older one says nothing new. */
  #pages = new Map<number, { generation: number; asked: number; rows: Row[] }>();
  #asked = new Set<number>();
  #requests = 0;
  /** The last arrangement asked for; the next one waits for it, so that the last one wins. */
  #arranging: Promise<unknown> = Promise.resolve();
  #first = 0;
  #last = 0;
  #closed = false;

  constructor(connectionId: string, prefix: string, wanted?: string) {
    this.connectionId = connectionId;
    this.prefix = prefix;
    this.wanted = wanted;
  }

  get loading(): boolean {
    return this.error === null && !(this.state?.complete ?? false);
  }

  async open(): Promise<void> {
    this.error = null;
    const channel = new Channel<ListingEvent>();
    channel.onmessage = (event) => this.#hear(event);
    try {
      const view = await ask(commands.browseOpen(this.connectionId, this.prefix, channel));
      if (this.#closed) {
        void commands.browseClose(view);
        return;
      }
      this.view = view;
      this.#load();
    } catch (thrown) {
      if (!this.#closed) this.error = describe(thrown);
    }
  }

  close(): void {
    this.#closed = true;
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

  /** The row at a position, if its window is here; it is asked for when it is near the screen. */
  row(at: number): Row | undefined {
    void this.#version;
    return this.#pages.get(Math.floor(at / PAGE))?.rows[at % PAGE];
  }

  /** Tells which rows are on screen, so that their windows (and the next ones) are fetched. */
  look(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    this.#load();
  }

  async arrange(sort: Sort, filter: string): Promise<void> {
    const { view } = this;
    if (view === null) return;
    const arranged = this.#arranging.then(() => ask(commands.browseArrange(view, sort, filter)));
    this.#arranging = arranged.catch(() => undefined);
    this.#adopt(await arranged);
  }

  /** Filters by `filterText` when typing rests. */
  async filterSoon(): Promise<void> {
    const typed = this.filterText;
    await new Promise((resolve) => setTimeout(resolve, FILTER_REST_MS));
    if (this.filterText !== typed || !this.state) return;
    await this.arrange(this.state.sort, typed);
  }

  async select(change: Select): Promise<void> {
    if (this.view === null || !this.state) return;
    this.#mark(change);
    this.#adopt(await ask(commands.browseSelect(this.view, change)), true);
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
    if (this.wanted !== undefined && this.state?.complete) void this.#focusWanted();
  }

  async #focusWanted(): Promise<void> {
    const name = this.wanted;
    this.wanted = undefined;
    const at = name === undefined ? null : await this.#positionOf(name);
    if (at === null) return;
    this.anchor = at;
    this.moveFocus(at);
    await this.select({ kind: 'only', from: at, to: at });
  }

  /** The row of exactly this name. Type-ahead finds beginnings, so some others may come first. */
  async #positionOf(name: string): Promise<number | null> {
    let from = 0;
    for (let tries = 0; tries < 20 && this.view !== null; tries++) {
      const at = await this.find(name, from);
      if (at === null || at < from) return null;
      const { rows } = await ask(commands.browseRows(this.view, at, 1));
      if (rows[0]?.name === name) return at;
      from = at + 1;
    }
    return null;
  }

  #adopt(state: ViewState, selectionOnly = false): void {
    // Answers and events may cross: an older generation says nothing new.
    if (this.state && state.generation < this.state.generation) return;
    const changed = state.generation !== this.state?.generation;
    this.state = state;
    if (this.focus >= state.count) this.focus = Math.max(0, state.count - 1);
    if (changed || selectionOnly) {
      this.#asked.clear();
      this.#load(selectionOnly);
    }
  }

  #load(again = false): void {
    if (this.view === null || !this.state) return;
    const lastPage = Math.floor(Math.max(0, this.state.count - 1) / PAGE);
    const from = Math.max(0, Math.floor(this.#first / PAGE) - 1);
    const to = Math.min(lastPage, Math.floor(this.#last / PAGE) + 1);
    for (let page = from; page <= to; page++) {
      const fresh = this.#pages.get(page)?.generation === this.state.generation;
      if ((fresh && !again) || this.#asked.has(page)) continue;
      this.#asked.add(page);
      void this.#fetch(this.view, page, this.state.generation);
    }
  }

  async #fetch(view: number, page: number, generation: number): Promise<void> {
    const asked = ++this.#requests;
    try {
      const answer = await ask(commands.browseRows(view, page * PAGE, PAGE));
      if (this.#closed || this.view !== view) return;
      if (asked < (this.#pages.get(page)?.asked ?? 0)) return;
      this.#pages.set(page, { generation: answer.generation, asked, rows: answer.rows });
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
    for (const [page, { rows }] of this.#pages) {
      rows.forEach((row, i) => {
        row.selected = selectedAfter(change, page * PAGE + i, row.selected);
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
