import type { StepEvent } from '../../contract/event.ts';
import type { Outcome, Usage } from '../../contract/outcome.ts';
import type { Question } from '../../contract/question.ts';
import type { Graph, Node } from '../../language/graph/graph.ts';
import type { MergePolicy } from '../../language/graph/merge-policies.ts';
import type { Json } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';

/** Attractor 5.4. */
export type FidelityMode = 'full' | 'truncate' | 'compact' | 'summary:low' | 'summary:medium' | 'summary:high';

/**
 * What the walk asks a step to do: references only, so the journal stays small. The live view of the
 * run comes through `view` and is no part of what is recorded.
 */
export interface NodeCall {
  readonly nodeId: string;
  /** The step handler: `codergen`, `tool`, `parallel.fan_in` (ranking by model), or a registered type. */
  readonly handler: string;
  /** Branch path, `''` at the top level. */
  readonly scope: string;
  readonly visit: number;
  readonly attempt: number;
  /** How often this node was executed before in the whole run: the index into a script. */
  readonly execution: number;
  readonly fidelity: FidelityMode;
  /** Session to reuse under `full` fidelity, already scoped to run and branch. */
  readonly thread?: string;
  /** Limit of one execution (2.6 `timeout`); the runtime aborts `services.signal` and fails the step. */
  readonly timeoutMs?: number;
  /** Ids the answer must choose among, for a model-ranked fan-in. */
  readonly candidates?: readonly string[];
  /** Instructions from a supervisor or a person that arrived since the last prompt. */
  readonly steering?: readonly string[];
  /** What a fan-in puts together, for `workspace.merge`. */
  readonly merge?: MergeCall;
  /** Keys of the options people chose when this step asked (`NodeResult.question`), oldest first. */
  readonly answers?: readonly string[];
  readonly view: () => RunView;
}

/** The branches of a fan-out whose work comes together, in their order. */
export interface MergeCall {
  readonly policy: MergePolicy;
  /** Branch paths, for example `fan#1/security`: those that succeeded, or only the best of them. */
  readonly scopes: readonly string[];
}

export type { MergePolicy } from '../../language/graph/merge-policies.ts';

/** The part of a call that is journaled. */
export type RecordedCall = Omit<NodeCall, 'view'>;

/** The run as a step sees it when it starts. Not to be kept after the step ends. */
export interface RunView {
  readonly graph: Graph;
  readonly context: ReadonlyMap<string, Json>;
  /** Completed stages on the way here, oldest first. */
  readonly history: readonly StageRecord[];
}

export interface StageRecord {
  readonly nodeId: string;
  readonly visit: number;
  readonly status: Outcome['status'];
  readonly notes?: string;
  readonly failureReason?: string;
}

export interface NodeResult {
  readonly outcome: Outcome;
  readonly usage?: Usage;
  /**
   * Beside a RETRY: milliseconds after which another attempt may succeed, because whoever does the work said so (a usage
   * limit). The walk waits that long instead of as its policy says, and does not count the attempt.
   */
  readonly retryAfterMs?: number;
  /**
   * The step cannot be concluded without a person: the walk asks, and then requests it again with the answer among
   * `NodeCall.answers`. `outcome` stands where nobody answers.
   */
  readonly question?: Question;
  /** Names of the artifacts stored by the step; filled in by the runtime. */
  readonly artifacts?: readonly string[];
}

/**
 * Executes one kind of node with effects (4.1, 4.12). Handlers keep no state of their own; what they
 * throw becomes a FAIL outcome. An operation that was in flight at a crash is executed again with the
 * same key: use `services.key` for idempotence.
 */
export interface StepHandler {
  execute(call: StepCall, services: StepServices): Promise<NodeResult>;
}

export interface StepCall extends RecordedCall, RunView {
  readonly node: Node;
}

export interface StepServices {
  readonly runId: string;
  /** Unique in the run, the same when the operation is executed again after a crash. */
  readonly key: string;
  /** 1, then higher each time the same operation is started again after it had left events. */
  readonly epoch: number;
  /** Aborted on cancel, timeout, drop and loss of the lease. */
  readonly signal: AbortSignal;
  /** Folder tools and agents work in. */
  readonly cwd: string;
  /** Folder for this attempt's own files (status file, prompts); exists. */
  readonly attemptDir: string;
  /**
   * Everything a step gives back is redacted when it is recorded. A step that cuts a text, or passes on the pieces of
   * one, redacts it itself before: half a secret is found by nobody.
   */
  readonly redactor: Redactor;
  /** Records an event on this operation's branch; resolves once it is durable. Awaiting is needed only before effects that depend on it. */
  emit(event: StepEvent): Promise<void>;
  /** Events earlier starts of this same operation left, oldest first: the session to resume, the process to end. */
  earlier(): Promise<readonly StepEvent[]>;
  /** Keeps a named result of this step (5.5), for example `plan.response`; it becomes durable with the step's settlement. */
  artifact(name: string, content: Json): void;
  /** The full content of an artifact of this run, by name. */
  readArtifact(name: string): Promise<Json | undefined>;
}
