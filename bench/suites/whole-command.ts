import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinearRun } from '../cases/linear-run.ts';
import { launcher, timeNode } from '../measuring/command-line.ts';
import type { DurableRunRequest } from '../measuring/durable-run.ts';
import { measured } from '../measuring/measure.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMs, showShare } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import type { Suite, SuiteResult } from '../suite.ts';

interface Sample {
  readonly commandMs: number;
  readonly jsonMs: number;
  readonly inside: LinearRun;
}

export const wholeCommand: Suite = {
  name: 'whole-command',
  title: 'The whole command',
  run: async ({ quick, tell }) => {
    const [nodes, rounds] = quick ? [10, 1] : [1000, 5];
    const samples: Sample[] = [];
    await inScratch(async (folder) => {
      writeFileSync(join(folder, 'linear.dot'), linearPipeline(nodes));
      for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
        tell(`${nodes} nodes, round ${round} of ${rounds}`);
        const sample = await sampleOf(nodes, folder);
        // The first fills the compile cache.
        if (round > 0) samples.push(sample);
      }
    });
    return resultOf(nodes, samples);
  },
};

async function sampleOf(nodes: number, cwd: string): Promise<Sample> {
  const words = [launcher, 'run', 'linear.dot', '--backend', 'simulation'];
  return {
    commandMs: timeNode(words, { cwd, env: { ORCHESTRA_HOME: newHome(cwd) } }),
    jsonMs: timeNode([...words, '--json'], { cwd, env: { ORCHESTRA_HOME: newHome(cwd) } }),
    inside: await inScratch((folder) => {
      const request: DurableRunRequest = { nodes, synchronous: 'full', folder, warmUpNodes: 0 };
      return measured<LinearRun>('cases/linear-run.ts', request);
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

function resultOf(nodes: number, samples: readonly Sample[]): SuiteResult {
  const of = (pick: (sample: Sample) => number): number => median(samples.map(pick));
  const [command, walk, directory] = [
    of(({ commandMs }) => commandMs),
    of(({ inside }) => inside.walkMs),
    of(({ inside }) => inside.wallMs - inside.walkMs),
  ];
  const line = (what: string, tookMs: number): readonly string[] => [what, showMs(tookMs), showShare(tookMs / command)];
  return {
    text: [
      `\`orchestra run\` of a linear graph of ${showCount(nodes)} simulated nodes: process start, reading, every node durable, the
run directory (${showCount(of(({ inside }) => inside.files))} files and folders), the report. The parts are those of the same run inside a process that is as cold.`,
    ],
    tables: [
      {
        head: ['part', 'time', 'share'],
        rows: [
          line('`orchestra run`, output not to a terminal', command),
          line(
            '`orchestra run --json`',
            of(({ jsonMs }) => jsonMs),
          ),
          line(
            'of it: reading and checking the file',
            of(({ inside }) => inside.compileMs),
          ),
          line('of it: the walk, loading its code included', walk),
          line('of it: after the last commit, mostly the run directory', directory),
        ],
      },
    ],
    targets: [],
    samples: samples.map(({ inside, ...times }) => ({ ...times, inside: { ...inside } })),
  };
}
