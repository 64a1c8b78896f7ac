import { describe, expect, it } from 'vitest';
import type { Error as CoreError, ViewState } from '../generated/bindings';
import { emptiness } from './emptiness';
import { EVERYTHING } from './folder.svelte';

const state = (part: Partial<ViewState>): ViewState => ({
  generation: 1,
  listing: 0,
  depth: 'folder',
  count: 0,
  total: 0,
  folders: 0,
  files: 0,
  bytes: 0,
  complete: true,
  sort: { column: 'name', descending: false },
  query: EVERYTHING,
  listedAt: null,
  selection: { count: 0, folders: 0, files: 0, bytes: 0, first: null },
  ...part,
});
const error = (code: CoreError['code']): CoreError => ({
  code,
  subject: null,
  message: '',
  nextStep: null,
  technical: null,
});

describe('a list without rows', () => {
  it('is told from one that has rows, even when the rest failed', () => {
    expect(emptiness(state({ count: 3, total: 3 }), error('noNetwork'))).toBeUndefined();
  });

  it('is an empty folder only when the listing is complete', () => {
    expect(emptiness(state({}), null)).toBe('emptyFolder');
    expect(emptiness(state({ complete: false }), null)).toBe('loading');
    expect(emptiness(null, null)).toBe('loading');
  });

  it('is a filter without a match when there are rows behind it', () => {
    expect(emptiness(state({ total: 7, query: { ...EVERYTHING, text: 'x' } }), null)).toBe('noMatch');
  });

  it('is a search that goes on while more rows are coming', () => {
    const asked = { total: 7, query: { ...EVERYTHING, text: 'x' } };
    expect(emptiness(state({ ...asked, complete: false }), null)).toBe('notYet');
  });

  it('is told apart when everything below was looked through', () => {
    expect(emptiness(state({ depth: 'all' }), null)).toBe('emptyBelow');
  });

  it('is a missing permission, or a listing that did not finish', () => {
    expect(emptiness(null, error('notAllowedToList'))).toBe('notAllowed');
    expect(emptiness(state({ complete: false }), error('noNetwork'))).toBe('notFinished');
  });
});
