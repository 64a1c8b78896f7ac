/** The connections of this app as the core lists them, and the courses pinned on them. */
import { commands, type ConnectionInfo, type Course } from '../generated/bindings';
import { t } from '../messages/index.svelte';
import { ask } from '../shell/core';
import { places, type Place } from '../shell/places.svelte';

class Connections {
  list = $state.raw<ConnectionInfo[]>([]);
  courses = $state.raw<Course[]>([]);
  loaded = $state(false);

  async load(): Promise<void> {
    this.list = await ask(commands.connectionsList());
    await this.loadCourses();
    this.loaded = true;
  }

  async loadCourses(): Promise<void> {
    this.courses = await ask(commands.browseCourses());
  }

  get(id: string): ConnectionInfo | undefined {
    return this.list.find((info) => info.connection.id === id);
  }

  isPractice(id: string): boolean {
    return this.get(id)?.connection.source.kind === 'practice';
  }

  name(id: string): string {
    return this.get(id)?.connection.name ?? t('connections.gone');
  }

  /** The prefix at which a connection begins: everything it shows lies below. */
  root(id: string): string {
    return this.get(id)?.connection.prefix ?? '';
  }

  /** The first folder of a connection, as a place to go to. */
  home(id: string): Place {
    return { kind: 'folder', connectionId: id, prefix: this.root(id) };
  }

  /** The course that holds a prefix, the deepest first. */
  courseOf(connectionId: string, prefix: string): Course | undefined {
    return this.courses
      .filter((course) => course.connectionId === connectionId && prefix.startsWith(course.prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  }

  pinned(connectionId: string, prefix: string): Course | undefined {
    return this.courses.find((c) => c.connectionId === connectionId && c.prefix === prefix);
  }

  /** Makes the practice bucket ready and goes there. */
  async practise(): Promise<void> {
    const connection = await ask(commands.connectionsPractice());
    await this.load();
    places.go(this.home(connection.id));
  }
}

export const connections = new Connections();
