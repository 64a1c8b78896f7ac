/** The list of a folder: its columns and layouts, moving things about, and the ways between folders. */
export const list = {
  'bring.below': 'Folders here',
  'bring.connection': 'In',
  'bring.copy': 'Copy',
  'bring.copyMany': { one: 'Copy {count} item to…', other: 'Copy {count} items to…' },
  'bring.copyOne': 'Copy “{name}” to…',
  'bring.field': 'Folder',
  'bring.fieldHelp': 'Type a path or choose below. A folder that is not there yet is made.',
  'bring.looking': 'Looking for folders…',
  'bring.more': 'There are more folders. Type the beginning of a name to see others.',
  'bring.move': 'Move',
  'bring.moveMany': { one: 'Move {count} item to…', other: 'Move {count} items to…' },
  'bring.moveOne': 'Move “{name}” to…',
  'bring.noFolders': 'No folders in here.',
  'bring.noMatch': 'No folder begins like this yet.',
  'bring.top': 'The top of the connection',
  'bring.up': 'Up one folder',

  'column.width': 'Width of the column {column}',

  'command.columns': 'Choose columns',
  'command.copyTo': 'Copy to…',
  'command.moveTo': 'Move to…',
  'command.resetLook': 'Reset columns and order',
  'command.sort': 'Sort by…',
  'command.viewGrid': 'As a grid',
  'command.viewList': 'As a list',

  'drag.copy': 'Copy to “{folder}”',
  'drag.here': 'Already in this folder',
  'drag.itself': 'A folder cannot go into itself',
  'drag.items': { one: '{count} item', other: '{count} items' },
  'drag.move': 'Move to “{folder}”',

  'look.notKept': 'This view of the folder was not kept.',

  'moves.areBack': {
    one: '{count} file is back where it was',
    other: '{count} files are back where they were',
  },
  'moves.areNotBack': {
    one: '{count} file was not taken back.',
    other: '{count} files were not taken back.',
  },
  'moves.copied': {
    one: 'Copied {count} file to “{target}”',
    other: 'Copied {count} files to “{target}”',
  },
  'moves.moved': { one: 'Moved {count} file to “{target}”', other: 'Moved {count} files to “{target}”' },
  'moves.notCopied': 'Nothing was copied.',
  'moves.notMoved': 'Nothing was moved.',
  'moves.someNotCopied': { one: '{count} file was not copied.', other: '{count} files were not copied.' },
  'moves.someNotMoved': { one: '{count} file was not moved.', other: '{count} files were not moved.' },

  'palette.recent': 'Recent',

  'reason.nameStays': 'The name is always shown.',
  'reason.noColumns': 'The grid has no columns.',
  'reason.plainLook': 'Nothing was changed in this folder.',

  'recent.clear': 'Clear the list',
  'recent.forget': 'Take off the list',
  'recent.notForgotten': 'It was not taken off the list.',
  'recent.title': 'Recent',

  'siblings.beside': 'Folders in {folder}',
  'siblings.filter': 'Find a folder',
  'siblings.none': 'No folder of this name.',

  'sort.descending': 'Descending',

  'tile.shared': 'Shared',
} as const;
