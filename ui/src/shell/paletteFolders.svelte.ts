/**
 * The folders that the palette offers: those opened lately, those of the folder on screen, and while a path
 * is typed (`Week 3/Ex`) those in it. Each is one bounded question to the core, asked when it is needed.
 */
import Clock from '@lucide/svelte/icons/clock';
import FolderIcon from '@lucide/svelte/icons/folder';
import { connections } from '../connections/connections.svelte';
import { commands, type Error as CoreError, type RecentPlace } from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { ask, describe } from './core';
import { errorText } from './errors';
import { leadsTo, type PaletteEntry } from './palette';
import { places } from './places.svelte';
import { search, type Found } from './search';
import { folderTitle, win } from './window.svelte';

const REST_MS = 120;

export class PaletteFolders {
  busy = $state(false);
  #here = $state.raw<string[]>([]);
  #recent = $state.raw<RecentPlace[]>([]);
  #inside = $state.raw<string[]>([]);
  #error = $state.raw<CoreError | null>(null);
  #connectionId = win.folder?.connectionId ?? connections.list[0]?.connection.id;
  #prefix = win.folder?.prefix;
  #clock: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor() {
    // Without them there is still all the rest.
    ask(commands.browseRecent()).then(
      (recent) => (this.#recent = recent),
      () => undefined,
    );
    if (this.#connectionId === undefined || this.#prefix === undefined) return;
    ask(commands.browseFolders(this.#connectionId, this.#prefix, '')).then(
      ({ names }) => (this.#here = names),
      () => undefined,
    );
  }

  /** Why there are no folders to offer. */
  get problem(): string | undefined {
    return this.#error ? errorText(this.#error).what : undefined;
  }

  /** Folders opened lately, and those of the folder on screen. */
  get offered(): PaletteEntry[] {
    const recent = this.#recent.filter(({ connectionId }) => connections.get(connectionId));
    return [
      ...recent.map(({ connectionId, prefix }) => ({
        id: `recent-${connectionId}-${prefix}`,
        label: folderTitle(connectionId, prefix),
        also: prefix,
        leads: leadsTo(connectionId, prefix),
        kind: t('palette.lately'),
        icon: Clock,
        run: () => places.go({ kind: 'folder', connectionId, prefix }),
      })),
      ...this.#here.map((name) => this.#entry(`${this.#prefix ?? ''}${name}/`, name)),
    ];
  }

  /** Looks into the folder of the path that is typed, when typing rests. */
  look(typed: string): () => void {
    clearTimeout(this.#clock);
    const id = this.#connectionId;
    const isPath = typed.includes('/');
    this.busy = isPath;
    if (id !== undefined && isPath) {
      this.#clock = setTimeout(() => void this.#lookInto(id, typed), REST_MS);
    }
    return () => clearTimeout(this.#clock);
  }

  async #lookInto(connectionId: string, typed: string): Promise<void> {
    const { inside, begins } = typedPath(typed);
    const asked = ++this.#asked;
    try {
      let found = await ask(commands.browseFolders(connectionId, this.#whole(inside), ''));
      // Of a folder with more than can be offered, those that begin as it was typed.
      if (found.more && begins !== '') {
        found = await ask(commands.browseFolders(connectionId, this.#whole(inside), begins));
      }
      if (asked !== this.#asked) return;
      this.#inside = found.names;
      this.#error = null;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.#inside = [];
      this.#error = describe(thrown);
    }
    this.busy = false;
  }

  /** What the typed path may become; first the folder itself when it ends in a slash. */
  completions(typed: string): Found<PaletteEntry>[] {
    const { inside, begins } = typedPath(typed);
    const whole = this.#whole(inside);
    const itself = { entry: this.#entry(whole, inside), matches: [] };
    const names = this.#inside.map((name) => ({ id: name, label: name }));
    const found = search(names, begins).map(({ entry: { label: name }, matches }): Found<PaletteEntry> => {
      const label = `${inside}${name}/`;
      const moved = matches.map(([from, to]): [number, number] => [from + inside.length, to + inside.length]);
      return { entry: this.#entry(this.#whole(label), label), matches: moved };
    });
    return begins === '' && inside !== '' ? [itself, ...found] : found;
  }

  /** Typed paths begin at the connection's own folder. */
  #whole(path: string): string {
    const id = this.#connectionId;
    return `${id === undefined ? '' : connections.root(id)}${path}`;
  }

  #entry(prefix: string, label: string): PaletteEntry {
    const connectionId = this.#connectionId ?? '';
    const root = connections.root(connectionId);
    return {
      id: `folder-${prefix}`,
      label,
      kind: t('palette.folder'),
      icon: FolderIcon,
      leads: leadsTo(connectionId, prefix),
      completes: prefix.slice(root.length),
      run: () => places.go({ kind: 'folder', connectionId, prefix }),
    };
  }
}

/** A typed path as the folder that is looked into, and the beginning of a name in it. */
function typedPath(typed: string): { inside: string; begins: string } {
  const path = typed.trimStart().replace(/^\/+/, '');
  const cut = path.lastIndexOf('/') + 1;
  return { inside: path.slice(0, cut), begins: path.slice(cut) };
}
