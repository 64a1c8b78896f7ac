import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Error as CoreError } from '../generated/bindings';
import { has, setLanguage } from '../messages/index.svelte';
import { describe as describeThrown, Failure } from './core';
import { errorText } from './errors';

const error: CoreError = {
  code: 'notAllowedToWrite',
  subject: 's3:PutObject',
  message: 'You may not add files to “maths”.',
  nextStep: 'Ask for s3:PutObject.',
  technical: {
    operation: 'PutObject',
    serviceCode: 'AccessDenied',
    httpStatus: 403,
    requestId: 'R1',
    detail: null,
  },
};

describe('an error in words', () => {
  afterEach(() => setLanguage('en'));

  it('has a sentence for every code of the core', () => {
    const bindings = readFileSync('src/generated/bindings.ts', 'utf8');
    const type = bindings.slice(
      bindings.indexOf('export type Code ='),
      bindings.indexOf('export type Column'),
    );
    const codes = [...type.matchAll(/"(\w+)"/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) expect([code, has(`error.${code}`)]).toEqual([code, true]);
  });

  it('is the core’s own in English', () => {
    expect(errorText(error).what).toBe('You may not add files to “maths”.');
    expect(errorText(error).next).toBe('Ask for s3:PutObject.');
  });

  it('is the catalogue’s in another language, and names what it is about', () => {
    setLanguage('de');
    expect(errorText(error).what).toBe('Sie dürfen hier keine Dateien hinzufügen. (s3:PutObject)');
  });

  it('keeps what the service said for whoever is asked for help', () => {
    expect(errorText(error).technical).toContain('request id: R1');
    expect(errorText(error).technical).toContain('http status: 403');
  });

  it('describes a fault of the window itself in the same form', () => {
    expect(describeThrown(new Failure(error))).toBe(error);
    expect(describeThrown(new TypeError('boom')).technical?.detail).toBe('TypeError: boom');
  });
});
