import { mkdirSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StepEvent } from '../../contract/event.ts';
import type { Lease, Turn } from '../../engine/ports/journal.ts';
import type { StepServices } from '../../engine/ports/step.ts';
import { dictionaryOf, throughJson, type Json } from '../../shared/json.ts';
import { fileName } from '../../shared/file-name.ts';
import { deepestNesting, isDeeperThan } from '../../shared/foreign-json.ts';
import { membersOnDemand } from '../../shared/members-on-demand.ts';
import { BranchEvents } from './branch-events.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { isInherited } from './record.ts';
import { withoutBrokenTurns } from './whole-turns.ts';

/** The epoch changes when the branch is opened, and the folder is made when it is asked for. */
const servicesOf = membersOnDemand<StepServices, 'epoch' | 'attemptDir'>('epoch', 'attemptDir');

/** One execution of one step: its branch, artifacts and folder, each made only when used. */
export class StepRun {
  readonly #runId: string;
  readonly #key: string;
  readonly #options: ExecutorOptions;
  readonly #artifacts = new Map<string, Json>();
  readonly #events: BranchEvents;
  /** Set once the folder was asked for. */
  #attemptDir: string | undefined;
  #isClosed = false;

  constructor(runId: string, lease: Lease, key: string, options: ExecutorOptions) {
    const { journal, clock, onTurns } = options;
    this.#runId = runId;
    this.#key = key;
    this.#options = options;
    this.#events = new BranchEvents(key, { journal, lease, clock, onTurns });
  }

  /** Opens the branch for writing, which raises the operation's epoch. */
  async openBranch(): Promise<void> {
    await this.#events.open();
  }

  /** What its handler is given. */
  services(signal: AbortSignal): StepServices {
    const { cwd, journal, readArtifact } = this.#options;
    const given = {
      runId: this.#runId,
      key: this.#key,
      signal,
      cwd,
      redactor: journal.redactor,
      emit: (event: StepEvent) => this.#emit(event),
      earlier: () => this.#earlier(),
      artifact: (name: string, content: Json) => void this.#artifacts.set(name, copied(content)),
      readArtifact,
    };
    return servicesOf(given, { epoch: () => this.#events.epoch, attemptDir: () => this.#makeAttemptDir() });
  }

  artifacts(): Readonly<Record<string, Json>> {
    return dictionaryOf(this.#artifacts);
  }

  /** Resolves when everything emitted so far is durable; rejects when some of it could not be written. */
  emitted(): Promise<void> {
    return this.#events.emitted();
  }

  /** The step has its result: what a handler that was left behind still says is not recorded. */
  close(): void {
    this.#isClosed = true;
  }

  async cleanUp(): Promise<void> {
    if (this.#attemptDir === undefined) return;
    await rm(this.#attemptDir, { recursive: true, force: true });
    removeEmptyFolder(dirname(this.#attemptDir));
  }

  #makeAttemptDir(): string {
    this.#attemptDir ??= join(this.#options.scratch, this.#runId, fileName(this.#key));
    mkdirSync(this.#attemptDir, { recursive: true });
    return this.#attemptDir;
  }

  #emit(event: StepEvent): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (isDeeperThan(event, deepestNesting + 10))
      return Promise.reject(new Error(`an event is nested deeper than ${deepestNesting} levels`));
    return this.#events.emit(event);
  }

  async #earlier(): Promise<readonly StepEvent[]> {
    if (this.#events.epoch === 1) return [];
    const { journal, forkOf, returns } = this.#options;
    const turns: Turn[] = [];
    for await (const turn of journal.turns(this.#runId, { branch: this.#key })) {
      // Programs of the run this one was forked from are its own to end.
      if (!(isInherited(turn, forkOf) && ofProcesses.has(turn.type))) turns.push(turn);
    }
    // Only steps write to this branch, and only step events.
    return withoutBrokenTurns(turns, returns).map(
      ({ type, payload }) => ({ type, ...(payload as object) }) as StepEvent,
    );
  }
}

const ofProcesses: ReadonlySet<string> = new Set(['ProcessStarted', 'ProcessExited']);

/** The step may go on using what it gave. What is too deep to be copied is refused with the settlement. */
function copied(content: Json): Json {
  return isDeeperThan(content, deepestNesting) ? content : throughJson(content);
}

/** At once, so that no other step makes its folder in it meanwhile. */
function removeEmptyFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    // Another attempt is in it, or has removed it.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'ENOENT')))
      throw error;
  }
}
