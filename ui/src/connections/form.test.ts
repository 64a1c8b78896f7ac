import { describe, expect, it } from 'vitest';
import { draftOf, empty, formOf, missing, secretOf } from './form';

describe('a draft', () => {
  it('takes the bucket for a name when none is given', () => {
    expect(draftOf({ ...empty, bucket: ' maths-teaching ' }).name).toBe('maths-teaching');
  });

  it('leaves to the service what is not filled in', () => {
    const draft = draftOf({ ...empty, bucket: 'b', region: ' ' });
    expect(draft.region).toBeNull();
    expect(draft.endpoint).toBeNull();
  });

  it('ends a prefix with a slash and begins it without', () => {
    expect(draftOf({ ...empty, bucket: 'b', prefix: '/maths' }).prefix).toBe('maths/');
  });

  it('takes a bare host as https and keeps a given scheme', () => {
    expect(draftOf({ ...empty, endpoint: 's3.example.org/' }).endpoint).toBe('https://s3.example.org');
    expect(draftOf({ ...empty, endpoint: 'http://127.0.0.1:9000' }).endpoint).toBe('http://127.0.0.1:9000');
  });
});

describe('a secret', () => {
  const keys = { ...empty, source: 'accessKeys' as const, accessKeyId: 'AK', bucket: 'b' };

  it('goes only with access keys', () => {
    expect(secretOf({ ...keys, source: 'anonymous', secretAccessKey: 'x' })).toBeNull();
  });

  it('that was typed wins over one that was imported', () => {
    expect(secretOf({ ...keys, held: 3 })).toEqual({ kind: 'held', id: 3, forSession: false });
    expect(secretOf({ ...keys, held: 3, secretAccessKey: 'x' })?.kind).toBe('typed');
  });

  it('must be given unless one is kept', () => {
    expect(missing(keys, false)).toEqual(['secret']);
    expect(missing(keys, true)).toEqual([]);
  });
});

describe('the form', () => {
  it('asks for what its source needs', () => {
    expect(missing(empty, false)).toEqual(['profile', 'bucket']);
    expect(missing({ ...empty, source: 'environment' }, false)).toEqual(['bucket']);
  });

  it('is filled from an import, its secret held by the core', () => {
    const form = formOf({
      imported: {
        draft: {
          name: 'n',
          bucket: 'b',
          region: 'eu-central-1',
          endpoint: null,
          source: { kind: 'accessKeys', accessKeyId: 'AK' },
        },
        secret: 7,
        missing: [],
      },
    });
    expect([form.accessKeyId, form.region, form.held]).toEqual(['AK', 'eu-central-1', 7]);
  });
});
