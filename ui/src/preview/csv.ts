/**
 * Values separated by commas, semicolons or tabs (RFC 4180, read leniently): rows of text. A formula
 * is text like any other.
 */

export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: Delimiter[] = [',', ';', '\t', '|'];

/** The delimiter that splits the first lines most evenly. */
export function guessDelimiter(text: string, extension = ''): Delimiter {
  if (extension === 'tsv' || extension === 'tab') return '\t';
  const sample = text.slice(0, 32_768);
  let best: Delimiter = ',';
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const widths = parse(sample, delimiter, 20).rows.map((row) => row.length);
    // The last line of the sample may be cut.
    if (widths.length > 1 && sample.length < text.length) widths.pop();
    const first = widths[0] ?? 1;
    const even = widths.filter((width) => width === first).length / Math.max(1, widths.length);
    const score = first > 1 ? even * 1000 + first : 0;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

export interface Parsed {
  rows: string[][];
  /** Characters that belong to whole rows: what follows was cut by the end of the text. */
  used: number;
}

/** At most `most` rows. A row that the text ends within counts as the last one. */
export function parse(text: string, delimiter: Delimiter, most = Infinity): Parsed {
  const rows: string[][] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length && rows.length < most) {
    const { row, end } = parseRow(text, at, delimiter);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    at = end;
  }
  return { rows, used: at };
}

function parseRow(text: string, from: number, delimiter: Delimiter): { row: string[]; end: number } {
  const row: string[] = [];
  let at = from;
  for (;;) {
    const field = text[at] === '"' ? quoted(text, at) : plain(text, at, delimiter);
    row.push(field.value);
    at = field.end;
    if (text[at] === delimiter) {
      at += 1;
      continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') return { row, end: at + 2 };
    return { row, end: at + 1 };
  }
}

function plain(text: string, from: number, delimiter: Delimiter): { value: string; end: number } {
  let end = from;
  while (end < text.length) {
    const letter = text[end];
    if (letter === delimiter || letter === '\n' || letter === '\r') break;
    end += 1;
  }
  return { value: text.slice(from, end), end };
}

/** What stands between the closing quote and the next delimiter is kept, as people write it. */
function quoted(text: string, from: number): { value: string; end: number } {
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
