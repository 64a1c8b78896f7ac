/** The way out of a job that waits for a sign-in: the connection's own dialog. */
import { connections } from '../connections/connections.svelte';
import type { JobState } from '../generated/bindings';
import { openDialog } from '../shell/dialogs.svelte';

/** After saving, the dialog lets the jobs of this connection go on. */
export function signInAgain(job: JobState): void {
  const existing = job.connection === null ? undefined : connections.get(job.connection);
  if (existing) openDialog({ kind: 'connection', existing, signIn: true });
}
