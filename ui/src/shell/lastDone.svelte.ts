/** What Control+Z takes back: the last deletion, rename or move, also when its toast has gone. */

const last = $state<{ done: { id: string; undo: () => void } | null }>({ done: null });

export function remember(id: string, undo: () => void): void {
  last.done = { id, undo };
}

/** It is being taken back another way. */
export function forget(id: string): void {
  if (last.done?.id === id) last.done = null;
}

export function canUndo(): boolean {
  return last.done !== null;
}

export function undoLast(): void {
  const done = last.done;
  last.done = null;
  done?.undo();
}
