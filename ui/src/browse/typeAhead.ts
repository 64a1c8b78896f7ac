/** Letters typed quickly one after another are one search; the same letter again goes to the next row. */

const TOGETHER_MS = 900;

export class TypeAhead {
  #text = '';
  #last = 0;

  /** What to search for, and from which row on. */
  press(letter: string, focus: number, now = Date.now()): { text: string; from: number } {
    const fresh = now - this.#last > TOGETHER_MS;
    this.#last = now;
    if (fresh || this.#text === letter) {
      this.#text = letter;
      return { text: letter, from: focus + 1 };
    }
    this.#text += letter;
    return { text: this.#text, from: focus };
  }
}
