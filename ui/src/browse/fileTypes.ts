/** How the kinds of files look and what they are called. */
import Archive from '@lucide/svelte/icons/file-archive';
import Audio from '@lucide/svelte/icons/file-music';
import Code from '@lucide/svelte/icons/file-code';
import Other from '@lucide/svelte/icons/file';
import FolderIcon from '@lucide/svelte/icons/folder';
import ImageIcon from '@lucide/svelte/icons/file-image';
import Presentation from '@lucide/svelte/icons/presentation';
import Table from '@lucide/svelte/icons/file-spreadsheet';
import TextIcon from '@lucide/svelte/icons/file-text';
import Video from '@lucide/svelte/icons/file-play';
import type { FileType } from '../generated/bindings';
import type { Icon } from '../kit';
import { t, text } from '../messages/index.svelte';

interface Look {
  icon: Icon;
  /** The suffix of the `--kind-…` colour. */
  colour: string;
}

export const looks: Record<FileType, Look> = {
  folder: { icon: FolderIcon, colour: 'folder' },
  archive: { icon: Archive, colour: 'archive' },
  audio: { icon: Audio, colour: 'audio' },
  code: { icon: Code, colour: 'text' },
  document: { icon: TextIcon, colour: 'text' },
  image: { icon: ImageIcon, colour: 'image' },
  pdf: { icon: TextIcon, colour: 'pdf' },
  presentation: { icon: Presentation, colour: 'slides' },
  table: { icon: Table, colour: 'table' },
  text: { icon: TextIcon, colour: 'text' },
  video: { icon: Video, colour: 'video' },
  other: { icon: Other, colour: 'other' },
};

/** `PDF`, `Video`, `Folder`; for an unknown type its extension: `BLEND file`. */
export function typeName(type: FileType, extension: string): string {
  if (type === 'other' && extension !== '')
    return t('type.byExtension', { extension: extension.toUpperCase() });
  return text(`type.${type}`);
}

/** The type of a file known only by its name: for dropped and transferred files. */
export function typeOfName(name: string): FileType {
  const extension = name.includes('.') ? (name.split('.').at(-1) ?? '').toLowerCase() : '';
  return byExtension[extension] ?? 'other';
}

const groups: Partial<Record<FileType, string>> = {
  archive: 'zip tar gz tgz 7z rar xz bz2 zst',
  audio: 'mp3 m4a wav flac ogg opus aac',
  code: 'c cpp css h html java js json jl m py r rs sh sql tex toml ts xml yaml yml ipynb',
  document: 'doc docx odt pages rtf epub',
  image: 'avif bmp gif heic jpeg jpg png svg tif tiff webp',
  pdf: 'pdf',
  presentation: 'key odp ppt pptx',
  table: 'csv numbers ods parquet tsv xls xlsx',
  text: 'log md markdown rst txt',
  video: 'avi m4v mkv mov mp4 webm',
};

const byExtension: Record<string, FileType> = Object.fromEntries(
  Object.entries(groups).flatMap(([type, list]) =>
    list.split(' ').map((extension) => [extension, type as FileType]),
  ),
);
