/** German texts of the list of a folder. */
import type { Message } from './catalogue';
import type { list as english } from './en.list';

export const list: Record<keyof typeof english, Message> = {
  'bring.below': 'Ordner hier',
  'bring.connection': 'In',
  'bring.copy': 'Kopieren',
  'bring.copyMany': { one: '{count} Objekt kopieren nach …', other: '{count} Objekte kopieren nach …' },
  'bring.copyOne': '„{name}“ kopieren nach …',
  'bring.field': 'Ordner',
  'bring.fieldHelp':
    'Geben Sie einen Pfad ein oder wählen Sie unten. Einen Ordner, den es noch nicht gibt, legt Lectern an.',
  'bring.looking': 'Ordner werden gesucht …',
  'bring.more': 'Es gibt weitere Ordner. Geben Sie den Anfang eines Namens ein, um andere zu sehen.',
  'bring.move': 'Verschieben',
  'bring.moveMany': { one: '{count} Objekt verschieben nach …', other: '{count} Objekte verschieben nach …' },
  'bring.moveOne': '„{name}“ verschieben nach …',
  'bring.noFolders': 'Hier gibt es keine Ordner.',
  'bring.noMatch': 'So beginnt noch kein Ordner.',
  'bring.top': 'Ganz oben in der Verbindung',
  'bring.up': 'Einen Ordner höher',

  'column.width': 'Breite der Spalte {column}',

  'command.columns': 'Spalten wählen',
  'command.copyTo': 'Kopieren nach …',
  'command.moveTo': 'Verschieben nach …',
  'command.resetLook': 'Spalten und Reihenfolge zurücksetzen',
  'command.sort': 'Sortieren nach …',
  'command.viewGrid': 'Als Raster',
  'command.viewList': 'Als Liste',

  'drag.copy': 'Nach „{folder}“ kopieren',
  'drag.here': 'Schon in diesem Ordner',
  'drag.itself': 'Ein Ordner kann nicht in sich selbst',
  'drag.items': { one: '{count} Objekt', other: '{count} Objekte' },
  'drag.move': 'Nach „{folder}“ verschieben',

  'look.notKept': 'Diese Ansicht des Ordners wurde nicht gemerkt.',

  'moves.areBack': {
    one: '{count} Datei ist wieder, wo sie war',
    other: '{count} Dateien sind wieder, wo sie waren',
  },
  'moves.areNotBack': {
    one: '{count} Datei wurde nicht zurückgeholt.',
    other: '{count} Dateien wurden nicht zurückgeholt.',
  },
  'moves.copied': {
    one: '{count} Datei nach „{target}“ kopiert',
    other: '{count} Dateien nach „{target}“ kopiert',
  },
  'moves.moved': {
    one: '{count} Datei nach „{target}“ verschoben',
    other: '{count} Dateien nach „{target}“ verschoben',
  },
  'moves.notCopied': 'Es wurde nichts kopiert.',
  'moves.notMoved': 'Es wurde nichts verschoben.',
  'moves.someNotCopied': {
    one: '{count} Datei wurde nicht kopiert.',
    other: '{count} Dateien wurden nicht kopiert.',
  },
  'moves.someNotMoved': {
    one: '{count} Datei wurde nicht verschoben.',
    other: '{count} Dateien wurden nicht verschoben.',
  },

  'palette.recent': 'Zuletzt',

  'reason.nameStays': 'Der Name ist immer zu sehen.',
  'reason.noColumns': 'Das Raster hat keine Spalten.',
  'reason.plainLook': 'In diesem Ordner wurde nichts geändert.',

  'recent.clear': 'Liste leeren',
  'recent.forget': 'Von der Liste nehmen',
  'recent.notForgotten': 'Es wurde nicht von der Liste genommen.',
  'recent.title': 'Zuletzt geöffnet',

  'siblings.beside': 'Ordner in {folder}',
  'siblings.filter': 'Ordner finden',
  'siblings.none': 'Kein Ordner dieses Namens.',

  'sort.descending': 'Absteigend',

  'tile.shared': 'Geteilt',
};
