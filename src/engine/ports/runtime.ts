import type { Command } from '../../contract/command.ts';
import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Answer, Question } from '../../contract/question.ts';
import type { Json } from '../../shared/json.ts';
import type { NodeCall, NodeResult } from './step.ts';

/**
 * The Runtime port: what the walk asks of whoever makes its steps durable.
 *
 * The walk is a deterministic function of what `next` returns. It may await nothing but `next`,
 * read no clock and no randomness, and must ask for the same operations in the same order when the
 * same settlements come back (R4). A runtime commits every emitted event and started operation, with
 * the settlement they follow from, before it lets any of those operations begin (R1).
 */
export type Traversal = (run: RunContext) => Promise<WalkResult>;

/** How a walk ended. Pausing and waiting are no ends: the runtime suspends the walk and resumes it later. */
export interface WalkResult {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly outcome: Outcome;
  /** The final context without `internal.*`. */
  readonly context: Readonly<Record<string, Json>>;
  /** What the walk spent, its own children included: the budgets of a parent count it. */
  readonly spent?: Spending;
}

/** Step calls, tokens in and out, and US dollars. */
export interface Spending {
  readonly calls: number;
  readonly tokens: number;
  readonly money: number;
}

export interface RunContext {
  readonly runId: string;
  /** 0 for the first segment; `handoff` opens the next. */
  readonly segment: number;
  /** The state the previous segment handed over; undefined in the first. */
  readonly handedOver: Json | undefined;

  /** A step with effects, perhaps on another host. */
  node(key: OpKey, call: NodeCall): Op<'node'>;
  /**
   * Settles `ms` milliseconds after `now()`, also across restarts.
   * @param reason what is waited for, to be shown to people
   */
  timer(key: OpKey, ms: number, reason?: string): Op<'timer'>;
  /** A question to people: any process, days later; the first valid answer wins. */
  gate(key: OpKey, question: Question): Op<'gate'>;
  /** Starts a child run of a bundle recorded with this run; `input` becomes its context. */
  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child;
  /** The next command sent to this run. Ask again after each settlement. */
  inbox(): Op<'inbox'>;
  /** The only await of a walk: whichever of `inFlight` settles first. */
  next(inFlight: readonly Op[]): Promise<Settled>;
  /** Cancels an operation whose result no longer matters; it will not settle. */
  drop(op: Op, reason: string): void;
  /** Records an event at `now()`, committed with the operations that follow it. */
  emit(event: WalkEvent): void;
  /** Milliseconds since the epoch at the settlement being applied; never a clock. */
  now(): number;
  /**
   * When the time of what is done now began to count, where that was not when the run began: when the run was forked that
   * does it. 0 for a run that never was.
   */
  clockStart(): number;
  /** A stable unpredictable token for `key`: a hash of (run, key). Hexadecimal, 32 digits. */
  id(key: string): string;
  /** Ends this segment and starts the next with `state`. Every operation in flight must be dropped or asked for again by key. */
  handoff(state: Json): never;
}

/** Path of an operation within the run: `review#2`, `fan#1/security/scan#1@2` (visit, attempt), see R4. */
export type OpKey = string;

export type OpKind = 'node' | 'timer' | 'gate' | 'child' | 'observe' | 'send' | 'inbox';

export interface Op<K extends OpKind = OpKind> {
  readonly key: OpKey;
  readonly kind: K;
}

export interface Child {
  readonly done: Op<'child'>;
  /** A reading of the child's state at about this moment. */
  observe(key: OpKey): Op<'observe'>;
  /** Puts a command into the child's inbox; settles when it lies there. */
  send(key: OpKey, command: Command): Op<'send'>;
}

/** An operation with its result, as the journal kept it: redacted, large texts replaced by blob references. */
export type Settled =
  | { readonly kind: 'node'; readonly key: OpKey; readonly result: NodeResult }
  | { readonly kind: 'timer'; readonly key: OpKey }
  | { readonly kind: 'gate'; readonly key: OpKey; readonly answer: Answer }
  | { readonly kind: 'child'; readonly key: OpKey; readonly result: WalkResult }
  | { readonly kind: 'observe'; readonly key: OpKey; readonly telemetry: ChildTelemetry }
  | { readonly kind: 'send'; readonly key: OpKey }
  | { readonly kind: 'inbox'; readonly key: OpKey; readonly command: Command };

/** What a manager sees of its child (4.11). */
export interface ChildTelemetry {
  readonly status: 'created' | 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly outcome?: string;
  readonly activeStage?: string;
  readonly completedStages: number;
  readonly retries: number;
  readonly failureReason?: string;
}

/** Thrown by `handoff`; a runtime catches it, a walk never does. */
export class Handoff {
  readonly state: Json;
  constructor(state: Json) {
    this.state = state;
  }
}
