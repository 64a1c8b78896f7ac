/** Telling the person of a failure: a toast in words, the technical text one click away. */
import { show } from '../kit/toasts.svelte';
import { describe } from './core';
import { openDialog } from './dialogs.svelte';
import { errorText } from './errors';

/** `title` says what did not work: "The folder was not made". */
export function report(title: string, thrown: unknown): void {
  const error = describe(thrown);
  if (error.code === 'cancelled') return;
  show({
    text: `${title} ${errorText(error).what}`.trim(),
    tone: 'bad',
    details: () => openDialog({ kind: 'error', title, error }),
  });
}

/** Runs an action whose failure is shown as a toast. */
export async function attempt<T>(title: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (thrown) {
    report(title, thrown);
    return undefined;
  }
}
