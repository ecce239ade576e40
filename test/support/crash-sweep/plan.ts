import fc from 'fast-check';
import type { FailpointName } from '../../../src/shared/failpoint.ts';
import type { Cast } from './fixture.ts';
import type { Blow } from './wreck.ts';

/** One run and where its processes are killed, one after the other. */
export interface Doom {
  readonly cast: Cast;
  readonly blows: readonly Blow[];
}

/** A process of the fixture reads its journal and goes on within this time. */
const startUpMs = 600;

export interface Moments {
  readonly count: number;
  readonly casts: readonly Cast[];
  /** How many an undisturbed run tells of. */
  readonly events: number;
  /** How late after its event a kill comes at most: a little longer than most operations take. */
  readonly jitterMs: number;
}

/**
 * Random moments, the same for the same count. Four of five are spread over the progress of the run, one
 * in each of as many equal parts, each at a random event of its part and some milliseconds later; the fifth
 * of them hit a process while it starts, so that a resume is killed as well. Two or three kills share a run.
 */
export function randomDooms({ count, casts, events, jitterMs }: Moments): readonly Doom[] {
  const shared = Math.max(1, Math.round(count / 2.5));
  const starts = Math.floor(count / 5);
  const share = fc.integer({ min: 0, max: 999 }).map((thousandths) => thousandths / 1_000);
  const chances = fc.sample(fc.noBias(fc.tuple(share, share)), { seed: count, numRuns: count });
  const dooms = Array.from({ length: shared }, (_, index): Doom & { blows: Blow[] } => ({
    cast: casts[index % casts.length] ?? 'list',
    blows: [],
  }));
  chances.forEach(([place, late], index) => {
    const blows = dooms[index % shared]?.blows ?? [];
    const moments = count - starts;
    if (index < moments) {
      const at = Math.max(1, Math.ceil(((index + place) / moments) * events));
      blows.push({ at: 'progress', events: at, delayMs: Math.round(late * jitterMs) });
    } else {
      // Before the first process, or between the kills of a run: then it is a resume that dies.
      blows.splice(index % 3 === 0 ? 0 : 1, 0, { at: 'start', delayMs: Math.round(late * startUpMs) });
    }
  });
  return dooms;
}

type Pass = readonly [name: FailpointName, pass: number];

/** Failpoints at which the processes of one run die, one after the other; all of them in every size of the sweep. */
const everyday: readonly (readonly [Cast, ...(readonly Pass[])])[] = [
  ['list', ['run:created', 1], ['run:owned', 1], ['journal:mid-batch', 40]],
  ['list', ['journal:before-commit', 25], ['process:recorded', 2], ['question:answered', 3]],
  ['list', ['process:guarded', 6], ['run:handed-over', 1], ['directory:before-write', 2]],
  ['others', ['run:before-settle', 12], ['inbox:taken', 1], ['directory:mid-write', 30]],
  ['others', ['inbox:sent', 1], ['child:created', 1], ['journal:after-commit', 60]],
  ['agents', ['process:recorded', 1], ['process:guarded', 1], ['journal:after-commit', 9]],
];

const full: typeof everyday = [
  ...crossed('list', 'journal:mid-batch', [1, 2, 90, 250, 420]),
  ...crossed('list', 'journal:before-commit', [1, 2, 3, 60, 110, 160]),
  ...crossed('others', 'journal:before-commit', [5, 80, 140]),
  ...crossed('others', 'journal:after-commit', [1, 2, 3, 40, 100, 150]),
  ...crossed('list', 'run:before-settle', [1, 2, 30, 55]),
  ...crossed('others', 'run:owned', [1, 2]),
  ...crossed('list', 'run:handed-over', [1]),
  ...crossed('others', 'child:created', [2, 3]),
  ...crossed('list', 'question:answered', [1, 4, 6]),
  ...crossed('others', 'inbox:taken', [2, 3]),
  ...crossed('others', 'inbox:sent', [1]),
  ...crossed('others', 'process:recorded', [1, 8, 15]),
  ...crossed('list', 'process:guarded', [1, 9, 16]),
  ...crossed('list', 'directory:before-write', [1, 4]),
  ...crossed('others', 'directory:mid-write', [1, 60]),
  ...crossed('agents', 'journal:before-commit', [2, 4, 6, 8, 10, 14, 18]),
  ...crossed('agents', 'journal:after-commit', [3, 5, 7, 9, 12, 16]),
  ...crossed('agents', 'process:recorded', [2, 4]),
  ...crossed('agents', 'process:guarded', [2, 4]),
  ...crossed('agents', 'run:before-settle', [1, 2, 4]),
];

/** Each of the passes in a run of its own, and the first of what follows in the resume: a double kill. */
function crossed(cast: Cast, name: FailpointName, passes: readonly number[]): typeof everyday {
  return passes.map((pass) => [cast, [name, pass], ['journal:before-commit', 1]]);
}

export function failpointDooms(size: 'everyday' | 'full'): readonly Doom[] {
  const chains = size === 'full' ? [...everyday, ...full] : everyday;
  return chains.map(([cast, ...passes]) => ({ cast, blows: passes.map(blowAt) }));
}

function blowAt([name, pass]: Pass): Blow {
  return { at: 'failpoint', name, pass, of: name === 'inbox:sent' ? 'answer' : 'walk' };
}
