/**
 * What list and grid have in common: the scroll, the row with the keyboard, keys, clicks, menus, and the
 * beginning of a drag. The components that use it only draw.
 */
import { untrack } from 'svelte';
import { exact } from '../kit/format';
import { openMenuAt } from '../kit/menus.svelte';
import { run } from '../shell/commands';
import { win } from '../shell/window.svelte';
import { lookOf } from './look.svelte';
import type { Folder } from './folder.svelte';
import { geometry, scrollFor, shifted, type Geometry } from './geometry';
import { clickMove, isTypeAhead, listMove, type ListMove } from './keyboard';
import { folderMenu, headMenu, rowMenu } from './menus';
import { rowDrag } from './rowDrag.svelte';
import { TypeAhead } from './typeAhead';

interface Layout {
  /** Pixels above the first row that stay when scrolling. */
  header: number;
  /** Height of a row in pixels. */
  step: () => number;
  /** Things beside one another in a row. */
  columns: (width: number) => number;
}

export class Area {
  readonly folder: Folder;
  element = $state<HTMLElement>();
  scrollTop = $state(0);
  height = $state(0);
  width = $state(0);
  /** The thing below the pointer, which shows its tools; -1 for none. */
  hovered = $state(-1);

  readonly #layout: Layout;
  readonly #typeAhead = new TypeAhead();
  /** What has a title at this moment. */
  #told: HTMLElement | undefined;
  /** A click on one of several that are selected takes only it, unless it becomes a drag. */
  #held: number | undefined;

  constructor(folder: Folder, layout: Layout) {
    this.folder = folder;
    this.#layout = layout;
  }

