/**
 * Where rows lie. Browsers cannot scroll much further than some ten million pixels: beyond
 * `MOST_PIXELS` the scroll space is scaled, and a scrolled pixel stands for several.
 */

export const ROW_HEIGHT = 36;
export const HEADER_HEIGHT = 34;
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

/** `height` is that of the area below the header. */
export function geometry(count: number, scrollTop: number, height: number): Geometry {
  const whole = count * ROW_HEIGHT;
  const space = Math.min(whole, MOST_PIXELS);
  const scrolled = virtualTop(count, scrollTop, height);
  const first = Math.max(0, Math.floor(scrolled / ROW_HEIGHT) - OVERSCAN);
  const last = Math.min(count - 1, Math.ceil((scrolled + height) / ROW_HEIGHT) + OVERSCAN);
  return {
    space,
    first,
    last,
    top: Math.ceil(scrolled / ROW_HEIGHT),
    bottom: Math.floor((scrolled + height) / ROW_HEIGHT) - 1,
    offset: scrollTop + first * ROW_HEIGHT - scrolled,
  };
}

/** The `scrollTop` that brings row `at` wholly into sight with the least movement. */
export function scrollFor(count: number, scrollTop: number, height: number, at: number): number {
  const scrolled = virtualTop(count, scrollTop, height);
  const top = at * ROW_HEIGHT;
  if (top < scrolled) return realTop(count, top, height);
  if (top + ROW_HEIGHT > scrolled + height) return realTop(count, top + ROW_HEIGHT - height, height);
  return scrollTop;
}

/** The `scrollTop` that keeps the same rows in sight when they moved by so many places. */
export function shifted(count: number, scrollTop: number, height: number, places: number): number {
  const virtual = virtualTop(count, scrollTop, height) + places * ROW_HEIGHT;
  return realTop(count, virtual, height);
}

function ratio(count: number, height: number): number {
  const whole = count * ROW_HEIGHT;
  if (whole <= MOST_PIXELS) return 1;
  return (whole - height) / (MOST_PIXELS - height);
}

function virtualTop(count: number, scrollTop: number, height: number): number {
  return Math.max(0, scrollTop) * ratio(count, height);
}

function realTop(count: number, virtual: number, height: number): number {
  return Math.max(0, virtual) / ratio(count, height);
}
