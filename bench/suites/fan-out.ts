import type { FanOut, FanOutRequest } from '../cases/fan-out.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMs } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite } from '../suite.ts';

const limitMs = 100;

export const fanOut: Suite = {
  name: 'fan-out',
  title: 'Starting branches',
  run: async ({ quick, tell }) => {
    const [branches, rounds] = quick ? [5, 1] : [100, 7];
    const samples: FanOut[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      tell(`${branches} branches, round ${round} of ${rounds}`);
      const request = (folder: string): FanOutRequest => ({ branches, folder });
      samples.push(await inScratch((folder) => measured<FanOut>('cases/fan-out.ts', request(folder))));
    }
    const allStarted = median(samples.map(({ allStartedMs }) => allStartedMs));
    const spread = median(samples.map(({ spreadMs }) => spreadMs));
    return {
      text: [
        `A node, then a fan-out whose branches all run at once. Counted from the answer of the node before, so that its
commit is in it, until the agent of the last branch is asked. No branch ends before all have begun.`,
      ],
      tables: [
        {
          head: ['branches', 'all started', 'first branch to last'],
          rows: [[showCount(branches), showMs(allStarted), showMs(spread)]],
        },
      ],
      targets: [atMost(`All of ${branches} branches started`, limitMs, allStarted, showMs)],
      samples: samples.map((sample) => ({ ...sample })),
    };
  },
};
