/**
 * Rows dragged onto folders: of the list, the breadcrumb and the sidebar. By pointer events, since the
 * system's own drag and drop does not reach the page. What lies below the pointer decides the target.
 */
import { isMac } from '../kit/keys';
import { connections } from '../connections/connections.svelte';
import { drop } from '../shell/drop.svelte';
import { bringTo } from '../transfers/moving';
import type { Folder } from './folder.svelte';
import { edgeSpeed, verdict, type Verdict } from './dragRules';

/** A press becomes a drag after so many pixels. */
const SLACK = 6;

class RowDrag {
  active = $state(false);
  x = $state(0);
  y = $state(0);
  /** Key held that makes a copy. */
  copyKey = $state(false);
  #folder = $state.raw<Folder | null>(null);
  #from: { x: number; y: number; at: number; pointer: number } | undefined;
  #area: HTMLElement | undefined;
  #frame = 0;

  /** How many things are carried, and what the first is called. */
  get count(): number {
    return this.#folder?.state?.selection.count ?? 0;
  }

  get first(): string | null {
    return this.#folder?.state?.selection.first ?? null;
  }

  /** What letting go here would do. */
  get verdict(): Verdict {
    const folder = this.#folder;
    const target =
      drop.row && drop.connectionId !== undefined && drop.prefix !== undefined
        ? { connectionId: drop.connectionId, prefix: drop.prefix }
        : undefined;
    if (!folder || !target) return { kind: 'none' };
    return verdict(
      { connectionId: folder.connectionId, prefix: folder.prefix, folders: this.#carriedFolders() },
      target,
      this.copyKey,
    );
  }

  /** The name of the target, as the person knows it. */
  get targetName(): string {
    const name = drop.prefix?.split('/').at(-2);
    return name ?? connections.name(drop.connectionId ?? '');
  }

  /** The pointer went down on a row; it may become a drag. */
  ready(event: PointerEvent, folder: Folder, at: number, area: HTMLElement | undefined): void {
    if (this.active || !event.isPrimary) return;
    this.#folder = folder;
    this.#area = area;
    this.#from = { x: event.clientX, y: event.clientY, at, pointer: event.pointerId };
    window.addEventListener('pointermove', this.#move);
    window.addEventListener('pointerup', this.#up);
    window.addEventListener('pointercancel', this.cancel);
    window.addEventListener('blur', this.cancel);
    window.addEventListener('keydown', this.#key, true);
    window.addEventListener('keyup', this.#key, true);
  }

  cancel = (): void => {
    window.removeEventListener('pointermove', this.#move);
    window.removeEventListener('pointerup', this.#up);
    window.removeEventListener('pointercancel', this.cancel);
    window.removeEventListener('blur', this.cancel);
    window.removeEventListener('keydown', this.#key, true);
    window.removeEventListener('keyup', this.#key, true);
    cancelAnimationFrame(this.#frame);
    this.#from = undefined;
    if (this.active) drop.left();
    this.active = false;
    delete document.documentElement.dataset['dragging'];
  };

  #move = (event: PointerEvent): void => {
    const from = this.#from;
    if (!from || event.pointerId !== from.pointer) return;
    // The button was let go where nobody heard of it.
    if ((event.buttons & 1) === 0) {
      this.cancel();
      return;
    }
    this.x = event.clientX;
    this.y = event.clientY;
    if (!this.active && !this.#begin(from)) return;
    this.#copyKey(event);
    this.#aim();
  };

  #begin(from: { x: number; y: number; at: number }): boolean {
    if (Math.hypot(this.x - from.x, this.y - from.y) < SLACK) return false;
    if (!this.#folder?.row(from.at)?.selected) return false;
    this.active = true;
    document.documentElement.dataset['dragging'] = '';
    this.#frame = requestAnimationFrame(this.#scroll);
    return true;
  }

  #aim(): void {
    drop.aimAtRow(this.x, this.y);
  }

  #up = (): void => {
    const [active, folder, what] = [this.active, this.#folder, this.verdict];
    const { connectionId, prefix } = drop;
    // The click that ends a drag is none.
    queueMicrotask(() => this.cancel());
    if (!active || folder?.view == null || connectionId === undefined || prefix === undefined) return;
    if (what.kind === 'move' || what.kind === 'copy') {
      void bringTo(folder.view, { connectionId, prefix }, what.kind === 'copy');
    }
  };

  #key = (event: KeyboardEvent): void => {
    if (!this.active) return;
    if (event.key === 'Escape' && event.type === 'keydown') {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    }
    this.#copyKey(event);
  };

  #copyKey(event: { ctrlKey: boolean; altKey: boolean }): void {
    this.copyKey = isMac ? event.altKey : event.ctrlKey;
  }

  /** Near the upper or lower edge of the list it scrolls by itself. */
  #scroll = (): void => {
    const area = this.#area;
    if (!this.active) return;
    this.#frame = requestAnimationFrame(this.#scroll);
    const box = area?.getBoundingClientRect();
    if (!area || !box || this.x < box.left || this.x > box.right) return;
    const speed = edgeSpeed(this.y, box.top, box.bottom);
    if (speed === 0) return;
    area.scrollTop += speed;
    this.#aim();
  };

  /** The folders among what is carried, as far as they are on screen. */
  #carriedFolders(): string[] {
    const folder = this.#folder;
    const rows = this.#area?.querySelectorAll<HTMLElement>('[aria-selected="true"][data-drop-prefix]') ?? [];
    const names = [...rows].map((row) => row.dataset['dropPrefix'] ?? '');
    const only = folder?.state?.selection;
    if (folder && only?.count === 1 && only.folders === 1 && only.first !== null) {
      names.push(`${folder.prefix}${only.first}/`);
    }
    return names;
  }
}

export const rowDrag = new RowDrag();
