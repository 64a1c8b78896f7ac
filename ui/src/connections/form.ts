/**
 * The form of a connection: what is typed, turned into a draft and a secret for the core. The core checks
 * what only it can know; here is only what can be seen at a glance.
 */
import type {
  Addressing,
  ConnectionDraft,
  ConnectionInfo,
  CredentialSource,
  ImportedDraft,
  SecretInput,
} from '../generated/bindings';

export type SourceKind = CredentialSource['kind'];

export interface Form {
  name: string;
  bucket: string;
  prefix: string;
  region: string;
  endpoint: string;
  addressing: Addressing;
  source: SourceKind;
  profile: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  folder: string | null;
  forSession: boolean;
  /** A secret that an import left in the core. */
  held: number | null;
}

export const empty: Form = {
  name: '',
  bucket: '',
  prefix: '',
  region: '',
  endpoint: '',
  addressing: 'auto',
  source: 'profile',
  profile: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  folder: null,
  forSession: false,
  held: null,
};

export function formOf(from: {
  existing?: ConnectionInfo;
  imported?: ImportedDraft;
  profile?: string;
}): Form {
  const draft = from.existing?.connection ?? from.imported?.draft;
  if (!draft) return { ...empty, profile: from.profile ?? '' };
  const { source } = draft;
  return {
    ...empty,
    name: draft.name,
    bucket: draft.bucket,
    prefix: draft.prefix ?? '',
    region: draft.region ?? '',
    endpoint: draft.endpoint ?? '',
    addressing: draft.addressing ?? 'auto',
    source: source.kind,
    profile: source.kind === 'profile' ? source.name : '',
    accessKeyId: source.kind === 'accessKeys' ? source.accessKeyId : '',
    folder: source.kind === 'practice' ? source.folder : null,
    forSession: from.existing?.secret === 'session',
    held: from.imported?.secret ?? null,
  };
}

export function draftOf(form: Form): ConnectionDraft {
  const bucket = form.bucket.trim();
  return {
    name: form.name.trim() || bucket,
    bucket,
    prefix: prefixOf(form.prefix),
    region: form.region.trim() || null,
    endpoint: endpointOf(form.endpoint),
    addressing: form.addressing,
    source: sourceOf(form),
  };
}

/** `null` leaves a kept secret as it is. */
export function secretOf(form: Form): SecretInput | null {
  if (form.source !== 'accessKeys') return null;
  if (form.secretAccessKey !== '') {
    return {
      kind: 'typed',
      secretAccessKey: form.secretAccessKey,
      sessionToken: form.sessionToken.trim() || null,
      forSession: form.forSession,
    };
  }
  return form.held === null ? null : { kind: 'held', id: form.held, forSession: form.forSession };
}

export type Missing = 'bucket' | 'profile' | 'accessKeyId' | 'secret';

/** What must still be filled in; `kept` says that the core has the secret already. */
export function missing(form: Form, kept: boolean): Missing[] {
  const left: Missing[] = [];
  if (form.source === 'profile' && form.profile.trim() === '') left.push('profile');
  if (form.source === 'accessKeys') {
    if (form.accessKeyId.trim() === '') left.push('accessKeyId');
    if (secretOf(form) === null && !kept) left.push('secret');
  }
  if (form.bucket.trim() === '') left.push('bucket');
  return left;
}

function sourceOf(form: Form): CredentialSource {
  switch (form.source) {
    case 'profile':
      return { kind: 'profile', name: form.profile.trim() };
    case 'accessKeys':
      return { kind: 'accessKeys', accessKeyId: form.accessKeyId.trim() };
    case 'practice':
      return { kind: 'practice', folder: form.folder };
    case 'environment':
    case 'anonymous':
      return { kind: form.source };
  }
}

function prefixOf(text: string): string {
  const path = text.trim().replace(/^\/+/, '');
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

/** A host name alone means https. */
function endpointOf(text: string): string | null {
  const host = text.trim().replace(/\/+$/, '');
  if (host === '') return null;
  return /^https?:\/\//i.test(host) ? host : `https://${host}`;
}
