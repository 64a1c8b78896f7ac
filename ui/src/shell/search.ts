/** How typed letters choose from a list of commands and places. */

/** All words must occur; what begins with the text comes first, what cannot run now last. */
export function search<T extends { label: string; reason?: string | undefined }>(
  entries: T[],
  wanted: string,
): T[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean);
  const rank = (entry: T): number =>
    (entry.reason ? 2 : 0) + (words.length > 0 && !fold(entry.label).startsWith(words[0] ?? '') ? 1 : 0);
  return entries
    .filter((entry) => words.every((word) => fold(entry.label).includes(word)))
    .sort((a, b) => rank(a) - rank(b));
}

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
