/** The folders in a folder, as a menu or a field offers them: a few names, asked for when they are wanted. */
import { commands, type Error as CoreError } from '../generated/bindings';
import { ask, describe } from '../shell/core';

export class OfferedFolders {
  names = $state.raw<string[]>([]);
  /** There are, or may be, others than these. */
  more = $state(false);
  busy = $state(false);
  error = $state.raw<CoreError | null>(null);
  #asked = 0;
  #from = '';

  /**
   * Looks into a folder. What was found for a shorter beginning serves a longer one as well, unless there
   * was more than could be offered.
   */
  async look(connectionId: string, prefix: string, begins: string): Promise<void> {
    const from = `${connectionId}\n${prefix}`;
    const whole = this.#from === from && !this.more && !this.error;
    if (whole && !this.busy) return;
    if (this.#from !== from) this.names = [];
    this.#from = from;
    const asked = ++this.#asked;
    this.busy = true;
    try {
      const found = await ask(commands.browseFolders(connectionId, prefix, this.more ? begins : ''));
      if (asked !== this.#asked) return;
      this.names = found.names;
      this.more = found.more || (this.more && begins !== '');
      this.error = null;
    } catch (thrown) {
      if (asked === this.#asked) this.error = describe(thrown);
    }
    if (asked === this.#asked) this.busy = false;
  }
}

/** The names in which what was typed occurs; those that begin with it first. */
export function matching(names: string[], wanted: string): string[] {
  const part = fold(wanted);
  if (part === '') return names;
  const found = names.filter((name) => fold(name).includes(part));
  const first = found.filter((name) => fold(name).startsWith(part));
  return [...first, ...found.filter((name) => !first.includes(name))];
}

/** A typed path as the folder that is looked into, and the beginning of a name in it. */
export function typedPath(text: string): { inside: string; begins: string } {
  const path = text.trimStart().replace(/^\/+/, '');
  const cut = path.lastIndexOf('/') + 1;
  return { inside: path.slice(0, cut), begins: path.slice(cut) };
}

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
