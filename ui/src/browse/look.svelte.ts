/**
 * How a folder is looked at: list or grid, columns, widths, order. Each folder keeps its own, in the
 * core's catalogue.
 */
import { commands, type Layout, type Look, type Sort } from '../generated/bindings';
import { ask } from '../shell/core';
import { attempt } from '../shell/report';
import { t } from '../messages/index.svelte';
import { SIDE_COLUMNS, toggled, widthOf, type SideColumn, type Widths } from './columns';
import type { Folder } from './folder.svelte';

const PLAIN: Look = { layout: 'list', sort: null, columns: null, widths: [] };
const BY_NAME: Sort = { column: 'name', descending: false };
/** Looks that are remembered for coming back at once. */
const MOST_KNOWN = 100;

const known = new Map<string, Look>();

export class FolderLook {
  readonly #connectionId: string;
  readonly #prefix: string;
  #look = $state.raw<Look>(PLAIN);
  /** What was kept has come; until then the folder is shown plainly. */
  ready = $state(false);
  #arranged: Sort | null = null;

  constructor(connectionId: string, prefix: string) {
    this.#connectionId = connectionId;
    this.#prefix = prefix;
    const before = known.get(this.#name);
    if (before) this.#come(before);
    else void this.#load();
  }

  get layout(): Layout {
    return this.#look.layout;
  }

  get columns(): Look['columns'] {
    return this.#look.columns;
  }

  /** The order that was chosen, if one was. */
  get sort(): Sort | null {
    return this.#look.sort;
  }

  get widths(): Widths {
    return Object.fromEntries(this.#look.widths.map(({ column, width }) => [column, width]));
  }

  /** Whether there is something to go back from. */
  get isPlain(): boolean {
    const { layout, sort, columns, widths } = this.#look;
    return layout === 'list' && sort === null && columns === null && widths.length === 0;
  }

  show(layout: Layout): void {
    if (layout !== this.layout) this.#change({ layout });
  }

  toggle(column: SideColumn): void {
    this.#change({ columns: toggled(this.columns, column) });
  }

  sortBy(sort: Sort): void {
    this.#change({ sort });
  }

  /** Puts the folder into the chosen order, once for each choice. */
  arrange(folder: Folder): void {
    const { sort } = this;
    if (sort === this.#arranged) return;
    this.#arranged = sort;
    void attempt(t('grid.notSorted'), () => folder.sort(sort ?? BY_NAME));
  }

  /** While a width is being dragged it is not kept yet. */
  resize(column: SideColumn, width: number): void {
    const widths = { ...this.widths, [column]: width };
    this.#look = {
      ...this.#look,
      widths: SIDE_COLUMNS.filter((c) => widths[c] !== undefined).map((c) => ({
        column: c,
        width: widthOf(c, widths),
      })),
    };
  }

  keepWidths(): void {
    this.#change({});
  }

  /** Columns, widths and order as they are without a choice. */
  reset(): void {
    this.#change({ ...PLAIN, layout: this.layout });
  }

  get #name(): string {
    return `${this.#connectionId}\n${this.#prefix}`;
  }

  #come(look: Look): void {
    this.#look = look;
    this.ready = true;
  }

  async #load(): Promise<void> {
    const kept = await ask(commands.browseLook(this.#connectionId, this.#prefix)).catch(() => null);
    if (!this.ready) this.#come(kept ?? PLAIN);
  }

  #change(change: Partial<Look>): void {
    this.#come({ ...this.#look, ...change });
    const look = this.#look;
    known.delete(this.#name);
    known.set(this.#name, look);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    void attempt(t('look.notKept'), () =>
      ask(commands.browseKeepLook(this.#connectionId, this.#prefix, look)),
    );
  }
}

const looks = new WeakMap<Folder, FolderLook>();

/** The look of the folder on screen. */
export function lookOf(folder: Folder): FolderLook {
  const there = looks.get(folder) ?? new FolderLook(folder.connectionId, folder.prefix);
  looks.set(folder, there);
  return there;
}

/** For tests: nothing is remembered. */
export function forgetLooks(): void {
  known.clear();
}
