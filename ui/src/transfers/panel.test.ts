import type { Channel } from '@tauri-apps/api/core';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ItemState, JobState, Snapshot } from '../generated/bindings';
import PanelUnderTest from './PanelUnderTest.svelte';
import { transfers } from './transfers.svelte';

/** What the core sends at most of one job, and keeps of jobs that are over. */
const MOST_ITEMS = 50;
const MOST_OVER = 30;
const MOVING = 10;
/** Job numbers that no other test has. */
const FIRST = 1_000;

let channel: Channel<Snapshot> | undefined;
let panel: Record<string, unknown>;

beforeEach(async () => {
  mockIPC((command, args) => {
    if (command === 'transfers_watch') channel = (args as { onChange: Channel<Snapshot> }).onChange;
    return null;
  });
  await transfers.watch();
  transfers.panelOpen = true;
  panel = mount(PanelUnderTest, { target: document.body });
});
afterEach(async () => {
  channel?.onmessage({ jobs: [] });
  transfers.panelOpen = false;
  await unmount(panel);
  clearMocks();
});

const item = (index: number, bytesDone: number): ItemState => ({
  index,
  name: `Week ${index % 12}/Slides ${index}.pdf`,
  phase: index % 5 === 0 ? 'running' : 'waiting',
  bytesTotal: 1_000_000,
  bytesDone: index % 5 === 0 ? bytesDone : 0,
  error: null,
});

/** A hundred thousand files under way, some paused and a full history, as seen at one tick. */
function snapshot(tick: number): Snapshot {
  const job = (id: number, phase: JobState['progress']['phase']): JobState => ({
    id,
    direction: 'upload',
    connection: 'c',
    target: 'Week 3',
    verified: tick,
    progress: {
      phase,
      itemsTotal: 100_000,
      itemsDone: tick,
      itemsFailed: 0,
      itemsSkipped: 0,
      bytesTotal: 100_000_000_000,
      bytesDone: tick * 1_000_000,
      bytesPerSecond: 1_000_000 + tick,
      secondsLeft: 100_000 - tick,
    },
    items: Array.from({ length: MOST_ITEMS }, (_, i) => item(i, tick * 100)),
    skipped: [],
    pause: phase === 'paused' ? 'person' : null,
    canPause: true,
    keptLocal: 0,
  });
  const over = Array.from({ length: MOST_OVER }, (_, i) => job(FIRST + i, 'done'));
  return {
    jobs: [job(FIRST + 102, 'running'), job(FIRST + 101, 'running'), job(FIRST + 100, 'paused'), ...over],
  };
}

describe('the panel with a hundred thousand files', () => {
  it('draws the items that are shown and no others', () => {
    channel?.onmessage(snapshot(1));
    flushSync();
    expect(document.querySelectorAll('[data-testid=job]')).toHaveLength(3 + MOST_OVER);
    expect(document.querySelectorAll('[data-testid=job-item]')).toHaveLength(MOST_ITEMS);
  });

  it('touches only the rows that moved, whatever stands in the queue', async () => {
    channel?.onmessage(snapshot(1));
    flushSync();
    const touched = new Set<Node>();
    const observer = new MutationObserver((all) => {
      for (const { target } of all) touched.add(target);
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    channel?.onmessage(snapshot(2));
    flushSync();
    // Mutations are told in a task of their own.
    await Promise.resolve();
    observer.disconnect();
    const rows = new Set([...touched].map((node) => rowOf(node)).filter((row) => row !== null));
    expect(rows.size).toBe(MOVING);
    expect(touched.size).toBeLessThan(60);
  });
});

function rowOf(node: Node): Element | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest('[data-testid=job-item]') ?? null;
}
