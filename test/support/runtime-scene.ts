import type { Command } from '../../src/contract/command.ts';
import type { Turn } from '../../src/engine/ports/journal.ts';
import { turnTypes, type OperationSettled } from '../../src/engine/ports/turns.ts';
import type { Death, MortalProcess } from './mortal-process.ts';
import type { RunSeen, RuntimeUnderTest, WalkInputs, WalkUnderTest, World } from './runtime-world.ts';

/** How a walk ended; undefined when its process died first. */
export type WalkEnd = Awaited<WalkUnderTest['done']> | undefined;

/** A walk under way in a process of its own. */
export interface Walking {
  readonly process: MortalProcess;
  readonly run: WalkUnderTest;
  /** Lets it go on through all its timers until it ends or its process dies. */
  finish(): Promise<WalkEnd>;
}

/** One run of a runtime under test, in its world. */
export class Scene {
  readonly world: World;
  readonly runtime: RuntimeUnderTest;
  readonly runId: string;

  constructor(world: World, runtime: RuntimeUnderTest, runId = 'run') {
    this.world = world;
    this.runtime = runtime;
    this.runId = runId;
  }

  async create(inputs?: WalkInputs): Promise<void> {
    await this.runtime.create(this.runId, inputs);
  }

  /** Starts to walk the run in a new process, and comes back when nothing moves but time and people. */
  async begin(death?: Death, edited?: string): Promise<Walking> {
    const { process, walk } = await this.runtime.process(death);
    const run = walk(this.runId, edited);
    run.done.catch(() => undefined);
    await this.world.quiet();
    return { process, run, finish: () => drive(this.world, run, process) };
  }

  /** Walks the run in a new process until it ends or the process dies. */
  async walk(death?: Death, edited?: string): Promise<WalkEnd> {
    return (await this.begin(death, edited)).finish();
  }

  /** Sends a command from a process that walks nothing, and lets it have its effect. */
  async send(command: Command, id?: string): Promise<'accepted' | 'already'> {
    const verdict = await this.runtime.send(this.runId, command, id);
    await this.world.quiet();
    return verdict;
  }

  async advance(ms: number): Promise<void> {
    this.world.clock.advance(ms);
    await this.world.quiet();
  }

  /** A run of the same world that goes on from a turn of this one. */
  async fork(runId: string, turn: number): Promise<Scene> {
    await this.runtime.fork(runId, { runId: this.runId, turn });
    return new Scene(this.world, this.runtime, runId);
  }

  seen(): Promise<RunSeen> {
    return this.runtime.seen(this.runId);
  }

  async state(): Promise<string> {
    return (await this.seen()).state;
  }

  async turnsOf(type: string): Promise<readonly Turn[]> {
    return (await this.seen()).turns.filter((turn) => turn.type === type);
  }

  /** Commands the walk was given, in order. */
  async commands(): Promise<readonly Command[]> {
    const settled = (await this.turnsOf(turnTypes.operationSettled)).map(
      ({ payload }) => payload as unknown as OperationSettled,
    );
    return settled.flatMap((turn) => (turn.kind === 'inbox' ? [turn.command] : []));
  }

  /** Nodes in the order their steps had their effects. */
  get effects(): readonly string[] {
    return this.world.effects.map(({ nodeId }) => nodeId);
  }
}

async function drive(world: World, walk: WalkUnderTest, process: MortalProcess): Promise<WalkEnd> {
  let end: Promise<WalkEnd> | undefined;
  const ended = (): void => void (end = walk.done);
  walk.done.then(ended, ended);
  for (let step = 0; step < 10_000; step++) {
    await world.quiet();
    if (end) return end;
    if (process.isDead) return undefined;
    const due = world.clock.nextDue();
    if (due === undefined) throw new Error('nothing moves the walk, and no timer will');
    world.clock.advanceTo(due);
  }
  throw new Error('the walk does not end');
}