  readonly count = $derived.by(() => this.folder.state?.count ?? 0);
  readonly columns = $derived.by(() => this.#layout.columns(this.width));
  readonly lines = $derived.by(() => Math.ceil(this.count / this.columns));
  readonly step = $derived.by(() => this.#layout.step());
  readonly body = $derived.by(() => Math.max(0, this.height - this.#layout.header));
  readonly shape = $derived.by((): Geometry => geometry(this.lines, this.scrollTop, this.body, this.step));
  /** The line each slot of the pool shows: a slot keeps its line while others scroll in. */
  readonly slots = $derived.by(() => {
    const { first, last } = this.shape;
    const pool = Math.max(0, last - first + 1);
    return Array.from({ length: pool }, (_, i) => ({ slot: (first + i) % pool, line: first + i }));
  });

  /** Pixels from the start of the scroll space to a line. */
  top(line: number): number {
    return this.shape.offset + (line - this.shape.first) * this.step;
  }

  /** To be called while the component that draws is made. */
  keep(): void {
    $effect(() => {
      win.grid = this.element;
      // Opening a folder takes away the row that had the focus: the keyboard goes on in the new list.
      if (document.activeElement === document.body) this.element?.focus({ preventScroll: true });
    });
    $effect(() => {
      const { first, last, top } = this.shape;
      const { columns } = this;
      untrack(() => this.folder.look(first * columns, last * columns + columns - 1, top * columns));
    });
    $effect(() => {
      this.folder.onshift = (places) => {
        if (!this.element) return;
        const lines = Math.round(places / this.columns);
        this.element.scrollTop = shifted(this.lines, this.element.scrollTop, this.body, lines, this.step);
      };
      return () => (this.folder.onshift = undefined);
    });
    // Whoever moved the focus wants to see it.
    $effect(() => {
      if (this.folder.reveal > 0 && this.element && this.body > 0) untrack(() => this.#reveal());
    });
  }

  keydown = (event: KeyboardEvent): void => {
    if (event.target !== this.element) return;
    const { folder } = this;
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      void this.#menuByKeyboard();
      return;
    }
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.open(folder.focus);
      return;
    }
    if (event.key === 'Escape' && (folder.state?.selection.count ?? 0) > 0) {
      void folder.select({ kind: 'nothing' });
      return;
    }
    if (isTypeAhead(event)) {
      event.preventDefault();
      void this.#jump(event.key);
      return;
    }
    const move = listMove(event, {
      count: this.count,
      focus: folder.focus,
      anchor: folder.anchor,
      page: Math.floor(this.body / this.step),
      columns: this.columns,
      fresh: !folder.touched,
    });
    if (!move) return;
    event.preventDefault();
    this.#apply(move);
  };

  pointerdown = (event: PointerEvent): void => {
    const at = thingAt(event);
    if (event.button !== 0 || isControl(event) || at === undefined) return;
    rowDrag.ready(event, this.folder, at, this.element);
  };

  mousedown = (event: MouseEvent): void => {
    if (event.button !== 0 || isControl(event)) return;
    const { folder } = this;
    const at = thingAt(event);
    this.#held = undefined;
    if (at !== undefined) {
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      const move = clickMove(event, at, folder.anchor);
      if (!plain || !folder.row(at)?.selected) {
        this.#apply(move);
        return;
      }
      this.#held = at;
      this.#apply({ focus: move.focus, anchor: move.anchor });
    } else if (isBlank(event) && (folder.state?.selection.count ?? 0) > 0) {
      void folder.select({ kind: 'nothing' });
    }
  };

  mouseup = (event: MouseEvent): void => {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || rowDrag.active || thingAt(event) !== held) return;
    if ((this.folder.state?.selection.count ?? 0) > 1) {
      void this.folder.select({ kind: 'only', from: held, to: held });
    }
  };

  dblclick = (event: MouseEvent): void => {
    const at = thingAt(event);
    if (at !== undefined && !isControl(event)) this.open(at);
  };

  contextmenu = async (event: MouseEvent): Promise<void> => {
    event.preventDefault();
    if (event.target instanceof Element && event.target.closest('input')) return;
    this.element?.focus({ preventScroll: true });
    const at = thingAt(event);
    if (at !== undefined) {
      await this.takeForMenu(at);
      openMenuAt(event.clientX, event.clientY, rowMenu());
    } else if (isBlank(event)) {
      openMenuAt(event.clientX, event.clientY, folderMenu());
    } else {
      openMenuAt(event.clientX, event.clientY, headMenu(lookOf(this.folder), this.folder));
    }
  };

  /** The pointer moved to another thing, or to none. Long texts are told in full only then. */
  pointerover = (event: PointerEvent): void => {
    this.hovered = thingAt(event) ?? -1;
    const { target } = event;
    this.#tell(target instanceof Element ? target.closest<HTMLElement>('[data-full], .modified') : null);
  };

  pointerleave = (): void => {
    this.hovered = -1;
    this.#tell(null);
  };

  open(at: number): void {
    const row = this.folder.row(at);
    if (!row) return;
    if (row.isFolder) win.enter(row.name);
    else if (!win.inspectorOpen) win.toggleInspector();
  }

  /** A menu is about the selection if the row belongs to it, else about the row. */
  async takeForMenu(at: number): Promise<void> {
    const { folder } = this;
    folder.anchor = at;
    folder.focus = at;
    if (!folder.row(at)?.selected) await folder.select({ kind: 'only', from: at, to: at });
  }

  menuAt(at: number, x: number, y: number): void {
    void this.takeForMenu(at).then(() => openMenuAt(x, y, rowMenu()));
  }

  copyLinkOf(at: number): void {
    void this.takeForMenu(at).then(() => run('copyLink'));
  }

  /** What is cut off, and to the second when a file was changed: only for what the pointer is on. */
  #tell(cell: HTMLElement | null): void {
    this.#told?.removeAttribute('title');
    this.#told = cell ?? undefined;
    const row = cell && this.folder.row(this.hovered);
    if (!row) return;
    const cut = cell.scrollWidth > cell.clientWidth || cell.scrollHeight > cell.clientHeight;
    if (cell.dataset['full'] !== undefined && cut) cell.title = cell.dataset['full'];
    const modified = row.modifiedAt ?? row.measured?.modifiedAt ?? null;
    if (cell.classList.contains('modified') && modified !== null) cell.title = exact(modified);
  }

  #apply(move: ListMove): void {
    this.folder.anchor = move.anchor;
    this.folder.moveFocus(move.focus);
    if (move.select) void this.folder.select(move.select);
  }

  #reveal(): void {
    const area = this.element;
    if (!area) return;
    const line = Math.floor(this.folder.focus / this.columns);
    const next = scrollFor(this.lines, area.scrollTop, this.body, line, this.step);
    if (next !== area.scrollTop) area.scrollTop = next;
  }

  async #jump(letter: string): Promise<void> {
    const { text, from } = this.#typeAhead.press(letter, this.folder.focus);
    const at = await this.folder.find(text, from);
    if (at !== null) this.#apply({ focus: at, anchor: at, select: { kind: 'only', from: at, to: at } });
  }

  async #menuByKeyboard(): Promise<void> {
    const { focus } = this.folder;
    const box = this.element?.querySelector(`[data-at="${focus}"]`)?.getBoundingClientRect();
    if (!box) return;
    await this.takeForMenu(focus);
    openMenuAt(box.left + 48, box.bottom - 4, rowMenu());
  }
}

/** The position of the row or tile that an event is about. */
export function thingAt(event: Event): number | undefined {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-at]') : null;
  return element ? Number(element.dataset['at']) : undefined;
}

function isControl(event: Event): boolean {
  return (
    event.target instanceof Element && event.target.closest('button, input, [role="separator"]') !== null
  );
}

function isBlank(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('[role="columnheader"]') === null;
}
