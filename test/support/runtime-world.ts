import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { Command } from '../../src/contract/command.ts';
import type { Outcome, StageStatus } from '../../src/contract/outcome.ts';
import type { Question } from '../../src/contract/question.ts';
import type { RunState, Waiting } from '../../src/contract/run.ts';
import type { Interviewer } from '../../src/engine/ports/interviewer.ts';
import type { ForkPoint, Turn } from '../../src/engine/ports/journal.ts';
import { createProgram, createTraversal } from '../../src/engine/index.ts';
import type { Traversal, WalkResult } from '../../src/engine/ports/runtime.ts';
import type { MergePolicy, NodeResult, StepCall, StepHandler, StepServices } from '../../src/engine/ports/step.ts';
import type { Graph } from '../../src/language/graph/graph.ts';
import { HandClock } from './hand-clock.ts';
import { MortalProcess, type Death } from './mortal-process.ts';
import { graphOf } from './walk.ts';

/** What a scripted step comes to, or asks people. */
export type Reply = StageStatus | (Partial<Outcome> & { readonly question?: Question });

/** A step as a script sees it. */
export interface ScriptedStep {
  readonly call: StepCall;
  readonly services: StepServices;
  /** Resolves when the test releases the node; rejects when the step is aborted. */
  held(): Promise<void>;
}

export type Script = Reply | ((step: ScriptedStep) => Promise<Reply> | Reply);

/** A side effect of a step: its operation, and the process that did it. */
export interface Effect {
  readonly runId: string;
  readonly key: string;
  readonly nodeId: string;
  readonly epoch: number;
  readonly pid: number;
}

/** A graph, its DOT text as `graphOf` takes it, or a walk written by hand. */
export type Pipeline = string | Graph | Traversal;

export interface WorldSetup {
  readonly pipeline: Pipeline;
  /** Child pipelines by their path. */
  readonly children?: Readonly<Record<string, Pipeline>>;
  /** By node id, one for each execution; the last repeats, and a node without any succeeds. */
  readonly script?: Readonly<Record<string, readonly Script[]>>;
  readonly inputs?: WalkInputs;
  readonly mergeBranches?: MergePolicy;
  /** Every process has it. */
  readonly interviewer?: Interviewer;
  /** Called with every effect, before the step goes on. */
  readonly onEffect?: (effect: Effect) => void;
}

/**
 * Everything around a runtime under test: pipelines, scripted steps and what they did, people, and time,
 * which stands still until the test moves it.
 */
export class World {
  readonly clock = new HandClock();
  readonly effects: Effect[] = [];
  /** Keys of steps that were told to end. */
  readonly aborted: string[] = [];
  readonly processes: MortalProcess[] = [];
  readonly interviewer: Interviewer | undefined;
  readonly #setup: WorldSetup;
  readonly #edited = new Map<string, Pipeline>();
  readonly #released = new Set<string>();
  readonly #holders = new Set<() => void>();

  constructor(setup: WorldSetup) {
    this.#setup = setup;
    this.interviewer = setup.interviewer;
  }

  newProcess(death?: Death): MortalProcess {
    const born = new MortalProcess(this.processes.length + 100, death);
    this.processes.push(born);
    return born;
  }

