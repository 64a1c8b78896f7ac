/** When a link ends, and why, in a sentence. */
import type { Expiry } from '../generated/bindings';
import { ending } from '../kit/format';
import { t } from '../messages/index.svelte';

export function endText(expiry: Expiry): string {
  const end = ending(expiry.endsAt);
  if (expiry.limitedBy === 'credentials') return t('links.endsWithSignIn', { end });
  if (expiry.mayEndSooner) return t('links.mayEndSooner', { end });
  if (expiry.limitedBy === 'sevenDays') return t('links.endsSevenDays', { end });
  return t('links.ends', { end });
}
