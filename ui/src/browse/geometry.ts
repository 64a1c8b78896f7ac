/**
 * Where rows lie. Browsers cannot scroll much further than some ten million pixels: beyond
 * `MOST_PIXELS` the scroll space is scaled, and a scrolled pixel stands for several.
 */

export const ROW_HEIGHT = 36;
export const HEADER_HEIGHT = 34;
export const TILE_HEIGHT = 178;
const TILE_WIDTH = 148;
/** Padding of a line of tiles on both sides. */
const TILES_MARGIN = 24;
const MOST_PIXELS = 8_000_000;
const OVERSCAN = 8;

export interface Geometry {
  /** Height of the scroll space in pixels. */
  space: number;
  /** First and last row to draw, both included; last < first when there are none. */
  first: number;
  last: number;
  /** First and last row wholly in sight. */
  top: number;
  bottom: number;
  /** Pixels from the start of the scroll space to row `first`. */
  offset: number;
}

/** How many tiles stand beside one another. */
export function tilesBeside(width: number): number {
  return Math.max(1, Math.floor((width - TILES_MARGIN) / TILE_WIDTH));
}

/**
 * `height` is that of the area below the header; `step` that of a row. Of higher rows fewer are drawn
 * beyond what is in sight.
 */
export function geometry(count: number, scrollTop: number, height: number, step = ROW_HEIGHT): Geometry {
  const whole = count * step;
  const space = Math.min(whole, MOST_PIXELS);
  const scrolled = virtualTop(count, scrollTop, height, step);
  const overscan = Math.ceil((OVERSCAN * ROW_HEIGHT) / step);
  const first = Math.max(0, Math.floor(scrolled / step) - overscan);
  const last = Math.min(count - 1, Math.ceil((scrolled + height) / step) + overscan);
  return {
    space,
    first,
    last,
    top: Math.ceil(scrolled / step),
    bottom: Math.floor((scrolled + height) / step) - 1,
    offset: scrollTop + first * step - scrolled,
  };
}

/** The `scrollTop` that brings row `at` wholly into sight with the least movement. */
export function scrollFor(
  count: number,
  scrollTop: number,
  height: number,
  at: number,
  step = ROW_HEIGHT,
): number {
  const scrolled = virtualTop(count, scrollTop, height, step);
  const top = at * step;
  if (top < scrolled) return realTop(count, top, height, step);
  if (top + step > scrolled + height) return realTop(count, top + step - height, height, step);
  return scrollTop;
}

/** The `scrollTop` that keeps the same rows in sight when they moved by so many places. */
export function shifted(
  count: number,
  scrollTop: number,
  height: number,
  places: number,
  step = ROW_HEIGHT,
): number {
  const virtual = virtualTop(count, scrollTop, height, step) + places * step;
  return realTop(count, virtual, height, step);
}

function ratio(count: number, height: number, step: number): number {
  const whole = count * step;
  if (whole <= MOST_PIXELS) return 1;
  return (whole - height) / (MOST_PIXELS - height);
}

function virtualTop(count: number, scrollTop: number, height: number, step: number): number {
  return Math.max(0, scrollTop) * ratio(count, height, step);
}

function realTop(count: number, virtual: number, height: number, step: number): number {
  return Math.max(0, virtual) / ratio(count, height, step);
}