  /** The walk of a bundle: `main`, a child's path, or a name given to `edit`. */
  traversal(bundle: string, inputs: WalkInputs): Traversal {
    const { pipeline, children = {}, mergeBranches } = this.#setup;
    const wanted = bundle === 'main' ? pipeline : (this.#edited.get(bundle) ?? children[bundle]);
    if (wanted === undefined) throw new Error(`there is no pipeline ${bundle}`);
    if (typeof wanted === 'function') return wanted;
    const graph = typeof wanted === 'string' ? graphOf(wanted) : wanted;
    return createTraversal(createProgram(graph, new Map(Object.keys(children).map((path) => [path, path]))), {
      inputs,
      mergeBranches,
    });
  }

  /** Makes another version of the main pipeline, to resume with. */
  edit(bundle: string, pipeline: Pipeline): void {
    this.#edited.set(bundle, pipeline);
  }

  /** Lets steps of a node go on that wait in `held`, now and later. */
  release(nodeId: string): void {
    this.#released.add(nodeId);
    for (const look of [...this.#holders]) look();
  }

  /** The handler of every kind of step, as one process has it. */
  handlerIn(home: MortalProcess): StepHandler {
    return { execute: (call, services) => this.#execute(call, services, home) };
  }

  /** Resolves when nothing more happens unless time passes, a step is released or a command is sent. */
  async quiet(): Promise<void> {
    for (let calm = 0, seen = this.#activity(); calm < 4;) {
      await nextLoopTurn();
      const now = this.#activity();
      calm = now === seen && this.processes.every(({ pending, isDead }) => isDead || pending === 0) ? calm + 1 : 0;
      seen = now;
    }
  }

  async #execute(call: StepCall, services: StepServices, home: MortalProcess): Promise<NodeResult> {
    const { nodeId, execution } = call;
    if (!home.isAwake) return new Promise(() => undefined);
    const effect: Effect = { runId: services.runId, key: services.key, nodeId, epoch: services.epoch, pid: home.pid };
    this.effects.push(effect);
    this.#setup.onEffect?.(effect);
    services.signal.addEventListener('abort', () => home.isDead || this.aborted.push(services.key), { once: true });
    const scripts = this.#setup.script?.[nodeId] ?? [];
    const script = scripts[Math.min(execution, scripts.length - 1)] ?? 'success';
    const step: ScriptedStep = { call, services, held: () => this.#held(nodeId, services.signal) };
    return resultOf(typeof script === 'function' ? await script(step) : script, nodeId);
  }

  #held(nodeId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#released.has(nodeId) && this.#holders.delete(look)) resolve();
      };
      this.#holders.add(look);
      look();
      signal.addEventListener('abort', () => {
        this.#holders.delete(look);
        reject(new Error('aborted'));
      });
    });
  }

  #activity(): number {
    return this.processes.reduce((sum, { activity }) => sum + activity, this.effects.length);
  }
}

/** What a runtime under test offers one of its processes. */
export interface RuntimeProcess {
  readonly process: MortalProcess;
  walk(runId: string, edited?: string): WalkUnderTest;
}

export interface WalkUnderTest {
  /** Rejects as the runtime does. */
  readonly done: Promise<{ readonly state: string; readonly result?: WalkResult }>;
  pause(): void;
  cancel(reason: string): void;
}

/** What a run left for everybody to see. */
export interface RunSeen {
  readonly state: RunState;
  readonly waiting: readonly Waiting[];
  /** All turns of its main branch, oldest first. */
  readonly turns: readonly Turn[];
}

/** A runtime with its journal, in a world. */
export interface RuntimeUnderTest {
  /** A new process of the runtime. */
  process(death?: Death): Promise<RuntimeProcess>;
  create(runId: string, inputs?: WalkInputs): Promise<void>;
  /** From a process that walks nothing. */
  send(runId: string, command: Command, id?: string): Promise<'accepted' | 'already'>;
  /** Creates a run that goes on from a turn of another. */
  fork(runId: string, source: ForkPoint): Promise<void>;
  /** Takes a run that nobody walks back to one of its turns. */
  rewind(runId: string, toSeq: number): Promise<void>;
  seen(runId: string): Promise<RunSeen>;
  /** Turns of all its branches, in commit order. */
  tail(runId: string): Promise<readonly Turn[]>;
  /** Child runs of a run, in order of creation. */
  children(runId: string): Promise<readonly string[]>;
  readBlob(hash: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export type WalkInputs = WalkResult['context'];

function resultOf(reply: Reply, nodeId: string): NodeResult {
  const { question, ...given } = typeof reply === 'string' ? { status: reply } : reply;
  const status = given.status ?? 'success';
  const reason = status === 'fail' || status === 'retry' ? { failureReason: `${nodeId} said ${status}` } : {};
  return { outcome: { ...reason, ...given, status }, ...(question && { question }) };
}
