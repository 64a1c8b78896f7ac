/** German texts. */
import type { Message } from './catalogue';
import type { en } from './en';

export const de: Record<keyof typeof en, Message> = {
  'app.name': 'Lectern',
  'common.cancel': 'Abbrechen',
  'common.close': 'Schließen',
  'common.dismiss': 'Ausblenden',
  'common.loading': 'Wird geladen',
  'common.undo': 'Rückgängig',
  'error.details': 'Einzelheiten',
  'toast.region': 'Mitteilungen',
};
