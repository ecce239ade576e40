import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinearRun } from '../cases/linear-run.ts';
import { launcher, launcherFlags, weighNode, type WholeProcess } from '../measuring/command-line.ts';
import type { DurableRunRequest } from '../measuring/durable-run.ts';
import { measured } from '../measuring/measure.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMb, showMs, showShare } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import type { Suite, SuiteOptions, SuiteResult } from '../suite.ts';

interface Size {
  readonly nodes: number;
  readonly rounds: number;
}

/** Of the first the parts are shown. */
const sizes: readonly Size[] = [
  { nodes: 1000, rounds: 5 },
  { nodes: 5000, rounds: 3 },
];
const quickSizes: readonly Size[] = [{ nodes: 10, rounds: 1 }];

interface Sample {
  readonly plain: WholeProcess;
  readonly json: WholeProcess;
  /** The same run inside a process that has run nothing before. */
  readonly inside: LinearRun;
}

interface Measurement {
  readonly nodes: number;
  readonly samples: readonly Sample[];
}

export const wholeCommand: Suite = {
  name: 'whole-command',
  title: 'The whole command',
  run: (options) =>
    inScratch(async (folder) => {
      const measurements: Measurement[] = [];
      for (const size of options.quick ? quickSizes : sizes)
        measurements.push({ nodes: size.nodes, samples: await samplesOf(size, folder, options) });
      return resultOf(measurements);
    }),
};

async function samplesOf({ nodes, rounds }: Size, folder: string, { quick, tell }: SuiteOptions) {
  writeFileSync(join(folder, 'linear.dot'), linearPipeline(nodes));
  const samples: Sample[] = [];
  // The first round fills the compile cache.
  for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
    tell(`${nodes} nodes, round ${round} of ${rounds}`);
    const sample = await sampleOf(nodes, folder);
    if (round > 0) samples.push(sample);
  }
  return samples;
}

async function sampleOf(nodes: number, cwd: string): Promise<Sample> {
  const words = [...launcherFlags, launcher, 'run', 'linear.dot', '--backend', 'simulation'];
  return {
    plain: weighNode(words, { cwd, env: { ORCHESTRA_HOME: newHome(cwd) } }),
    json: weighNode([...words, '--json'], { cwd, env: { ORCHESTRA_HOME: newHome(cwd) } }),
    inside: await inScratch((folder) => {
      const request: DurableRunRequest = { nodes, synchronous: 'full', folder, warmUpNodes: 0 };
      return measured<LinearRun>('cases/linear-run.ts', request, { flags: launcherFlags });
    }),
  };
}

let homes = 0;

/** A journal of its own for each run. */
function newHome(folder: string): string {
  homes += 1;
  const home = join(folder, `home-${homes}`);
  mkdirSync(home);
  return home;
}

function resultOf(measurements: readonly Measurement[]): SuiteResult {
  const [first] = measurements;
  if (!first) throw new Error('at least one size is measured');
  return {
    text: [
      `\`orchestra run\` of a linear graph of simulated nodes, its output not to a terminal: process start, reading, every
node durable, the run directory, the report. Time and memory are those of the whole process.`,
      `The parts are those of the same run of ${showCount(first.nodes)} nodes in a process that has run nothing before; its run
directory has ${showCount(first.samples[0]?.inside.files ?? 0)} files and folders.`,
    ],
    tables: [
      { head: ['nodes', '`orchestra run`', 'memory', '`--json`', 'memory'], rows: measurements.map(wholeRow) },
      { head: ['part', 'time', 'share of `orchestra run`'], rows: partRows(first) },
    ],
    targets: [],
    samples: measurements.map(({ nodes, samples }) => ({
      nodes,
      samples: samples.map(({ plain, json, inside }) => ({
        plain: { ...plain },
        json: { ...json },
        inside: { ...inside },
      })),
    })),
  };
}

function medianOf(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  return median(samples.map(pick));
}

function wholeRow({ nodes, samples }: Measurement): readonly string[] {
  return [
    showCount(nodes),
    showMs(medianOf(samples, ({ plain }) => plain.tookMs)),
    showMb(medianOf(samples, ({ plain }) => plain.largestMemoryMb)),
    showMs(medianOf(samples, ({ json }) => json.tookMs)),
    showMb(medianOf(samples, ({ json }) => json.largestMemoryMb)),
  ];
}

function partRows({ samples }: Measurement): readonly (readonly string[])[] {
  const whole = medianOf(samples, ({ plain }) => plain.tookMs);
  const parts: readonly [string, (run: LinearRun) => number][] = [
    ['reading and checking the file', ({ compileMs }) => compileMs],
    ['the walk, loading its code included', ({ walkMs }) => walkMs],
    ['after the last commit of a node, mostly the run directory', ({ wallMs, walkMs }) => wallMs - walkMs],
  ];
  return parts.map(([name, of]) => {
    const tookMs = medianOf(samples, ({ inside }) => of(inside));
    return [name, showMs(tookMs), showShare(tookMs / whole)];
  });
}
