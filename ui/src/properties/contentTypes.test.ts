import { expect, it } from 'vitest';
import { suggested } from './contentTypes';

it('offers the usual content types in which what was typed occurs, what begins with it first', () => {
  expect(suggested('PDF')).toEqual(['application/pdf']);
  expect(suggested('video/')[0]).toBe('video/mp4');
  expect(suggested('application/pdf')).toEqual([]);
  expect(suggested('a').length).toBeLessThanOrEqual(8);
});
