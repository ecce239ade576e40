import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Files that need the machine for themselves: they measure memory, watch a picture, build the package, or run real agents. */
const alone = [
  'acp-agents',
  'acp-pipeline',
  'agents-under-fire',
  'bench',
  'browser',
  'claude-code',
  'cli-agents',
  'cli-live-view',
  'cli-mixed-agents',
  'cli-signals',
  'fresh-clone',
  'launcher',
  'package',
  'sandbox-bwrap',
  'sandboxed-agents',
].map((name) => `test/e2e/${name}.test.ts`);

const common = { testTimeout: 120_000, hookTimeout: 300_000 };

/** `npm run test:e2e`: real processes, real agents against scripted servers, Chromium, the packed package. */
export default defineConfig({
  test: {
    // Much of the time is spent waiting for processes and disks.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          ...common,
          name: 'command line',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...alone, '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
