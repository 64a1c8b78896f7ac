/** Starting the window: what the core says first, then the streams, then the first place. */
import { Channel } from '@tauri-apps/api/core';
import { recent } from '../browse/recent.svelte';
import { connections } from '../connections/connections.svelte';
import { commands, type ShellEvent, type Startup } from '../generated/bindings';
import { show } from '../kit/toasts.svelte';
import { t } from '../messages/index.svelte';
import { adopt } from '../settings/settings.svelte';
import { tellOfTransfers } from '../transfers/news.svelte';
import { transfers } from '../transfers/transfers.svelte';
import { goOnWithUnfinished } from '../transfers/unfinished';
import { run } from './commands';
import { ask } from './core';
import { dialogs } from './dialogs.svelte';
import { drop } from './drop.svelte';
import { places } from './places.svelte';
import { win } from './window.svelte';

/** Up to this many rows a folder is listed again while files arrive. */
const SMALL_FOLDER = 2_000;
const BETWEEN_REFRESHES_MS = 1_500;

export async function start(): Promise<Startup> {
  const startup = await ask(commands.shellStartup());
  adopt(startup.settings);
  if (startup.problem) return startup;
  await connections.load();
  await recent.load();
  const channel = new Channel<ShellEvent>();
  channel.onmessage = hear;
  await ask(commands.shellListen(channel));
  tellOfTransfers();
  await transfers.watch();
  keepFolderFresh();
  if (startup.catalogueSetAside) {
    show({ text: t('startup.setAside', { path: startup.catalogueSetAside }), tone: 'bad' });
  }
  firstPlace(startup.open);
  void goOnWithUnfinished();
  return startup;
}

/** What a job adds or takes away shows: at its end, and now and then while it runs. */
function keepFolderFresh(): void {
  let last = 0;
  transfers.onEnded((job) => {
    if (job.direction === 'download') return;
    void win.folder?.refresh();
    // A toast has told of it, with the way back; the list is for what travels.
    if (job.direction !== 'upload' && job.progress.phase === 'done') void transfers.clear(job);
  });
  transfers.onAdvanced((job) => {
    const small = (win.folder?.state?.total ?? 0) <= SMALL_FOLDER;
    if (job.direction !== 'upload' || !small || Date.now() - last < BETWEEN_REFRESHES_MS) return;
    last = Date.now();
    void win.folder?.refresh();
  });
}

function firstPlace(open: string | null): void {
  const id = open ?? connections.list[0]?.connection.id;
  if (id !== undefined && connections.get(id)) {
    places.replace(connections.home(id));
  }
}

function hear(event: ShellEvent): void {
  switch (event.kind) {
    case 'dropHover':
      return drop.hover(event.x, event.y, event.count);
    case 'dropLeft':
      return drop.left();
    case 'dropped':
      return drop.dropped(event.x, event.y, event.offer);
    case 'menu':
      if (dialogs.open.length === 0) run(event.command);
  }
}
