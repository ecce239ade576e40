import type { Reading, ReadingRequest } from '../cases/reading.ts';
import { measured } from '../measuring/measure.ts';
import { showCount, showKb, showMs, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteResult } from '../suite.ts';

/** The second is what the growth is judged by: ten times the first. */
const sizes: readonly ReadingRequest[] = [
  { nodes: 5000, rounds: 15, warmUps: 10, warmUpNodes: 5000 },
  { nodes: 50_000, rounds: 5, warmUps: 10, warmUpNodes: 5000 },
];
const quickSizes: readonly ReadingRequest[] = [
  { nodes: 20, rounds: 2, warmUps: 1, warmUpNodes: 20 },
  { nodes: 200, rounds: 2, warmUps: 1, warmUpNodes: 20 },
];
const limits = { parseMs: 150, validateMs: 50, growth: 12 } as const;

interface Medians {
  readonly nodes: number;
  readonly bytes: number;
  readonly parse: number;
  readonly transform: number;
  readonly validate: number;
}

export const readingFiles: Suite = {
  name: 'reading-files',
  title: 'Reading and checking a pipeline',
  run: async ({ quick, tell }) => {
    const samples: Reading[] = [];
    const medians: Medians[] = [];
    for (const request of quick ? quickSizes : sizes) {
      tell(`${request.nodes} nodes`);
      const reading = await measured<Reading>('cases/reading.ts', request);
      samples.push(reading);
      medians.push({
        nodes: request.nodes,
        bytes: reading.bytes,
        parse: median(reading.parseMs),
        transform: median(reading.transformMs),
        validate: median(reading.validateMs),
      });
    }
    return resultOf(medians, samples);
  },
};

function resultOf(medians: readonly Medians[], samples: readonly Reading[]): SuiteResult {
  const [small, large] = medians;
  if (!small || !large) throw new Error('two sizes are compared');
  const growth = (large.parse + large.validate) / (small.parse + small.validate);
  return {
    text: [
      `Nodes with label, prompt and retries, edges with conditions. In one process that has read a file of 5,000 nodes
ten times before; medians.`,
    ],
    tables: [
      {
        head: ['nodes', 'file', 'parse', 'transform', 'validate'],
        rows: medians.map(({ nodes, bytes, parse, transform, validate }) => [
          showCount(nodes),
          showKb(bytes / 1000),
          showMs(parse),
          showMs(transform),
          showMs(validate),
        ]),
      },
    ],
    targets: [
      atMost('Parse 5,000 nodes', limits.parseMs, small.parse, showMs),
      atMost('Validate 5,000 nodes', limits.validateMs, small.validate, showMs),
      atMost('Parse and validate 50,000 nodes beside 5,000', limits.growth, growth, showTimes),
    ],
    samples: samples.map((reading) => ({ ...reading })),
  };
}
