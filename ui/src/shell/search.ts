/** How typed letters choose from a list of commands and places: fuzzily, the best first, and which letters matched. */

export interface Searched {
  id: string;
  label: string;
  /** Found by this too, after what is found by its label. */
  also?: string | undefined;
  /** It cannot be chosen now: it comes last. */
  reason?: string | undefined;
}

export interface Found<T> {
  entry: T;
  /** Where the label matched: from, to (exclusive), ascending. */
  matches: [number, number][];
}

/** The kinds of match, best first. */
const STARTS = 0;
const WORDS = 1;
const WITHIN = 2;
const SCATTERED = 3;
const ALSO = 4;
const UNUSABLE = 10;

/** A label without case and accents, and where each of its letters stands in the original. */
interface Folded {
  text: string;
  at: number[];
}

interface Match {
  rank: number;
  /** Letters passed over: fewer are better. */
  gaps: number;
  matches: [number, number][];
}

/**
 * Every word that was typed must match. `used` names what was chosen lately, newest first: among equals
 * it comes first, and before anything is typed it leads.
 */
export function search<T extends Searched>(entries: T[], typed: string, used: string[] = []): Found<T>[] {
  const words = fold(typed).text.split(/\s+/).filter(Boolean);
  const place = new Map(used.map((id, i) => [id, i]));
  const found = entries.flatMap((entry) => {
    const match = matchAll(entry, words);
    return match ? [{ entry, match }] : [];
  });
  const rank = ({ entry, match }: (typeof found)[number]): number =>
    match.rank + (entry.reason === undefined ? 0 : UNUSABLE);
  const lately = ({ entry }: (typeof found)[number]): number => place.get(entry.id) ?? used.length;
  return found
    .sort((a, b) => rank(a) - rank(b) || lately(a) - lately(b) || a.match.gaps - b.match.gaps)
    .map(({ entry, match }) => ({ entry, matches: match.matches }));
}

function matchAll(entry: Searched, words: string[]): Match | undefined {
  const label = fold(entry.label);
  const also = entry.also === undefined ? undefined : fold(entry.also).text;
  const all: Match = { rank: STARTS, gaps: 0, matches: [] };
  for (const [i, word] of words.entries()) {
    const match = matchWord(label, word, i === 0);
    if (match) {
      all.rank = Math.max(all.rank, match.rank);
      all.gaps += match.gaps;
      all.matches.push(...match.matches);
    } else if (also?.includes(word)) {
      all.rank = ALSO;
    } else {
      return undefined;
    }
  }
  all.matches = merged(all.matches);
  return all;
}

function matchWord(label: Folded, word: string, first: boolean): Match | undefined {
  if (first && label.text.startsWith(word)) return whole(label, 0, word, STARTS);
  const begins = wordStarts(label.text).find((at) => label.text.startsWith(word, at));
  if (begins !== undefined) return whole(label, begins, word, WORDS);
  const within = label.text.indexOf(word);
  if (within >= 0) return whole(label, within, word, WITHIN);
  return scattered(label, word);
}

function whole(label: Folded, at: number, word: string, rank: number): Match {
  return { rank, gaps: 0, matches: [span(label, at, at + word.length)] };
}

/** Letter after letter in order, each at the beginning of a word where it can be. */
function scattered(label: Folded, word: string): Match | undefined {
  // One letter, or letters far apart, say nothing.
  if (word.length < 2) return undefined;
  return inOrder(label, word, wordStarts(label.text)) ?? inOrder(label, word, []);
}

function inOrder(label: Folded, word: string, starts: number[]): Match | undefined {
  const matches: [number, number][] = [];
  let [from, first, last] = [0, -1, -1];
  for (const letter of word) {
    const next = label.text.indexOf(letter, from);
    if (next < 0) return undefined;
    const atWord = starts.find((at) => at >= from && label.text.startsWith(letter, at));
    const at = next === from && first >= 0 ? next : (atWord ?? next);
    if (first < 0) first = at;
    last = at;
    from = at + letter.length;
    matches.push(span(label, at, from));
  }
  const gaps = last - first + 1 - word.length;
  return gaps > 4 * word.length ? undefined : { rank: SCATTERED, gaps, matches };
}

function wordStarts(text: string): number[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => match.index);
}

/** The same stretch of the original label. */
function span(label: Folded, from: number, to: number): [number, number] {
  return [label.at[from] ?? 0, label.at[to] ?? label.at.at(-1) ?? 0];
}

function merged(spans: [number, number][]): [number, number][] {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Without case and accents. */
export function fold(text: string): Folded {
  const folded: Folded = { text: '', at: [] };
  let at = 0;
  for (const sign of text) {
    const plain = sign.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
    for (let i = 0; i < plain.length; i++) folded.at.push(at);
    folded.text += plain;
    at += sign.length;
  }
  folded.at.push(at);
  return folded;
}
