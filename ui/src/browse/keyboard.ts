/**
 * What a key does in the list, as a plain rule: moves of the focus and changes of the selection.
 * Single letters are type-ahead. Everything else is left to the command table.
 */
import type { Select } from '../generated/bindings';

export interface ListPosition {
  count: number;
  focus: number;
  /** Where a range began. */
  anchor: number;
  /** Rows in sight, for PageUp and PageDown. */
  page: number;
  /** Things beside one another in a row: one in a list, several in a grid. */
  columns?: number;
  /** Nothing was done in this list yet: the first arrow key takes the row that has the focus. */
  fresh?: boolean;
}

export interface ListMove {
  focus: number;
  anchor: number;
  select?: Select;
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function listMove(press: Press, at: ListPosition): ListMove | undefined {
  if (at.count === 0 || press.altKey) return undefined;
  const mod = press.ctrlKey || press.metaKey;
  if (press.key === ' ') return mod || press.shiftKey ? space(press, at) : undefined;
  const target = targetOf(press.key, at);
  if (target === undefined) return undefined;
  const focus = Math.max(0, Math.min(at.count - 1, target));
  if (press.shiftKey) {
    const [from, to] = [Math.min(at.anchor, focus), Math.max(at.anchor, focus)];
    return { focus, anchor: at.anchor, select: { kind: mod ? 'add' : 'only', from, to } };
  }
  if (mod) return { focus, anchor: at.anchor };
  return { focus, anchor: focus, select: { kind: 'only', from: focus, to: focus } };
}

/** Space alone is a command: it opens the preview. */
function space(press: Press, at: ListPosition): ListMove {
  const { focus } = at;
  if (press.shiftKey) {
    const [from, to] = [Math.min(at.anchor, focus), Math.max(at.anchor, focus)];
    return { focus, anchor: at.anchor, select: { kind: 'only', from, to } };
  }
  return { focus, anchor: focus, select: { kind: 'toggle', at: focus } };
}

function targetOf(key: string, at: ListPosition): number | undefined {
  const columns = at.columns ?? 1;
  const beside = columns > 1 ? 1 : undefined;
  switch (key) {
    case 'ArrowDown':
      return at.fresh ? at.focus : below(at, 1);
    case 'ArrowUp':
      return above(at, 1);
    case 'ArrowRight':
      return beside && (at.fresh ? at.focus : at.focus + 1);
    case 'ArrowLeft':
      return beside && at.focus - 1;
    case 'PageDown':
      return below(at, Math.max(1, at.page - 1));
    case 'PageUp':
      return above(at, Math.max(1, at.page - 1));
    case 'Home':
      return 0;
    case 'End':
      return at.count - 1;
    default:
      return undefined;
  }
}

/** So many rows down; in a grid whose last row is short, its last thing. */
function below(at: ListPosition, rows: number): number {
  const columns = at.columns ?? 1;
  const line = Math.floor(at.focus / columns);
  const down = Math.min(rows, Math.floor((at.count - 1) / columns) - line);
  return at.focus + down * columns;
}

function above(at: ListPosition, rows: number): number {
  const columns = at.columns ?? 1;
  const line = Math.floor(at.focus / columns);
  return at.focus - Math.min(rows, line) * columns;
}

/** A click with its modifiers. */
export function clickMove(
  press: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  row: number,
  anchor: number,
): ListMove {
  if (press.shiftKey) {
    const [from, to] = [Math.min(anchor, row), Math.max(anchor, row)];
    return {
      focus: row,
      anchor,
      select: { kind: press.ctrlKey || press.metaKey ? 'add' : 'only', from, to },
    };
  }
  if (press.ctrlKey || press.metaKey) return { focus: row, anchor: row, select: { kind: 'toggle', at: row } };
  return { focus: row, anchor: row, select: { kind: 'only', from: row, to: row } };
}

/** Whether a key press is a letter for type-ahead. */
export function isTypeAhead(press: Press): boolean {
  return (
    press.key.length === 1 &&
    press.key !== ' ' &&
    press.key !== '?' &&
    !press.ctrlKey &&
    !press.metaKey &&
    !press.altKey
  );
}
