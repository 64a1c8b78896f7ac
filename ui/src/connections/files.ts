/** Connections from and to files: `.env`, an exported list (never with secrets). */
import { commands } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { openDialog } from '../shell/dialogs.svelte';
import { places } from '../shell/places.svelte';
import { attempt } from '../shell/report';
import { connections } from './connections.svelte';

/** Reads a `.env` file that the person picks, and opens the form filled with it. */
export async function envIn(): Promise<void> {
  const imported = await attempt(t('connections.notImported'), () => ask(commands.connectionsImportEnv()));
  if (imported) openDialog({ kind: 'connection', imported });
}

/** Adds the connections of an exported file. */
export async function connectionsIn(): Promise<void> {
  const added = await attempt(t('connections.notImported'), () => ask(commands.connectionsImport()));
  if (!added || added.length === 0) return;
  await connections.load();
  show({ text: t('connections.imported', { count: added.length }), tone: 'ok' });
  const [first] = added;
  if (places.current.kind === 'welcome' && first) {
    places.go(connections.home(first.id));
  }
}

export async function connectionOut(ids: string[]): Promise<void> {
  const saved = await attempt(t('connections.notExported'), () => ask(commands.connectionsExport(ids)));
  if (saved) show({ text: t('connections.exported'), tone: 'ok' });
}
