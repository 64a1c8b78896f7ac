/** WCAG 2.2 contrast of the token table, in every theme. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/kit/tokens.css', 'utf8');
type Theme = 'light' | 'dark';

function table(block: string): Map<string, [string, string]> {
  const pairs = [...block.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)];
  return new Map(pairs.map(([, name = '', light = '', dark = '']) => [name, [light, dark]]));
}

const contrastBlock = css.slice(
  css.indexOf(":root[data-contrast='more']"),
  css.indexOf('@media (forced-colors'),
);
const normal = table(css.slice(0, css.indexOf(":root[data-contrast='more']")));
const high = new Map([...normal, ...table(contrastBlock)]);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [hi = 0, lo = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

function colour(colours: Map<string, [string, string]>, name: string, theme: Theme): string {
  const pair = colours.get(name);
  if (!pair) throw new Error(`no token ${name}`);
  return theme === 'light' ? pair[0] : pair[1];
}

const surfaces = ['side', 'panel', 'raised', 'sunken', 'hover', 'hover-side'];
const text: [string, string][] = [
  ...surfaces.flatMap((s): [string, string][] => [
    ['text', s],
    ['dim', s],
    ['faint', s],
    ['accent-text', s],
    ['bad', s],
  ]),
  ['text', 'pressed'],
  ['text', 'mark'],
  ['text', 'accent-soft'],
  ['text', 'accent-softer'],
  ['dim', 'accent-soft'],
  ['faint', 'accent-soft'],
  ['dim', 'accent-softer'],
  ['faint', 'accent-softer'],
  ['accent-text', 'accent-soft'],
  ['accent-text', 'accent-softer'],
  ['accent-ink', 'accent'],
  ['accent-ink', 'accent-hover'],
  ['accent-ink', 'accent-pressed'],
  ['bad-ink', 'bad'],
  ['bad-ink', 'bad-hover'],
  ['ok', 'ok-soft'],
  ['ok', 'panel'],
  ['ok', 'raised'],
  ['warn', 'warn-soft'],
  ['warn', 'panel'],
  ['bad', 'bad-soft'],
];
const graphics: [string, string][] = [
  ...['panel', 'raised', 'side', 'sunken'].flatMap((s): [string, string][] => [
    ['focus', s],
    ['line-control', s],
    ['accent', s],
  ]),
  ...[...normal.keys()]
    .filter((name) => name.startsWith('kind-') && !name.endsWith('fill'))
    .flatMap((name): [string, string][] => [
      [name, 'panel'],
      [name, 'accent-soft'],
    ]),
];

describe.each([
  ['normal', normal, 4.5],
  ['high contrast', high, 7],
] as const)('%s', (name, colours, least) => {
  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    it.each(text)(`%s on %s can be read`, (front, back) => {
      const needed = name === 'high contrast' && ['text', 'dim', 'faint'].includes(front) ? least : 4.5;
      expect(contrast(colour(colours, front, theme), colour(colours, back, theme))).toBeGreaterThanOrEqual(
        needed,
      );
    });
    it.each(graphics)(`%s on %s can be seen`, (front, back) => {
      expect(contrast(colour(colours, front, theme), colour(colours, back, theme))).toBeGreaterThanOrEqual(3);
    });
  });
});
