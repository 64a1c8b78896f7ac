/** Suchen und Filtern. */
import type { Message } from './catalogue';
import type { search as english } from './en.search';

export const search: Record<keyof typeof english, Message> = {
  'command.clearFilters': 'Wieder alles zeigen',
  'command.filters': 'Filter',
  'command.searchBelow': 'Alles darunter durchsuchen',
  'command.showInFolder': 'In seinem Ordner zeigen',

  'empty.below.text': 'In „{folder}“ und allen Ordnern darunter liegt keine Datei.',
  'empty.below.title': 'Hierunter liegen keine Dateien',
  'empty.filtered.title': 'Keine Datei passt zu diesen Filtern',
  'empty.notYet.text': {
    one: 'Bisher {count} Objekt angesehen. Was passt, erscheint, sobald es gefunden ist.',
    other: 'Bisher {count} Objekte angesehen. Was passt, erscheint, sobald es gefunden ist.',
  },
  'empty.notYet.title': 'Suche läuft …',

  'reason.nothingAsked': 'Es wird schon alles gezeigt.',
  'reason.notSearching': 'Der Ordner ist schon zu sehen.',

  'search.below': 'Alles darunter',
  'search.clear': 'Alle zurücksetzen',
  'search.close': 'Filter schließen',
  'search.date': 'Datum',
  'search.date.month': 'Die letzten 30 Tage',
  'search.date.older': 'Länger als ein Jahr her',
  'search.date.today': 'Heute',
  'search.date.week': 'Die letzten 7 Tage',
  'search.date.year': 'Das letzte Jahr',
  'search.folder': 'Dieser Ordner',
  'search.fuzzy': 'Unscharf',
  'search.fuzzyHint': 'Buchstaben dürfen fehlen: „rech26“ findet „rechnung-2026“',
  'search.here': 'Gleich hier',
  'search.label': 'Filter',
  'search.scope': 'Wo gesucht wird',
  'search.shared': 'Freigabe',
  'search.shared.no': 'Ohne Link',
  'search.shared.yes': 'Mit gültigem Link',
  'search.size': 'Größe',
  'search.size.large': 'Ab 100 MB',
  'search.size.medium': '10 bis 100 MB',
  'search.size.small': '1 bis 10 MB',
  'search.size.tiny': 'Unter 1 MB',
  'search.storageClass': 'Speicherklasse',
  'search.type': 'Art',
  'search.type.other': 'Andere',

  'status.filteredSoFar': {
    one: '{shown} von {count} Objekt; wird noch aufgelistet …',
    other: '{shown} von {count} Objekten; wird noch aufgelistet …',
  },

  'toolbar.searchBelow': 'Suchen',
  'toolbar.searchBelowLabel': 'Alles unter diesem Ordner durchsuchen',
};
