import type { WorkspaceRequest, WorkspaceTimes } from '../cases/workspace.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMs, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteOptions, type SuiteResult } from '../suite.ts';

type Size = Omit<WorkspaceRequest, 'folder'>;

/** Writing 50,000 files takes a slow disk minutes. */
const limitMs = 60 * 60_000;
const limits = { worktree: 1.3, commit: 1.5 } as const;

const sizes: readonly Size[] = [
  { what: 'worktrees', files: 50_000, rounds: 3, atOnce: 1 },
  { what: 'worktrees', files: 1_000, rounds: 5, atOnce: 20 },
  { what: 'commits', files: 100, rounds: 30, atOnce: 1 },
  { what: 'commits', files: 5_000, rounds: 30, atOnce: 1 },
  { what: 'commits', files: 50_000, rounds: 30, atOnce: 1 },
];
const quickSizes: readonly Size[] = [
  { what: 'worktrees', files: 60, rounds: 1, atOnce: 2 },
  { what: 'commits', files: 60, rounds: 1, atOnce: 1 },
];

interface Measurement extends Size, WorkspaceTimes {
  /** Of the medians: within a pair, who comes first pays for what the disk still does. */
  readonly ratio: number;
}

export const workspace: Suite = {
  name: 'workspace',
  title: 'Worktrees and commits beside plain git',
  run: async (options) => {
    const measurements: Measurement[] = [];
    for (const size of options.quick ? quickSizes : sizes) measurements.push(await measurementOf(size, options));
    return resultOf(measurements);
  },
};

async function measurementOf(size: Size, { tell }: SuiteOptions): Promise<Measurement> {
  tell(`${size.what} in ${size.files} files, ${size.atOnce} at once`);
  const times = await inScratch((folder) =>
    measured<WorkspaceTimes>('cases/workspace.ts', { ...size, folder }, { limitMs }),
  );
  return { ...size, ...times, ratio: median(times.oursMs) / median(times.gitMs) };
}

function resultOf(measurements: readonly Measurement[]): SuiteResult {
  return {
    text: [
      `A worktree with its files, and the commit of a turn that wrote three files, known by name. Beside each, in turns, the
commands a person would type: \`git worktree add\`, and \`git add\` with \`git commit\`. Twenty worktrees are made at once by
us and one after the other by plain git, which fails when several of it are made at the same moment.`,
      `No file of the tree is looked at for a commit but those that were written. What still grows with the tree is git's
index, which is read and written as a whole: about 4 MB at 50,000 files.`,
    ],
    tables: [
      {
        head: ['what', 'files', 'ours', 'plain git', 'ours beside it'],
        rows: measurements.map((measurement) => [
          nameOf(measurement),
          showCount(measurement.files),
          showMs(median(measurement.oursMs)),
          showMs(median(measurement.gitMs)),
          showTimes(measurement.ratio),
        ]),
      },
    ],
    targets: measurements.map((measurement) =>
      atMost(
        `${nameOf(measurement)} in ${showCount(measurement.files)} files, beside plain git`,
        measurement.what === 'worktrees' ? limits.worktree : limits.commit,
        measurement.ratio,
        showTimes,
      ),
    ),
    samples: measurements.map((measurement) => ({ ...measurement })),
  };
}

function nameOf({ what, atOnce }: Size): string {
  if (what === 'commits') return 'Commit of three files';
  return atOnce === 1 ? 'Worktree' : `${atOnce} worktrees`;
}
