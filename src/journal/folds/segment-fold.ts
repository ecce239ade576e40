import type { WalkEvent } from '../../contract/event.ts';
import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { dictionaryOf, type Json } from '../../shared/json.ts';
import { isoTime } from './iso-time.ts';

/** The checkpoint of 5.3 for one segment of a run: what was completed, and the context as it stands. */
export interface Checkpoint {
  /** 0 for the first segment, then one more for each `loop_restart`. */
  readonly restart: number;
  /** Milliseconds since the epoch; undefined before the first stage was left. */
  readonly at: number | undefined;
  /** The last completed top-level node. */
  readonly currentNode: string | undefined;
  /** Completed top-level nodes in order, repeats kept. */
  readonly completedNodes: readonly string[];
  /** Retries since the node last succeeded, by node. */
  readonly nodeRetries: Readonly<Record<string, number>>;
  /** `internal.*` included. */
  readonly context: Readonly<Record<string, Json>>;
  /** The run log: what stages noted, branches included, and what the walk warned of. */
  readonly logs: readonly string[];
}

/** Context, completed nodes and retries of one segment of the top level (5.1, 5.3). */
export class SegmentFold {
  readonly #restart: number;
  readonly #context = new Map<string, Json>();
  /** Keys that have what the segment began with. */
  readonly #given = new Set<string>();
  /** Keys that stages set since the last checkpoint. */
  readonly #fresh = new Set<string>();
  readonly #completed: string[] = [];
  readonly #retries = new Map<string, number>();
  readonly #logs: { readonly at: number; readonly text: string }[] = [];
  #savedAt: number | undefined;
  #savedNode: string | undefined;

  constructor(restart: number) {
    this.#restart = restart;
  }

  add(event: WalkEvent, at: number): void {
    switch (event.type) {
      case 'StageStarted':
        if (event.scope === '') this.#set({ current_node: event.name });
        return;
      case 'StageRetrying':
        this.#retries.set(event.name, event.attempt - 1);
        return;
      case 'StageFailed':
        this.#log(at, `${event.name}: ${event.error}`);
        if (!event.willRetry) this.#concluded(event.name, event.scope, event.outcome);
        return;
      case 'StageCompleted':
        if (event.outcome.notes) this.#log(at, `${event.name}: ${event.outcome.notes}`);
        return this.#concluded(event.name, event.scope, event.outcome);
      case 'RunWarning':
        return this.#log(at, event.message);
      case 'CheckpointSaved':
        if (event.scope === '') this.#saved(event.nodeId, event.context, at);
        return;
      default:
        return;
    }
  }

  /** The walk has had these inputs from its start: where no stage set the key since, they are its value. */
  inputsChanged(inputs: Readonly<Record<string, Json>>): void {
    for (const [key, value] of Object.entries(inputs))
      if (this.#given.has(key) || !this.#context.has(key)) this.#context.set(key, value);
  }

  /** The context the walk itself ended with; `internal.*`, which it leaves out, stays. */
  ended(context: Readonly<Record<string, Json>>): void {
    for (const key of this.#context.keys()) if (!isInternal(key)) this.#context.delete(key);
    for (const [key, value] of Object.entries(context)) this.#context.set(key, value);
  }

  /** Without `internal.*`. */
  context(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.#context].filter(([key]) => !isInternal(key)));
  }

  checkpoint(): Checkpoint {
    return {
      restart: this.#restart,
      at: this.#savedAt,
      currentNode: this.#savedNode,
      completedNodes: [...this.#completed],
      nodeRetries: dictionaryOf(this.#retries),
      context: Object.fromEntries(this.#context),
      logs: this.#logs.map(({ at, text }) => `${isoTime(at)} ${text}`),
    };
  }

  #log(at: number, text: string): void {
    this.#logs.push({ at, text });
  }

  /** Steps 3 and 4 of the core loop (3.2), as the walk takes them. */
  #concluded(node: string, scope: string, outcome: Outcome): void {
    if (succeeded(outcome) && this.#retries.has(node)) this.#retries.set(node, 0);
    if (scope !== '') return;
    this.#completed.push(node);
    this.#set(outcome.contextUpdates ?? {});
    if (outcome.status === 'skipped') return;
    this.#set({ outcome: outcome.status });
    if (outcome.preferredLabel) this.#set({ preferred_label: outcome.preferredLabel });
  }

  /** What the engine set before a stage ended is recorded after it, so what the stage set is the newer value. */
  #saved(node: string, context: Readonly<Record<string, Json>>, at: number): void {
    for (const [key, value] of Object.entries(context)) {
      if (this.#fresh.has(key)) continue;
      this.#context.set(key, value);
      if (this.#savedAt === undefined) this.#given.add(key);
    }
    this.#fresh.clear();
    this.#savedNode = node;
    this.#savedAt = at;
  }

  #set(values: Readonly<Record<string, Json>>): void {
    for (const [key, value] of Object.entries(values)) {
      this.#context.set(key, value);
      this.#given.delete(key);
      this.#fresh.add(key);
    }
  }
}

function isInternal(key: string): boolean {
  return key.startsWith('internal.');
}
