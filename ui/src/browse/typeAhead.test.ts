import { expect, it } from 'vitest';
import { TypeAhead } from './typeAhead';

it('joins letters typed quickly and begins again after a pause', () => {
  const typed = new TypeAhead();
  expect(typed.press('l', 0, 1000)).toEqual({ text: 'l', from: 1 });
  expect(typed.press('e', 4, 1300)).toEqual({ text: 'le', from: 4 });
  expect(typed.press('s', 4, 9000)).toEqual({ text: 's', from: 5 });
});

it('goes to the next row when the same letter is typed again', () => {
  const typed = new TypeAhead();
  typed.press('l', 0, 1000);
  expect(typed.press('l', 3, 1200)).toEqual({ text: 'l', from: 4 });
});
