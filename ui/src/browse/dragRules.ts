/** What dragging rows does, as plain rules: what may go where, and how quickly a list scrolls under it. */

interface Spot {
  connectionId: string;
  prefix: string;
}

export interface Carried extends Spot {
  /** Prefixes of the folders that are carried, as far as they are known. */
  folders: string[];
}

export type Verdict = { kind: 'none' | 'move' | 'copy' | 'here' | 'itself' };

/** Between two connections things are copied, within one they are moved. */
export function verdict(carried: Carried, target: Spot, copyKey: boolean): Verdict {
  const within = carried.connectionId === target.connectionId;
  if (within && carried.folders.some((folder) => target.prefix.startsWith(folder))) return { kind: 'itself' };
  if (within && target.prefix === carried.prefix && !copyKey) return { kind: 'here' };
  return { kind: !within || copyKey ? 'copy' : 'move' };
}

const EDGE = 44;
const FASTEST = 18;

/** Pixels a frame; negative is up. The nearer to the edge, the quicker. */
export function edgeSpeed(y: number, top: number, bottom: number): number {
  if (y < top + EDGE) return -Math.ceil(Math.min(1, (top + EDGE - y) / EDGE) * FASTEST);
  if (y > bottom - EDGE) return Math.ceil(Math.min(1, (y - (bottom - EDGE)) / EDGE) * FASTEST);
  return 0;
}
