/** English texts. The keys and placeholders of this file are the type of every other language. */
export const en = {
  'app.name': 'Lectern',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.dismiss': 'Dismiss',
  'common.loading': 'Loading',
  'common.undo': 'Undo',
  'error.details': 'Details',
  'toast.region': 'Notifications',
} as const;
