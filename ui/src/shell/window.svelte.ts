/** The state of the window that is nobody else's: the folder on screen, panes, what has the keyboard. */
import { tick } from 'svelte';
import { Folder } from '../browse/folder.svelte';
import { connections } from '../connections/connections.svelte';
import { asksForNothing, EVERYTHING } from '../browse/query';
import type { Course, Depth, Query } from '../generated/bindings';
import { change, settings } from '../settings/settings.svelte';
import { parentPrefix, places, prefixName, type Place } from './places.svelte';

const NARROW = 1000;
const TIGHT = 860;
const ROOMY = 1100;

class WindowState {
  folder = $state.raw<Folder | null>(null);
  /** The path is being edited. */
  editingPath = $state(false);
  /** The row whose name is being edited. */
  renaming = $state<number | null>(null);
  sidebarWidth = $state(stored('sidebar', 224));
  inspectorWidth = $state(stored('inspector', 288));
  width = $state(window.innerWidth);
  /** In a narrow window the inspector lies over the list and starts closed. */
  drawerOpen = $state(false);
  grid: HTMLElement | undefined;
  filterField: HTMLInputElement | undefined;
  /** The filters stand below the toolbar, whether or not one is set. */
  filterBarOpen = $state(false);
  /** What was asked at a place, for the way back to it. */
  readonly #asked = new WeakMap<Place, Query>();
  /** The place that `folder` belongs to. */
  #place: Place | undefined;
  /** The file to put the keyboard on in the folder that is opened next. */
  #wantedFile: string | undefined;

  get narrow(): boolean {
    return this.width < NARROW;
  }

  /** Too little room for a word on every button. */
  get tight(): boolean {
    return this.width < TIGHT;
  }

  get roomy(): boolean {
    return this.width >= ROOMY;
  }

  get inspectorOpen(): boolean {
    return this.narrow ? this.drawerOpen : settings.inspectorOpen;
  }

  toggleInspector(): void {
    if (this.narrow) this.drawerOpen = !this.drawerOpen;
    else void change({ inspectorOpen: !settings.inspectorOpen });
  }

  /** Follows the place: opens its folder, closes the one before. */
  follow(place: Place): void {
    const before = this.folder;
    if (before?.depth === 'all' && this.#place) this.#asked.set(this.#place, before.query);
    this.#place = place;
    if (place.kind !== 'folder') {
      before?.close();
      this.folder = null;
      return;
    }
    const cameUp =
      before?.connectionId === place.connectionId &&
      before.prefix !== place.prefix &&
      before.prefix.startsWith(place.prefix);
    const above = cameUp ? before.prefix.slice(place.prefix.length).split('/')[0] : undefined;
    before?.close();
    this.editingPath = false;
    this.renaming = null;
    const wanted = this.#wantedFile ?? above;
    const folder = new Folder(place.connectionId, place.prefix, wanted, place.depth);
    folder.wantedIsFile = this.#wantedFile !== undefined;
    folder.query = this.#asked.get(place) ?? EVERYTHING;
    this.#wantedFile = undefined;
    this.filterBarOpen = place.depth === 'all' || !asksForNothing(folder.query);
    this.folder = folder;
    void folder.open();
  }

  /** The prefix above the folder on screen; `undefined` at the top of its connection. */
  get parent(): string | undefined {
    const folder = this.folder;
    if (!folder || folder.prefix === connections.root(folder.connectionId)) return undefined;
    return parentPrefix(folder.prefix);
  }

  goUp(): void {
    const [folder, parent] = [this.folder, this.parent];
    if (folder && parent !== undefined) {
      places.go({ kind: 'folder', connectionId: folder.connectionId, prefix: parent });
    }
  }

  /** Opens a folder row. */
  enter(name: string): void {
    const folder = this.folder;
    if (!folder) return;
    places.go({
      kind: 'folder',
      connectionId: folder.connectionId,
      prefix: `${folder.prefix}${name}/`,
    });
  }

  /** Looks at the same folder or at everything below it, for the same (or for what is given). */
  look(depth: Depth, query?: Query): void {
    const folder = this.folder;
    if (!folder) return;
    if (folder.depth === depth) {
      if (query) void folder.filter(query);
      return;
    }
    const { connectionId, prefix } = folder;
    const place: Place = { kind: 'folder', connectionId, prefix, depth };
    this.#asked.set(place, query ?? folder.query);
    places.go(place);
  }

  /** Opens the folder that a file of a search lies in, with the keyboard on the file. */
  showInFolder(path: string): void {
    const folder = this.folder;
    if (!folder) return;
    const cut = path.lastIndexOf('/') + 1;
    this.#wantedFile = path.slice(cut);
    places.go({
      kind: 'folder',
      connectionId: folder.connectionId,
      prefix: folder.prefix + path.slice(0, cut),
    });
  }

  /** Opens the filters and goes to the first of them. */
  openFilters(): void {
    this.filterBarOpen = true;
    void tick().then(() =>
      document.querySelector<HTMLElement>('[data-testid="filter-bar"] input:checked')?.focus(),
    );
  }

  focusList(): void {
    this.grid?.focus({ preventScroll: true });
  }

  keepWidths(): void {
    localStorage.setItem('sidebar', String(this.sidebarWidth));
    localStorage.setItem('inspector', String(this.inspectorWidth));
  }
}

function stored(name: string, initial: number): number {
  const value = Number(localStorage.getItem(name));
  return value >= 180 && value <= 480 ? value : initial;
}

export const win = new WindowState();

/** What a folder is called: the course's title, the folder's name, or the connection's. */
export function folderTitle(connectionId: string, prefix: string): string {
  const course: Course | undefined = connections.pinned(connectionId, prefix);
  return (
    course?.title ??
    (prefix === connections.root(connectionId) ? connections.name(connectionId) : prefixName(prefix))
  );
}
