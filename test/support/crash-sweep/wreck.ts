import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { FailpointName } from '../../../src/shared/failpoint.ts';
import { processTable } from '../../../src/shared/process/process-table.ts';
import type { CliProject, Finished } from '../cli.ts';
import { asked, startCommand, type Cast } from './fixture.ts';
import { lookAt, type Left, type Work } from './record.ts';

/** When a process is killed. */
export type Blow =
  /** So long after the run, over all its processes, has told of so many events. */
  | { readonly at: 'progress'; readonly events: number; readonly delayMs: number }
  /** So long after the process was started, before it can have done much. */
  | { readonly at: 'start'; readonly delayMs: number }
  /** By itself, at the `pass`-th pass of a failpoint; of the process that walks, or of one that answers. */
  | { readonly at: 'failpoint'; readonly name: FailpointName; readonly pass: number; readonly of: 'walk' | 'answer' };

type FailpointBlow = Extract<Blow, { readonly at: 'failpoint' }>;

export interface Killed {
  readonly blow: Blow;
  /** 1 for the process that started the run. */
  readonly process: number;
  /** Events the run had told of, over all its processes. */
  readonly events: number;
  /** Undefined where no run was recorded yet. */
  readonly inFlight: readonly Work[] | undefined;
}

export interface Wreck {
  readonly kills: readonly Killed[];
  /** How many processes have walked the run. */
  readonly processes: number;
  /** Events over all processes. */
  readonly events: number;
  /** How often each operation was in flight at a kill. */
  readonly cut: ReadonlyMap<string, number>;
  readonly left: Left;
}

/** Walks the fixture through one process after the other, each killed as told, the last left in peace. */
export async function wreck(project: CliProject, cast: Cast, blows: readonly Blow[]): Promise<Wreck> {
  const run = new WreckedRun(project, cast);
  for (const blow of blows) {
    if (blow.at === 'failpoint' && blow.of === 'answer') run.killNextAnswer(blow);
    else await run.walk(blow);
  }
  await run.walk();
  return run.wreck();
}

/** Longer than a guardian takes over a program that ignores TERM. */
const guardianLimitMs = 20_000;

class WreckedRun {
  readonly #project: CliProject;
  readonly #cast: Cast;
  readonly #kills: Killed[] = [];
  readonly #cut = new Map<string, number>();
  readonly #answers: Promise<void>[] = [];
  #answerBlow: FailpointBlow | undefined;
  #left: Left | undefined;
  #events = 0;
  #processes = 0;
  #isOver = false;

  constructor(project: CliProject, cast: Cast) {
    this.#project = project;
    this.#cast = cast;
  }

  wreck(): Wreck {
    if (!this.#left) throw new Error('the run did not end');
    return {
      kills: this.#kills,
      processes: this.#processes,
      events: this.#events,
      cut: this.#cut,
      left: this.#left,
    };
  }

  killNextAnswer(blow: FailpointBlow): void {
    this.#answerBlow = blow;
  }

  /** One process of the run; nothing where an earlier one has ended it. */
  async walk(blow?: Blow): Promise<void> {
    if (this.#isOver) return;
    this.#processes += 1;
    const finished = await this.#processWith(blow);
    await Promise.all(this.#answers.splice(0));
    this.#left = await lookAt(this.#project);
    if (finished.signal === 'SIGKILL' && blow) return this.#noteKill(blow);
    // An earlier one may have died with nothing left to do but to write the run directory, which this one did.
    const isDone = finished.code === 0 || (this.#processes > 1 && finished.stdout.includes('"RUN_FINISHED"'));
    if (!isDone) throw new Error(`code ${finished.code}:\n${finished.stderr}\n${finished.stdout}`);
    this.#isOver = true;
  }

  async #processWith(blow: Blow | undefined): Promise<Finished> {
    const { runId, unanswered } = this.#left ?? {};
    const running = this.#project.start(runId === undefined ? startCommand(this.#cast) : ['resume', runId, '--json'], {
      env: blow?.at === 'failpoint' ? armed(blow) : {},
    });
    const kill = (): void => void running.process.kill('SIGKILL');
    if (blow?.at === 'start') void delay(blow.delayMs).then(kill);
    // In the same moment as the resume: it may arrive before, while or after the run is taken over.
    if (unanswered && this.#cast === 'others') this.#answer(runId ?? 'last');
    const told = (line: string): void => {
      this.#events += 1;
      if (blow?.at === 'progress' && this.#events === blow.events) void delay(blow.delayMs).then(kill);
      if (this.#cast === 'others' && line.startsWith('{"type":"InterviewStarted"') && line.includes(`"${asked.stage}"`))
        this.#answer((JSON.parse(line) as { readonly runId: string }).runId);
    };
    if (blow?.at === 'progress' && this.#events >= blow.events) void delay(blow.delayMs).then(kill);
    eachLine(running.process.stdout, told);
    return running.finished;
  }

  #answer(runId: string): void {
    const blow = this.#answerBlow;
    this.#answerBlow = undefined;
    this.#answers.push(this.#answered(runId, blow));
  }

  /** Answers in a process of its own; where that is killed, another says the same again. */
  async #answered(runId: string, blow?: FailpointBlow): Promise<void> {
    const { code, signal, stdout } = await this.#project.run(
      ['answer', runId, asked.answer, '--question', asked.stage, '--json'],
      { env: blow ? armed(blow) : {} },
    );
    if (signal === 'SIGKILL' && blow) {
      this.#kills.push({ blow, process: this.#processes, events: this.#events, inFlight: ['question'] });
      return this.#answered(runId);
    }
    const isRefused = ['QUESTION_ANSWERED', 'QUESTION_UNKNOWN', 'RUN_FINISHED'].some((word) => stdout.includes(word));
    if (code !== 0 && !isRefused) throw new Error(`the answer ended with ${code}: ${stdout}`);
  }

  async #noteKill(blow: Blow): Promise<void> {
    const { runId, inFlight = new Map<string, Work>() } = this.#left ?? {};
    for (const operation of inFlight.keys()) this.#cut.set(operation, (this.#cut.get(operation) ?? 0) + 1);
    this.#kills.push({
      blow,
      process: this.#processes,
      events: this.#events,
      inFlight: runId === undefined ? undefined : [...inFlight.values()],
    });
    await this.#nothingRuns();
  }

  /** Whatever the killed process had started must go by itself. */
  async #nothingRuns(): Promise<void> {
    const limit = performance.now() + guardianLimitMs;
    for (;;) {
      const pids = leftOf(this.#project, this.#left?.paths ?? new Map());
      if (pids.length === 0) return;
      if (performance.now() > limit) throw new Error(`still running after the kill: ${pids.map(commandOf).join('; ')}`);
      await delay(20);
    }
  }
}

function armed({ name, pass }: FailpointBlow): Readonly<Record<string, string>> {
  return { ORCHESTRA_FAILPOINTS: `${name}=kill@${pass}` };
}

/** Processes of a project, by its HOME, and what serves an operation of its runs, by the run's id: tools and their guardians. */
function leftOf(project: CliProject, runs: Left['paths']): readonly number[] {
  const marks = [`HOME=${project.home}`, ...runs.keys()];
  return processTable().flatMap(({ pid }) => {
    const environment = textOf(`/proc/${pid}/environ`);
    return marks.some((mark) => environment.includes(mark)) ? [pid] : [];
  });
}

function commandOf(pid: number): string {
  return `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or somebody else's.
    return '';
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, told: (line: string) => void): void {
  let rest = '';
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(told);
  });
}
