import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
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
