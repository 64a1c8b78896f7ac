import { describe, expect, it } from 'vitest';
import { parentPrefix, places, prefixName, typedPrefix } from './places.svelte';

describe('prefixes', () => {
  it('have a parent until the root', () => {
    expect(parentPrefix('a/b/c/')).toBe('a/b/');
    expect(parentPrefix('a/')).toBe('');
    expect(parentPrefix('')).toBeUndefined();
  });

  it('are named by their last part', () => {
    expect(prefixName('Week 3/Exercises/')).toBe('Exercises');
    expect(prefixName('')).toBe('');
  });

  it('can be typed with or without slashes at the ends', () => {
    expect(typedPrefix('/Week 3')).toBe('Week 3/');
    expect(typedPrefix(' Week 3/ ')).toBe('Week 3/');
    expect(typedPrefix('/')).toBe('');
  });
});

describe('going places', () => {
  it('leads back and forward, and a new way ends the forward one', () => {
    places.replace({ kind: 'folder', connectionId: 'c', prefix: '' });
    places.go({ kind: 'folder', connectionId: 'c', prefix: 'a/' });
    places.go({ kind: 'links' });
    places.goBack();
    expect(places.current).toEqual({ kind: 'folder', connectionId: 'c', prefix: 'a/' });
    expect(places.canGoForward).toBe(true);
    places.go({ kind: 'deleted' });
    expect(places.canGoForward).toBe(false);
    places.goBack();
    places.goBack();
    expect(places.canGoBack).toBe(false);
  });

  it('does not count standing still', () => {
    places.replace({ kind: 'links' });
    places.go({ kind: 'links' });
    expect(places.canGoBack).toBe(false);
  });

  it('does not lead back to the first screen', () => {
    places.replace({ kind: 'welcome' });
    places.go({ kind: 'links' });
    expect(places.canGoBack).toBe(false);
  });

  it('forgets a connection that is gone', () => {
    places.replace({ kind: 'folder', connectionId: 'gone', prefix: '' });
    places.go({ kind: 'links' });
    places.forget('gone');
    expect(places.canGoBack).toBe(false);
  });
});
