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

/** What a `SegmentFold` knows. */
export interface SegmentState {
  readonly restart: number;
  readonly context: Map<string, Json>;
  /** Keys that have what the segment began with. */
  readonly given: Set<string>;
  /** Keys that stages set since the last checkpoint. */
  readonly fresh: Set<string>;
  readonly completed: string[];
  readonly retries: Map<string, number>;
  readonly logs: { readonly at: number; readonly text: string }[];
  savedAt: number | undefined;
  savedNode: string | undefined;
}

/** Context, completed nodes and retries of one segment of the top level (5.1, 5.3). */
export class SegmentFold {
  readonly state: SegmentState;

  constructor(state: SegmentState) {
    this.state = state;
  }

  /** A segment of which nothing is known yet. */
  static begin(restart: number): SegmentFold {
    return new SegmentFold({
      restart,
      context: new Map(),
      given: new Set(),
      fresh: new Set(),
      completed: [],
      retries: new Map(),
      logs: [],
      savedAt: undefined,
      savedNode: undefined,
    });
  }

  add(event: WalkEvent, at: number): void {
    switch (event.type) {
      case 'StageStarted':
        if (event.scope === '') this.#set({ current_node: event.name });
        return;
      case 'StageRetrying':
        this.state.retries.set(event.name, event.attempt - 1);
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
      if (this.state.given.has(key) || !this.state.context.has(key)) this.state.context.set(key, value);
  }

  /** The context the walk itself ended with; `internal.*`, which it leaves out, stays. */
  ended(context: Readonly<Record<string, Json>>): void {
    for (const key of this.state.context.keys()) if (!isInternal(key)) this.state.context.delete(key);
    for (const [key, value] of Object.entries(context)) this.state.context.set(key, value);
  }

  /** Without `internal.*`. */
  context(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.state.context].filter(([key]) => !isInternal(key)));
  }

  checkpoint(): Checkpoint {
    return {
      restart: this.state.restart,
      at: this.state.savedAt,
      currentNode: this.state.savedNode,
      completedNodes: [...this.state.completed],
      nodeRetries: dictionaryOf(this.state.retries),
      context: Object.fromEntries(this.state.context),
      logs: this.state.logs.map(({ at, text }) => `${isoTime(at)} ${text}`),
    };
  }

  #log(at: number, text: string): void {
    this.state.logs.push({ at, text });
  }

  /** Steps 3 and 4 of the core loop (3.2), as the walk takes them. */
  #concluded(node: string, scope: string, outcome: Outcome): void {
    if (succeeded(outcome) && this.state.retries.has(node)) this.state.retries.set(node, 0);
    if (scope !== '') return;
    this.state.completed.push(node);
    this.#set(outcome.contextUpdates ?? {});
    if (outcome.status === 'skipped') return;
    this.#set({ outcome: outcome.status });
    if (outcome.preferredLabel) this.#set({ preferred_label: outcome.preferredLabel });
  }

  /** What the engine set before a stage ended is recorded after it, so what the stage set is the newer value. */
  #saved(node: string, context: Readonly<Record<string, Json>>, at: number): void {
    for (const [key, value] of Object.entries(context)) {
      if (this.state.fresh.has(key)) continue;
      this.state.context.set(key, value);
      if (this.state.savedAt === undefined) this.state.given.add(key);
    }
    this.state.fresh.clear();
    this.state.savedNode = node;
    this.state.savedAt = at;
  }

  #set(values: Readonly<Record<string, Json>>): void {
    for (const [key, value] of Object.entries(values)) {
      this.state.context.set(key, value);
      this.state.given.delete(key);
      this.state.fresh.add(key);
    }
  }
}

function isInternal(key: string): boolean {
  return key.startsWith('internal.');
}
