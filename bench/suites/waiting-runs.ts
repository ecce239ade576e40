import type { WaitingRuns, WaitingRunsRequest } from '../cases/waiting-runs.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showKb, showMb, showMs, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteResult } from '../suite.ts';

/** Noise of a collected heap, beside growth that would show in it. */
const growthLimit = 1.1;

export const waitingRuns: Suite = {
  name: 'waiting-runs',
  title: 'Runs that wait for people',
  run: async ({ quick, tell }) => {
    const sizes = quick ? { counts: [4, 8], answers: 1 } : { counts: [250, 500, 1000], answers: 15 };
    tell(`${sizes.counts.at(-1)} runs in one process`);
    return inScratch(async (folder) => {
      const request: WaitingRunsRequest = { ...sizes, folder };
      const flags = ['--expose-gc'];
      return resultOf(await measured<WaitingRuns>('cases/waiting-runs.ts', request, { flags }));
    });
  },
};

function resultOf(sample: WaitingRuns): SuiteResult {
  const [none, ...counts] = sample.counts;
  if (!none) throw new Error('memory was read before the first run');
  const steps = counts.map((at, index) => {
    const before = counts[index - 1] ?? none;
    const perRun = (pick: (size: typeof at) => number): number => (pick(at) - pick(before)) / (at.runs - before.runs);
    return { at, heap: perRun(({ heapBytes }) => heapBytes), resident: perRun((size) => size.residentBytes) };
  });
  // The first step also carries what the process keeps once, however many runs there are.
  const [earlier, last] = steps.slice(-2);
  if (!earlier || !last) throw new Error('at least two numbers of runs are measured');
  return {
    text: [
      `All in one process and one journal, each a live session whose gate has asked its interviewer. The heap is read
after a collection; "a run" is what each added since the row above. Then some are answered, one after the other, while
the others go on waiting: until the run has ended and its directory is written.`,
    ],
    tables: [
      {
        head: ['waiting runs', 'heap', 'heap a run', 'resident', 'resident a run'],
        rows: steps.map(({ at, heap, resident }) => [
          showCount(at.runs),
          showMb(at.heapBytes / 1e6),
          showKb(heap / 1000),
          showMb(at.residentBytes / 1e6),
          showKb(resident / 1000),
        ]),
      },
      {
        head: ['answered', 'to the end of the run'],
        rows: [
          ['by the interviewer, in the process', showMs(median(sample.answeredHereMs))],
          ['through the inbox, as `orchestra answer` does', showMs(median(sample.answeredByInboxMs))],
        ],
      },
    ],
    targets: [atMost('Heap a run, last step beside the one before', growthLimit, last.heap / earlier.heap, showTimes)],
    samples: { ...sample, counts: sample.counts.map((count) => ({ ...count })) },
  };
}
