import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** What pdf.js fetches by itself: fonts that documents leave out, maps of East Asian characters, a decoder. */
function pdfjsFiles(): Plugin {
  const root = new URL('node_modules/pdfjs-dist/', import.meta.url);
  return {
    name: 'pdfjs-files',
    apply: 'build',
    generateBundle() {
      for (const folder of ['standard_fonts', 'cmaps', 'wasm']) {
        for (const name of readdirSync(new URL(folder, root))) {
          // The content security policy allows no WebAssembly; one decoder has a plain form.
          if (name.endsWith('.wasm')) continue;
          const source = readFileSync(new URL(`${folder}/${name}`, root));
          this.emitFile({ type: 'asset', fileName: `pdfjs/${folder}/${name}`, source });
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), pdfjsFiles()],
  clearScreen: false,
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    target: 'safari16.4',
    // The content security policy allows no inline module preload shim.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  test: {
    // A machine that builds at the same time is slow; a test that hangs is found all the same.
    testTimeout: 30_000,
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    isolate: false,
    setupFiles: ['src/testSetup.ts'],
  },
});
