import { describe, expect, it } from 'vitest';
import type { Properties } from '../generated/bindings';
import { Draft } from './draft.svelte';

function properties(tags: Properties['tags']): Properties {
  return {
    connectionId: 'c',
    key: 'w/plan.txt',
    name: 'plan.txt',
    size: 12,
    looked: { etag: 'e', modifiedAt: 1, versionId: null },
    content: {
      contentType: 'odd',
      contentDisposition: null,
      cacheControl: 'max-age=60',
      contentLanguage: null,
      contentEncoding: 'gzip',
      expires: null,
    },
    metadata: [['term', 'autumn']],
    metadataHidden: 0,
    tags,
    checksums: [],
    verified: false,
    storageClass: null,
    archive: { kind: 'no' },
    encryption: null,
    lock: { mode: null, until: null, legalHold: false },
    keepsVersions: null,
    addedBy: null,
    addedAt: null,
    links: [],
  };
}

const known = (tags: [string, string][] = []): Draft => new Draft(properties({ kind: 'known', tags }));

describe('what is typed in the dialog', () => {
  it('is right and unchanged as long as nothing was typed, however odd the file is described', () => {
    const draft = known();

    expect([draft.right, draft.changed]).toEqual([true, false]);
  });

  it('asks for all but tags that stay as they are', () => {
    const draft = known([['course', 'a']]);
    draft.contentType = ' text/plain ';
    draft.metadata.push(draft.row('room', '5'), draft.row());

    expect(draft.wanted).toEqual({
      contentType: 'text/plain',
      contentDisposition: '',
      cacheControl: 'max-age=60',
      contentLanguage: '',
      metadata: [
        ['term', 'autumn'],
        ['room', '5'],
      ],
      tags: null,
    });
    draft.tags?.push(draft.row('room', '5'));
    expect(draft.wanted.tags).toEqual([
      ['course', 'a'],
      ['room', '5'],
    ]);
  });

  it('leaves tags alone that may not be read', () => {
    const draft = new Draft(properties({ kind: 'unsupported' }));
    draft.contentType = 'text/plain';

    expect([draft.tags, draft.wanted.tags, draft.right]).toEqual([null, null, true]);
  });

  it('is wrong beyond ten tags and two thousand bytes of metadata', () => {
    const tags = known();
    for (let n = 0; n < 11; n++) tags.tags?.push(tags.row(`n${n}`));
    const metadata = known();
    metadata.metadata.push(metadata.row('a', 'ü'.repeat(1020)));

    expect([tags.right, metadata.right]).toEqual([false, false]);
  });
});
