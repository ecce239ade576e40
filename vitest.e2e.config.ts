import { availableParallelism } from 'node:os';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

const inFolder = (name: string): string => `test/e2e/${name}.test.ts`;

/** Files that need the machine for themselves: they watch a picture as it changes, or share a folder. */
const alone = ['browser', 'cli-live-view', 'launcher'].map(inFolder);

/** Files with real agents in them, which are installed before any of them begins. */
const agents = [
  'acp-agents',
  'claude-code',
  'cli-agents',
  'cli-claude-code',
  'cli-fallback',
  'cli-mixed-agents',
  'event-examples',
  'sandboxed-agents',
].map(inFolder);

/** Files that take long, the longest first: begun last, each would be waited for alone. */
const long = [
  'cli-cleanup',
  'cli-prune',
  'cli-workspace-merging',
  'acp-agents',
  'cli-storage',
  'cli-durability',
  'agents-under-fire',
  'guides',
  'cli-agents',
  'cli-returning',
  'cli-workspace',
  'cli-claude-code',
  'package',
  'cli-fallback',
  'bench',
].map(inFolder);

/** As ever, but long files first: where no run was measured before, Vitest takes a large file for a long one. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = long.findIndex((name) => moduleId.endsWith(`/${name}`));
      return index === -1 ? long.length : index;
    };
    return (await super.sort(files)).toSorted(
      (one, other) =>
        one.project.config.sequence.groupOrder - other.project.config.sequence.groupOrder || place(one) - place(other),
    );
  }
}

const common = { testTimeout: 120_000, hookTimeout: 300_000 };
const together = { ...common, sequence: { groupOrder: 0 } };

/** `npm run test:e2e`: real processes, real agents against scripted servers, Chromium, the packed package. */
export default defineConfig({
  test: {
    // Much of the time is spent waiting for processes and disks: one file more than there are processors.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          ...together,
          name: 'command line',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...alone, ...agents, '**/node_modules/**'],
        },
      },
      { test: { ...together, name: 'agents', include: agents, globalSetup: 'test/support/install-agents.ts' } },
      { test: { ...common, name: 'alone', include: alone, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
