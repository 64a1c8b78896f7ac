/** The folders opened lately, for the sidebar and the palette. What has a place there already is left out. */
import { connections } from '../connections/connections.svelte';
import { commands, type RecentPlace } from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { attempt } from '../shell/report';

const IN_SIDEBAR = 5;

class Recent {
  #list = $state.raw<RecentPlace[]>([]);

  /** Newest first. */
  get list(): RecentPlace[] {
    return this.#list.filter(hasNoPlace);
  }

  get few(): RecentPlace[] {
    return this.list.slice(0, IN_SIDEBAR);
  }

  async load(): Promise<void> {
    this.#list = await ask(commands.browseRecent());
  }

  /** A folder was opened. */
  async visited(connectionId: string, prefix: string): Promise<void> {
    await attempt('', async () => {
      await ask(commands.browseVisited(connectionId, prefix));
      await this.load();
    });
  }

  async forget(place: RecentPlace): Promise<void> {
    await attempt(t('recent.notForgotten'), async () => {
      await ask(commands.browseForgetRecent(place.connectionId, place.prefix));
      await this.load();
    });
  }

  async clear(): Promise<void> {
    await attempt(t('recent.notForgotten'), async () => {
      await ask(commands.browseForgetAllRecent());
      await this.load();
    });
  }
}

/** Connections and courses stand in the sidebar anyway, and what belongs to a connection goes with it. */
function hasNoPlace({ connectionId, prefix }: RecentPlace): boolean {
  if (!connections.get(connectionId)) return false;
  return prefix !== connections.root(connectionId) && !connections.pinned(connectionId, prefix);
}

export const recent = new Recent();
