/** What the dialog of unfinished uploads shows, apart from the screen. */
import type { LeftoverUpload, UploadRef } from '../generated/bindings';
import { currentLocale, t } from '../messages/index.svelte';

/** US dollars a month; what is less than a cent is said to be so. */
export function money(dollars: number, locale = currentLocale()): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' });
  if (dollars > 0 && dollars < 0.01) return t('uploads.lessThan', { amount: format.format(0.01) });
  return format.format(dollars);
}

/** What a transfer goes on with cannot be chosen. */
export function canGo(upload: LeftoverUpload): boolean {
  return upload.whose !== 'inUse';
}

/** Chosen from the start: our own. Those of others may be running elsewhere. */
export function chosenAtFirst(uploads: LeftoverUpload[]): Set<string> {
  return new Set(uploads.filter((upload) => upload.whose === 'ours').map((upload) => upload.uploadId));
}

export function chosen(uploads: LeftoverUpload[], ids: ReadonlySet<string>): LeftoverUpload[] {
  return uploads.filter((upload) => canGo(upload) && ids.has(upload.uploadId));
}

export function refs(uploads: LeftoverUpload[]): UploadRef[] {
  return uploads.map(({ key, uploadId }) => ({ key, uploadId }));
}

/** Bytes and dollars of those that tell them. */
export function total(uploads: LeftoverUpload[]): { bytes: number; cost: number } {
  let bytes = 0;
  let cost = 0;
  for (const upload of uploads) {
    bytes += upload.bytes ?? 0;
    cost += upload.costAMonth ?? 0;
  }
  return { bytes, cost };
}
