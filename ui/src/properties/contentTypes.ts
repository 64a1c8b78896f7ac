/** Content types that course materials usually have, for suggestions. Source: the IANA registry. */
const CONTENT_TYPES = [
  'application/epub+zip',
  'application/gzip',
  'application/json',
  'application/msword',
  'application/octet-stream',
  'application/pdf',
  'application/rtf',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/xml',
  'application/zip',
  'audio/flac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'image/avif',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/svg+xml',
  'image/webp',
  'text/calendar',
  'text/css',
  'text/csv',
  'text/html; charset=utf-8',
  'text/javascript',
  'text/markdown; charset=utf-8',
  'text/plain; charset=utf-8',
  'text/vtt',
  'video/mp4',
  'video/ogg',
  'video/quicktime',
  'video/webm',
];

const MOST = 8;

/** Those in which what was typed occurs, what begins with it first; none for one that is typed out. */
export function suggested(typed: string): string[] {
  const part = typed.trim().toLowerCase();
  const found = CONTENT_TYPES.filter((type) => type.includes(part) && type !== part);
  const first = found.filter((type) => type.startsWith(part));
  return [...first, ...found.filter((type) => !first.includes(type))].slice(0, MOST);
}
