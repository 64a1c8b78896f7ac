/** A text cut where what was searched for begins and ends in it. */
export interface Part {
  text: string;
  marked: boolean;
}

/** `matches`: UTF-16 units, from and to (excluded), ascending and apart. */
export function parts(text: string, matches: [number, number][]): Part[] {
  const cut: Part[] = [];
  let at = 0;
  for (const [from, to] of matches) {
    cut.push({ text: text.slice(at, from), marked: false }, { text: text.slice(from, to), marked: true });
    at = to;
  }
  cut.push({ text: text.slice(at), marked: false });
  return cut.filter((part) => part.text !== '');
}
