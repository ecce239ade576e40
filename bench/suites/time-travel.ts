import type { TimeTravel, TimeTravelRequest } from '../cases/time-travel.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMb, showMs } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteResult } from '../suite.ts';

const limitMs = 1000;

export const timeTravel: Suite = {
  name: 'time-travel',
  title: 'A long run at any of its turns',
  run: async ({ quick, tell }) => {
    const [turns, rounds] = quick ? [500, 1] : [100_000, 3];
    const samples: TimeTravel[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      tell(`${turns} turns, round ${round} of ${rounds}`);
      const request = (folder: string): TimeTravelRequest => ({ folder, turns });
      samples.push(await inScratch((folder) => measured<TimeTravel>('cases/time-travel.ts', request(folder))));
    }
    return resultOf(turns, samples);
  },
};

function resultOf(turns: number, samples: readonly TimeTravel[]): SuiteResult {
  const of = (pick: (sample: TimeTravel) => number): number => median(samples.map(pick));
  const viewMs = [0, 1, 2, 3].map((part) => of((sample) => sample.viewMs[part] ?? Number.NaN));
  const slowest = Math.max(...viewMs);
  return {
    text: [
      `The whole view of a linear run (\`orchestra show RUN --at T\`: visits, context, usage, artifacts) as it was at a
turn, folded from its journal, beginning with the newest snapshot that the session kept of it; then a fork at its last turn, whose path is all of it: nothing is copied.`,
    ],
    tables: [
      {
        head: [
          'turns',
          'at a quarter',
          'at half',
          'at three quarters',
          'at the end',
          'making a fork',
          'its view',
          'snapshots',
          'memory',
        ],
        rows: [
          [
            showCount(turns),
            ...viewMs.map(showMs),
            showMs(of(({ forkMs }) => forkMs)),
            showMs(of(({ forkViewMs }) => forkViewMs)),
            showMb(of(({ snapshotBytes }) => snapshotBytes / 1e6)),
            showMb(of(({ largestMemoryMb }) => largestMemoryMb)),
          ],
        ],
      },
    ],
    targets: [atMost(`${showCount(turns)} turns, at any of them`, limitMs, slowest, showMs)],
    samples: samples.map((sample) => ({ ...sample })),
  };
}
