/** The steps from a connection (or course) down to a folder. */
import { connections } from '../connections/connections.svelte';
import { folderTitle } from './window.svelte';

export interface Crumb {
  title: string;
  prefix: string;
}

/** Inside a course the steps begin at the course: what is above it is somebody else's concern. */
export function crumbs(connectionId: string, prefix: string): Crumb[] {
  const start = connections.courseOf(connectionId, prefix)?.prefix ?? connections.root(connectionId);
  const steps: Crumb[] = [{ title: folderTitle(connectionId, start), prefix: start }];
  const below = prefix.slice(start.length).split('/').slice(0, -1);
  let path = start;
  for (const name of below) {
    path += `${name}/`;
    steps.push({ title: name === '' ? '/' : name, prefix: path });
  }
  return steps;
}
