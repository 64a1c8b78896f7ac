/** From key presses to commands of the table. The list and text fields keep what is theirs. */
import { isTyping, matches } from '../kit/keys';
import { contextMenu } from '../kit/menus.svelte';
import { table, type Command } from './commands';
import { dialogs } from './dialogs.svelte';

export function commandFor(event: KeyboardEvent, typing: boolean): Command | undefined {
  return table.find(
    (command) =>
      (!typing || command.whileTyping) && command.shortcuts.some((shortcut) => matches(event, shortcut)),
  );
}

export function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  // A dialog or menu has the keyboard for itself.
  if (dialogs.open.length > 0 || contextMenu.current || document.querySelector('[role="menu"]')) return;
  const command = commandFor(event, isTyping(event.target));
  if (!command) return;
  // Enter and Space press the button that has the focus.
  if (event.key === 'Enter' && event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  if (command.reason?.() === undefined) command.run();
}
