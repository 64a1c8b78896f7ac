/** From key presses to commands of the table. The list and text fields keep what is theirs. */
import { isTyping, matches } from '../kit/keys';
import { contextMenu } from '../kit/menus.svelte';
import { run, table, type Command } from './commands';
import { dialogs } from './dialogs.svelte';

export function commandFor(event: KeyboardEvent, typing: boolean): Command | undefined {
  return table.find(
    (command) =>
      (!typing || command.whileTyping) && command.shortcuts.some((shortcut) => matches(event, shortcut)),
  );
}

/** A dialog or menu has the keyboard for itself. */
function taken(): boolean {
  return dialogs.open.length > 0 || !!contextMenu.current || !!document.querySelector('[role="menu"]');
}

/** On a Mac the menu bar takes the keys of Paste, and the page hears only of the deed. */
export function onPaste(event: ClipboardEvent): void {
  if (event.defaultPrevented || taken() || isTyping(event.target)) return;
  event.preventDefault();
  run('paste');
}

/** Enter and Space press the control that has the focus. */
function pressesControl(event: KeyboardEvent): boolean {
  if (event.key === 'Enter') return event.target instanceof HTMLButtonElement;
  if (event.key !== ' ') return false;
  return event.target instanceof Element && !!event.target.closest('button, input, summary, audio, video');
}

export function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || taken()) return;
  const command = commandFor(event, isTyping(event.target));
  if (!command) return;
  if (pressesControl(event)) return;
  event.preventDefault();
  if (command.reason?.() === undefined) command.run();
}
