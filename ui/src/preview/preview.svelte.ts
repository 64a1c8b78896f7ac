/**
 * The preview over the list: whether it is open, and which row it shows. It follows the row that has
 * the keyboard, so that every command goes on to act on what is seen.
 */
import type { Folder } from '../browse/folder.svelte';
import { win } from '../shell/window.svelte';

class Previewing {
  #folder = $state.raw<Folder | null>(null);

  /** Open over this folder's list. */
  over(folder: Folder): boolean {
    return this.#folder === folder;
  }

  /** Opens for the row that has the keyboard, taking it as the selection; closes when it is open. */
  toggle(): void {
    const folder = win.folder;
    if (!folder || this.over(folder)) {
      this.close();
      return;
    }
    const at = folder.selectedAt() ?? folder.focus;
    if (!isFile(folder, at)) return;
    take(folder, at);
    this.#folder = folder;
  }

  close(): void {
    if (!this.#folder) return;
    this.#folder = null;
    // The list is inert until the overlay is gone.
    queueMicrotask(() => win.focusList());
  }

  /** The next or previous file. Folders, which stand together, end the way. */
  step(by: 1 | -1): void {
    const folder = this.#folder;
    if (folder && this.canStep(folder, by)) take(folder, folder.focus + by);
  }

  canStep(folder: Folder, by: 1 | -1): boolean {
    const next = folder.focus + by;
    const inside = next >= 0 && next < (folder.state?.count ?? 0);
    return inside && folder.row(next)?.isFolder !== true;
  }
}

/** The row that a preview would be of, if it is a file. */
export function previewable(folder: Folder): boolean {
  return isFile(folder, folder.selectedAt() ?? folder.focus);
}

function isFile(folder: Folder, at: number): boolean {
  return folder.row(at)?.isFolder === false;
}

function take(folder: Folder, at: number): void {
  folder.anchor = at;
  folder.moveFocus(at);
  void folder.select({ kind: 'only', from: at, to: at });
}

export const previewing = new Previewing();
