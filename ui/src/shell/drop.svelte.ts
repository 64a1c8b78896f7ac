/**
 * Files dragged over the window from elsewhere. What lies below the pointer decides the target: a folder
 * row, a course, a connection, a crumb, else the folder on screen. The paths stay in the core.
 */
import type { OfferId } from '../generated/bindings';
import { transfers } from '../transfers/transfers.svelte';
import { win } from './window.svelte';

class Drop {
  /** Files hover over the window. */
  active = $state(false);
  count = $state(0);
  connectionId = $state<string | undefined>(undefined);
  prefix = $state<string | undefined>(undefined);
  /** The target is something on screen, not the open folder. */
  row = $state(false);

  get hasTarget(): boolean {
    return this.connectionId !== undefined && this.prefix !== undefined;
  }

  /** Positions are CSS pixels from the page's upper left. */
  hover(x: number | null, y: number | null, count: number): void {
    this.active = true;
    this.count = count;
    this.#aim(x, y);
  }

  left(): void {
    this.active = false;
    this.row = false;
    this.connectionId = undefined;
    this.prefix = undefined;
  }

  dropped(x: number | null, y: number | null, offer: OfferId): void {
    this.#aim(x, y);
    const { connectionId, prefix } = this;
    this.left();
    if (connectionId !== undefined && prefix !== undefined) void transfers.add(connectionId, prefix, offer);
  }

  /** Rows of this window are dragged: only what is on screen and takes them is a target. */
  aimAtRow(x: number, y: number): void {
    this.#aim(x, y);
    if (!this.row) this.left();
  }

  #aim(x: number | null, y: number | null): void {
    const below = x === null || y === null ? null : document.elementFromPoint(x, y);
    const target = below?.closest<HTMLElement>('[data-drop-prefix]') ?? null;
    this.row = target !== null;
    this.connectionId = target?.dataset['dropConnection'] ?? win.folder?.connectionId;
    this.prefix = target?.dataset['dropPrefix'] ?? win.folder?.prefix;
  }
}

export const drop = new Drop();
