import { defineConfig } from 'vitest/config';

/** `npm run test:e2e`: real processes, real agents against scripted servers, Chromium, the packed package. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    // They start many processes and measure what is left running: one file at a time.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
