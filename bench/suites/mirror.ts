import type { MirroredRun, MirroredRunRequest } from '../cases/mirrored-run.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMb, showMs, showNumber, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atLeast, atMost, onQuickDisk, type Suite, type SuiteOptions, type SuiteResult } from '../suite.ts';

export const mirror: Suite = {
  name: 'mirror',
  title: 'A mirror in CXDB',
  run: async (options) => {
    const nodes = options.quick ? 20 : 5000;
    const rounds = options.quick ? 1 : 5;
    const [alone, mirrored] = [await runsOf(nodes, rounds, false, options), await runsOf(nodes, rounds, true, options)];
    return resultOf(nodes, alone, mirrored);
  },
};

async function runsOf(
  nodes: number,
  rounds: number,
  isMirrored: boolean,
  { tell }: SuiteOptions,
): Promise<readonly MirroredRun[]> {
  const runs: MirroredRun[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`${nodes} nodes ${isMirrored ? 'with' : 'without'} a mirror, round ${round} of ${rounds}`);
    const request = (folder: string): MirroredRunRequest => ({ nodes, folder, isMirrored });
    runs.push(await inScratch((folder) => measured<MirroredRun>('cases/mirrored-run.ts', request(folder))));
  }
  return runs;
}

function resultOf(nodes: number, alone: readonly MirroredRun[], mirrored: readonly MirroredRun[]): SuiteResult {
  const of = (runs: readonly MirroredRun[], pick: (run: MirroredRun) => number): number => median(runs.map(pick));
  const rate = of(mirrored, ({ turns, walkMs, flushMs }) => (turns / (walkMs + flushMs)) * 1000);
  const row = (name: string, runs: readonly MirroredRun[]): readonly string[] => [
    name,
    showMs(of(runs, ({ walkMs }) => walkMs)),
    showMs(of(runs, ({ flushMs }) => flushMs)),
    showNumber(of(runs, ({ commits }) => commits) / nodes),
    showMb(of(runs, (run) => run.largestMemoryMb)),
  ];
  return {
    text: [
      `A run of ${showCount(nodes)} nodes that do nothing, as fast as it can be walked: ${showCount(of(mirrored, ({ turns }) => turns))} turns.
The server is our own, on loopback and in a process of its own. "Closing" is from the end of the run until everything is
acknowledged. Reading, packing and sending its turns takes the processor of the same process.`,
    ],
    tables: [
      {
        head: ['', 'run', 'closing', 'commits a node', 'memory'],
        rows: [row('without a mirror', alone), row('with a mirror', mirrored)],
      },
    ],
    targets: [
      // As fast as the run goes, which waits for the disk.
      onQuickDisk(atLeast('Turns mirrored a second', 1000, rate, showCountOf)),
      atMost(
        'Commits beside those without a mirror',
        1,
        of(mirrored, ({ commits }) => commits) / of(alone, ({ commits }) => commits),
        showTimes,
      ),
    ],
    samples: { nodes, alone: alone.map((run) => ({ ...run })), mirrored: mirrored.map((run) => ({ ...run })) },
  };
}

const showCountOf = (value: number): string => showCount(Math.round(value));
