/** What the service says of the one selected file, asked for when the selection rests on it. */
import type { Folder } from '../browse/folder.svelte';
import { commands, type Error as CoreError, type Properties, type VersionCount } from '../generated/bindings';
import { ask, describe } from '../shell/core';

/** Moving through a list with the arrow keys asks nothing of the service. */
const REST_MS = 180;

/** Counted up when an edit may have changed what is shown. */
export const edits = $state({ count: 0 });

export class Looking {
  properties = $state.raw<Properties | null>(null);
  error = $state.raw<CoreError | null>(null);
  versions = $state.raw<VersionCount | null>(null);
  versionsError = $state.raw<CoreError | null>(null);
  counting = $state(false);
  #gone = false;

  constructor(folder: Folder) {
    setTimeout(() => void this.#look(folder), REST_MS);
  }

  leave(): void {
    this.#gone = true;
  }

  async countVersions(): Promise<void> {
    const { properties } = this;
    if (!properties || this.counting) return;
    this.counting = true;
    try {
      this.versions = await ask(commands.propertiesVersions(properties.connectionId, properties.key));
      this.versionsError = null;
    } catch (thrown) {
      this.versionsError = describe(thrown);
    }
    this.counting = false;
  }

  async #look(folder: Folder): Promise<void> {
    const at = this.#gone ? null : folder.selectedAt();
    const row = at === null ? undefined : folder.handle(at);
    if (folder.view === null || !row) return;
    try {
      const answer = await ask(commands.propertiesGet(folder.view, row));
      if (!this.#gone) this.properties = answer;
    } catch (thrown) {
      if (!this.#gone) this.error = describe(thrown);
    }
  }
}
