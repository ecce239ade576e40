import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** `npm test`: everything that needs no other program than git. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['test/e2e/**', '**/node_modules/**'],
    // Much of the time is spent waiting for processes and disks.
    maxWorkers: availableParallelism(),
    // No test asserts a speed: a busy machine may take its time.
    testTimeout: 60_000,
  },
});
