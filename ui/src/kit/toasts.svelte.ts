/**
 * The queue of toasts: short messages that come and go, often with the way back (Undo).
 * News leaves by itself; a failure stays until it is put away.
 */

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'ok' | 'bad';
  action?: ToastAction | undefined;
  /** More, shown on request: the technical text of a failure. */
  details?: (() => void) | undefined;
}

const STAYS_MS = 7_000;
const WITH_ACTION_MS = 12_000;
const MOST = 4;

let next = 1;
let clocks = new Map<number, ReturnType<typeof setTimeout>>();

export const toasts = $state<{ list: Toast[] }>({ list: [] });

export function show(toast: Omit<Toast, 'id'>): number {
  const id = next++;
  toasts.list = [...toasts.list, { ...toast, id }].slice(-MOST);
  start(id);
  return id;
}

export function dismiss(id: number): void {
  stop(id);
  toasts.list = toasts.list.filter((toast) => toast.id !== id);
}

/** While the pointer or the focus is on a toast it stays. */
export function hold(): void {
  for (const toast of toasts.list) stop(toast.id);
}

export function release(): void {
  for (const toast of toasts.list) start(toast.id);
}

/** Takes away toasts whose action is being done another way. */
export function dismissActions(): void {
  for (const toast of toasts.list) if (toast.action) dismiss(toast.id);
}

function start(id: number): void {
  const toast = toasts.list.find((candidate) => candidate.id === id);
  if (!toast || toast.tone === 'bad') return;
  stop(id);
  clocks.set(
    id,
    setTimeout(() => dismiss(id), toast.action ? WITH_ACTION_MS : STAYS_MS),
  );
}

function stop(id: number): void {
  clearTimeout(clocks.get(id));
  clocks.delete(id);
}

/** For tests: an empty queue. */
export function reset(): void {
  for (const clock of clocks.values()) clearTimeout(clock);
  clocks = new Map();
  toasts.list = [];
}
