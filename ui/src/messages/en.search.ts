/** Searching and filtering. */
export const search = {
  'command.clearFilters': 'Show everything again',
  'command.filters': 'Filters',
  'command.searchBelow': 'Search everything below',
  'command.showInFolder': 'Show in its folder',

  'empty.below.text': 'There is no file in “{folder}” or in any folder below it.',
  'empty.below.title': 'No files below here',
  'empty.filtered.title': 'No file fits these filters',
  'empty.notYet.text': {
    one: 'Looked at {count} item so far. What fits is shown as soon as it is found.',
    other: 'Looked at {count} items so far. What fits is shown as soon as it is found.',
  },
  'empty.notYet.title': 'Still looking…',

  'reason.nothingAsked': 'Everything is shown already.',
  'reason.notSearching': 'Its folder is on screen.',

  'search.below': 'Everything below',
  'search.clear': 'Clear all',
  'search.close': 'Close the filters',
  'search.date': 'Date',
  'search.date.month': 'The last 30 days',
  'search.date.older': 'Longer than a year ago',
  'search.date.today': 'Today',
  'search.date.week': 'The last 7 days',
  'search.date.year': 'The last year',
  'search.folder': 'This folder',
  'search.fuzzy': 'Fuzzy',
  'search.fuzzyHint': 'Letters may be left out: “inv26” finds “invoice-2026”',
  'search.here': 'Right here',
  'search.label': 'Filters',
  'search.scope': 'Where to look',
  'search.shared': 'Shared',
  'search.shared.no': 'Without a link',
  'search.shared.yes': 'With a link that is good',
  'search.size': 'Size',
  'search.size.large': 'From 100 MB',
  'search.size.medium': '10 to 100 MB',
  'search.size.small': '1 to 10 MB',
  'search.size.tiny': 'Below 1 MB',
  'search.storageClass': 'Storage class',
  'search.type': 'Type',
  'search.type.other': 'Others',

  'status.filteredSoFar': {
    one: '{shown} of {count} item; still listing…',
    other: '{shown} of {count} items; still listing…',
  },

  'toolbar.searchBelow': 'Search',
  'toolbar.searchBelowLabel': 'Search everything below this folder',
} as const;
