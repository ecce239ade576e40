import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resuming, ResumingRequest } from '../cases/resuming.ts';
import { launcher, timeNode } from '../measuring/command-line.ts';
import { measured } from '../measuring/measure.ts';
import { linearPipeline, nodeName } from '../measuring/pipelines.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showMb, showMs } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteResult } from '../suite.ts';

const limitMs = 1000;
/** How many nodes are still to be walked. */
const rest = 50;

export const resuming: Suite = {
  name: 'resuming',
  title: 'Resuming a long run',
  run: async ({ quick, tell }) => {
    const [steps, rounds] = quick ? [20, 1] : [10_000, 5];
    return inScratch(async (folder) => {
      tell(`a run of ${steps} steps that is killed`);
      const killed = killedRun(folder, steps);
      const samples: Resuming[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        tell(`resuming it, round ${round} of ${rounds}`);
        const request: ResumingRequest = { folder: copyOf(killed, join(folder, `copy-${round}`)) };
        const sample = await measured<Resuming>('cases/resuming.ts', request);
        if (sample.firstNode !== nodeName(steps)) throw new Error(`the resumed run went on with ${sample.firstNode}`);
        samples.push(sample);
      }
      return resultOf(steps, samples);
    });
  },
};

/** A project whose only run was ended by SIGKILL after so many steps. */
function killedRun(folder: string, steps: number): string {
  const project = join(folder, 'killed');
  mkdirSync(project);
  writeFileSync(join(project, 'linear.dot'), linearPipeline(steps + rest));
  timeNode([launcher, 'run', 'linear.dot', '--backend', 'simulation'], {
    cwd: project,
    // As the next one has its answer, before that is written.
    env: { ORCHESTRA_FAILPOINTS: `run:before-settle=kill@${steps + 1}` },
    ends: { code: null, signal: 'SIGKILL' },
  });
  return project;
}

/** Each resume changes the journal, so each has one of its own. */
function copyOf(project: string, copy: string): string {
  cpSync(join(project, '.orchestra'), join(copy, '.orchestra'), { recursive: true });
  return copy;
}

function resultOf(steps: number, samples: readonly Resuming[]): SuiteResult {
  const of = (pick: (sample: Resuming) => number): number => median(samples.map(pick));
  const fromOpening = of(({ firstStepMs }) => firstStepMs);
  return {
    text: [
      `A linear run is killed (SIGKILL) when ${showCount(steps)} of its nodes are finished, and resumed in a new process: the
journal is opened, the dead owner's lease taken over, the recorded walk replayed, and the next node's agent asked.`,
    ],
    tables: [
      {
        head: ['finished steps', 'first new step, from opening the project', 'from the start of the process', 'memory'],
        rows: [
          [
            showCount(steps),
            showMs(fromOpening),
            showMs(of(({ fromProcessStartMs }) => fromProcessStartMs)),
            showMb(of(({ largestMemoryMb }) => largestMemoryMb)),
          ],
        ],
      },
    ],
    targets: [atMost(`First new step after ${showCount(steps)}`, limitMs, fromOpening, showMs)],
    samples: samples.map((sample) => ({ ...sample })),
  };
}
