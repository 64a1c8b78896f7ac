/** Puts text on the clipboard and says so. Signed links never come this way: the core copies those. */
import { commands } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask } from './core';
import { attempt } from './report';

export async function copyText(content: string): Promise<void> {
  const copied = await attempt(t('common.notCopied'), () => ask(commands.shellCopyText(content)));
  if (copied !== undefined) show({ text: t('common.copied'), tone: 'ok' });
}
