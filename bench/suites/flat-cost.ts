import type { LinearRun } from '../cases/linear-run.ts';
import type { DurableRunRequest } from '../measuring/durable-run.ts';
import { launcherFlags } from '../measuring/command-line.ts';
import { measured } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showKb, showMb, showMs, showNumber, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, onQuickDisk, type Suite, type SuiteOptions, type SuiteResult, type Target } from '../suite.ts';

interface Size {
  readonly nodes: number;
  readonly rounds: number;
  /** How much more a node of the last thousand may cost than one of the first. */
  readonly growth: number;
}

const sizes: readonly Size[] = [
  { nodes: 5000, rounds: 5, growth: 1.2 },
  { nodes: 50_000, rounds: 1, growth: 1.3 },
];
const quickSizes: readonly Size[] = [{ nodes: 20, rounds: 1, growth: 1.2 }];
const limits = { nodes: 5000, wallMs: 3000, memoryMb: 200 } as const;

export const flatCost: Suite = {
  name: 'flat-cost',
  title: 'A node costs the same at any length',
  run: async (options) => {
    const measurements = [];
    for (const size of options.quick ? quickSizes : sizes)
      measurements.push({ size, runs: await runsOf(size, options) });
    return resultOf(measurements);
  },
};

async function runsOf({ nodes, rounds }: Size, { tell }: SuiteOptions): Promise<readonly LinearRun[]> {
  const runs: LinearRun[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`${nodes} nodes, round ${round} of ${rounds}`);
    const request = (folder: string): DurableRunRequest => ({ nodes, synchronous: 'full', folder, warmUpNodes: 10 });
    runs.push(
      await inScratch((folder) =>
        measured<LinearRun>('cases/linear-run.ts', request(folder), { flags: launcherFlags }),
      ),
    );
  }
  return runs;
}

interface Measurement {
  readonly size: Size;
  readonly runs: readonly LinearRun[];
}

function resultOf(measurements: readonly Measurement[]): SuiteResult {
  return {
    text: [
      `Orchestra alone, at FULL. "First" and "last" are a thousand nodes at either end of the run, from commit to commit.
"With its directory" is the whole of a run: until its answer is there and the run directory is written, four files and
folders a node. Node.js has the flags that the command gives it: \`${launcherFlags.join(' ')}\`.`,
    ],
    tables: [
      {
        head: [
          'nodes',
          'time a node',
          'first thousand',
          'last thousand',
          'last / first',
          'commits a node',
          'database a node',
          'run',
          'with its directory',
          'memory',
        ],
        rows: measurements.map(row),
      },
    ],
    targets: [...measurements.flatMap(targetsOf), ...flatBytes(measurements)],
    samples: measurements.map(({ size, runs }) => ({ nodes: size.nodes, runs: runs.map((run) => ({ ...run })) })),
  };
}

function row({ size: { nodes }, runs }: Measurement): readonly string[] {
  const of = (pick: (run: LinearRun) => number): number => median(runs.map(pick));
  return [
    showCount(nodes),
    showMs(of(({ walkMs }) => walkMs) / nodes),
    showMs(of(first)),
    showMs(of(last)),
    showNumber(of(growthOf)),
    showNumber(commitsPerNode(nodes, runs)),
    showKb(of(({ databaseBytes }) => databaseBytes) / nodes / 1000),
    showMs(of(({ walkMs }) => walkMs)),
    showMs(of(({ wallMs }) => wallMs)),
    showMb(of(({ largestMemoryMb }) => largestMemoryMb)),
  ];
}

const first = ({ thousandsMs }: LinearRun): number => thousandsMs[0] ?? Number.NaN;
const last = ({ thousandsMs }: LinearRun): number => thousandsMs.at(-1) ?? Number.NaN;
const growthOf = (run: LinearRun): number => last(run) / first(run);

function commitsPerNode(nodes: number, runs: readonly LinearRun[]): number {
  return median(runs.map(({ commits }) => commits)) / nodes;
}

function targetsOf({ size: { nodes, growth }, runs }: Measurement): readonly Target[] {
  const name = `${showCount(nodes)} nodes`;
  const flat = atMost(`${name}: last thousand beside the first`, growth, median(runs.map(growthOf)), showTimes);
  if (nodes !== limits.nodes) return [flat];
  return [
    flat,
    onQuickDisk(
      atMost(`${name}: until the end is durable`, limits.wallMs, median(runs.map(({ walkMs }) => walkMs)), showMs),
    ),
    onQuickDisk(
      atMost(`${name}: with the run directory`, limits.wallMs, median(runs.map(({ wallMs }) => wallMs)), showMs),
    ),
    atMost(`${name}: memory`, limits.memoryMb, median(runs.map((run) => run.largestMemoryMb)), showMb),
  ];
}

/** Bytes do not depend on the machine. */
function flatBytes(measurements: readonly Measurement[]): readonly Target[] {
  const [short, long] = measurements.map(
    ({ size, runs }) => median(runs.map(({ databaseBytes }) => databaseBytes)) / size.nodes,
  );
  if (short === undefined || long === undefined) return [];
  return [atMost('Bytes a node, 50,000 nodes beside 5,000', 1.05, long / short, showTimes)];
}
