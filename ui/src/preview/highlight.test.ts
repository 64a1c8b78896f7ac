import { expect, it } from 'vitest';
import { languageOf, paint } from './highlight';

it('colours code and makes text of whatever it says', async () => {
  const target = document.createElement('code');
  await paint(target, 'x = "<img src=x onerror=alert(1)>" # <b>', 'py');

  expect(target.textContent).toBe('x = "<img src=x onerror=alert(1)>" # <b>');
  expect(target.querySelector('.hljs-string')).not.toBeNull();
  expect(target.querySelectorAll('img, b')).toHaveLength(0);
});

it('leaves an unknown language plain', async () => {
  const target = document.createElement('code');
  await paint(target, 'abc', 'constructor');

  expect(languageOf('constructor')).toBeUndefined();
  expect(target.innerHTML).toBe('abc');
});
