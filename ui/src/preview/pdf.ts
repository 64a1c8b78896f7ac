/**
 * PDF by pdf.js: read in ranges through the preview's scheme, taken apart in a worker, drawn on canvases.
 * Scripts in a document are never run (that part of pdf.js is not even here), nothing is evaluated, no
 * forms of the XFA kind, no WebAssembly, nothing fetched but pdf.js's own fonts and character maps.
 */
import type { PDFDocumentLoadingTask, PDFPageProxy } from 'pdfjs-dist';
import { readRange } from './bytes';

type Pdfjs = typeof import('pdfjs-dist');

let library: Promise<Pdfjs> | undefined;

/** Loaded with the first document: it is a megabyte. */
async function load(): Promise<Pdfjs> {
  const [pdfjs, worker] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.min.mjs') as Promise<Pdfjs>,
    import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'),
  ]);
  pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
  return pdfjs;
}

/** A picture of more pixels within a page is left out. */
const MOST_PIXELS = 64 * 1024 * 1024;
const RANGE = 256 * 1024;

export interface OpenPdf {
  pdfjs: Pdfjs;
  task: PDFDocumentLoadingTask;
}

/** `onfail` hears of reads that fail while pages are drawn. */
export async function openPdf(
  id: string,
  size: number,
  signal: AbortSignal,
  onfail: (thrown: unknown) => void,
): Promise<OpenPdf> {
  library ??= load();
  const pdfjs = await library;
  const first = await readRange(id, 0, Math.min(size, RANGE), signal);

  class Ranges extends pdfjs.PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      readRange(id, begin, end - begin, signal).then(
        (bytes) => this.onDataRange(begin, bytes),
        (thrown: unknown) => {
          if (!signal.aborted) onfail(thrown);
        },
      );
    }
  }

  const own = new URL('pdfjs/', document.baseURI).href;
  const task = pdfjs.getDocument({
    range: new Ranges(size, first),
    rangeChunkSize: RANGE,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    enableXfa: false,
    useWasm: false,
    useWorkerFetch: false,
    maxImageSize: MOST_PIXELS,
    standardFontDataUrl: `${own}standard_fonts/`,
    cMapUrl: `${own}cmaps/`,
    cMapPacked: true,
    wasmUrl: `${own}wasm/`,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  return { pdfjs, task };
}

/** The width that a page is drawn at, and a screen of many pixels is served in part. */
const MOST_RATIO = 2;
const MOST_SIDE = 4096;

export interface Drawing {
  done: Promise<void>;
  cancel: () => void;
}

/** Draws a page into `box`, `width` CSS pixels wide, and lays its text over it. */
export function drawPage(pdfjs: Pdfjs, page: PDFPageProxy, box: HTMLElement, width: number): Drawing {
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const sharp = Math.min(
    MOST_RATIO,
    window.devicePixelRatio || 1,
    MOST_SIDE / viewport.width,
    MOST_SIDE / viewport.height,
  );
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  const words = document.createElement('div');
  words.className = 'pdf-words';
  words.style.setProperty('--total-scale-factor', String(scale));
  words.style.setProperty('--scale-round-x', '1px');
  words.style.setProperty('--scale-round-y', '1px');
  const drawing = page.render({
    canvas,
    viewport,
    transform: sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0],
  });
  const text = new pdfjs.TextLayer({
    textContentSource: page.streamTextContent(),
    container: words,
    viewport,
  });
  box.replaceChildren(canvas, words);
  return {
    done: Promise.all([drawing.promise, text.render()]).then(() => undefined),
    cancel: () => {
      drawing.cancel();
      text.cancel();
    },
  };
}
