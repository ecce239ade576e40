import type { WalkEvent } from '../../src/contract/event.ts';
import type { Outcome, StageStatus } from '../../src/contract/outcome.ts';
import { matchOption, type Answer, type Question } from '../../src/contract/question.ts';
import {
  createProgram,
  createTraversal,
  dryRun,
  type DryRunCommand,
  type DryRunWorld,
} from '../../src/engine/index.ts';
import type { Op, OpKey, RunContext, Traversal } from '../../src/engine/ports/runtime.ts';
import type { MergePolicy, NodeCall } from '../../src/engine/ports/step.ts';
import type { StepTold } from '../../src/engine/walk/walk-handler.ts';
import { readDot } from '../../src/language/dot/read-dot.ts';
import type { Graph } from '../../src/language/graph/graph.ts';
import type { Json } from '../../src/shared/json.ts';

/** What a scripted step comes to: a status word, or an outcome (success unless said) with what else it tells. */
export type Reply =
  | StageStatus
  | (Partial<Outcome> & StepTold & { readonly durationMs?: number; readonly question?: Question });

/** What a person does at a gate: an answer by key, label or target, `TIMEOUT`, `SKIPPED`, or nothing (undefined). */
export type Saying = string | Answer | undefined;

export interface WalkSetup {
  /** Replies by node id, one for each execution and each answer to a question of it; the last repeats, and a node without any succeeds. */
  readonly script?: Readonly<Record<string, readonly Reply[]>>;
  /** Sayings in the order of the questions; afterwards nobody answers. */
  readonly answers?: readonly Saying[];
  readonly inputs?: Readonly<Record<string, Json>>;
  /** Child pipelines by their path. */
  readonly children?: Readonly<Record<string, string>>;
  readonly commands?: readonly DryRunCommand[];
  readonly runId?: string;
  readonly maxLimitWaitMs?: number;
  readonly mergeBranches?: MergePolicy;
  /** Replies of the steps `workspace.merge`, in their order; the last repeats, and without any they succeed. */
  readonly merges?: readonly Reply[];
  /** Sees every step as it starts. */
  readonly onStep?: (call: NodeCall, key: OpKey) => void;
}

/** A step with what it was told. */
export interface StepSeen extends Omit<NodeCall, 'view'> {
  readonly key: OpKey;
  readonly context: Readonly<Record<string, Json>>;
  readonly history: readonly string[];
}

export interface Walked {
  readonly state: 'completed' | 'failed' | 'cancelled' | 'waiting';
  /** Of the run; undefined when it did not fail. */
  readonly failureReason: string | undefined;
  /** Top-level stages in the order they started, repeats and retries included. */
  readonly visited: readonly string[];
  readonly context: Readonly<Record<string, Json>>;
  readonly events: readonly WalkEvent[];
  /** Steps in the order they started, those of children included. */
  readonly steps: readonly StepSeen[];
  readonly questions: readonly Question[];
  /** Operations the walk gave up, each with the virtual time; not the inbox, nor what the end of the run drops. */
  readonly dropped: readonly string[];
  readonly durationMs: number;
  readonly segments: number;
  of<T extends WalkEvent['type']>(type: T): readonly Extract<WalkEvent, { type: T }>[];
}

/**
 * Walks a pipeline in a dry run. `text` is a whole digraph, or the statements of one whose start and
 * exit are `start` and `exit`.
 */
export async function walk(text: string, setup: WalkSetup = {}): Promise<Walked> {
  return walkGraph(graphOf(text), setup);
}

export async function walkGraph(graph: Graph, setup: WalkSetup = {}): Promise<Walked> {
  const { script = {}, merges = [], answers = [], inputs = {}, children = {}, commands = [] } = setup;
  let merged = 0;
  const steps: StepSeen[] = [];
  const questions: Question[] = [];
  const paths = new Map(Object.keys(children).map((path) => [path, path]));
  const traversalOf = (of: Graph, given: Readonly<Record<string, Json>>): Traversal =>
    createTraversal(createProgram(of, paths), {
      inputs: given,
      maxLimitWaitMs: setup.maxLimitWaitMs,
      mergeBranches: setup.mergeBranches,
    });
  const world: DryRunWorld = {
    step(call, key) {
      setup.onStep?.(call, key);
      steps.push(stepSeen(call, key));
      if (call.handler === 'workspace.merge') {
        merged += 1;
        return resultOf(merges[Math.min(merged, merges.length) - 1] ?? 'success', call.nodeId);
      }
      const replies = Object.hasOwn(script, call.nodeId) ? (script[call.nodeId] ?? []) : [];
      return resultOf(
        replies[Math.min(call.execution + (call.answers?.length ?? 0), replies.length - 1)] ?? 'success',
        call.nodeId,
      );
    },
    answer(question) {
      questions.push(question);
      return answerOf(answers[questions.length - 1], question);
    },
    child: (bundle, input) => traversalOf(graphOf(children[bundle] ?? ''), input),
    commands,
  };
  const dropped: string[] = [];
  const traversal = traversalOf(graph, inputs);
  const run = await dryRun((context) => traversal(noticingDrops(context, dropped)), world, setup.runId);
  const started = run.events.filter((event) => event.type === 'StageStarted');
  return {
    state: run.state,
    failureReason: run.result?.outcome.status === 'fail' ? run.result.outcome.failureReason : undefined,
    visited: started.filter(({ scope }) => scope === '').map(({ name }) => name),
    context: run.result?.context ?? {},
    events: run.events,
    steps,
    questions,
    dropped,
    durationMs: run.durationMs,
    segments: run.segments,
    // Filtered by the very discriminant that the type names.
    of: <T extends WalkEvent['type']>(type: T) =>
      run.events.filter((event) => event.type === type) as Extract<WalkEvent, { type: T }>[],
  };
}

function noticingDrops(run: RunContext, dropped: string[]): RunContext {
  return new Proxy(run, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'drop') return value.bind(target);
      return (op: Op, reason: string) => {
        if (op.kind !== 'inbox' && !reason.startsWith('the run is ')) dropped.push(`${op.key} at ${target.now()} ms`);
        target.drop(op, reason);
      };
    },
  });
}

/** Throws when the text has errors: a test must not walk another graph than it shows. */
export function graphOf(text: string): Graph {
  const whole = text.trimStart().startsWith('digraph')
    ? text
    : `digraph G { start [shape=Mdiamond]\n exit [shape=Msquare]\n ${text} }`;
  const { graph, diagnostics } = readDot({ path: 'test.dot', text: whole });
  if (!graph) throw new Error(diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return graph;
}

function stepSeen(call: NodeCall, key: OpKey): StepSeen {
  const { view, ...recorded } = call;
  const { context, history } = view();
  return { ...recorded, key, context: Object.fromEntries(context), history: history.map(({ nodeId }) => nodeId) };
}

function resultOf(reply: Reply, nodeId: string) {
  const {
    durationMs = 0,
    usage,
    retryAfterMs,
    question,
    ...given
  } = typeof reply === 'string' ? { status: reply } : reply;
  const status = given.status ?? 'success';
  const failureReason = given.failureReason ?? `${nodeId} said ${status}`;
  const outcome: Outcome =
    status === 'fail' || status === 'retry' ? { ...given, status, failureReason } : { ...given, status };
  const told = { ...(usage && { usage }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { outcome, durationMs, ...told, ...(question && { question }) };
}

function answerOf(saying: Saying, question: Question): Answer | undefined {
  if (typeof saying !== 'string') return saying;
  if (saying === 'TIMEOUT') return { kind: 'timeout' };
  if (saying === 'SKIPPED') return { kind: 'skipped' };
  const option = matchOption(saying, question.options);
  return option ? { kind: 'choice', key: option.key } : { kind: 'invalid', text: saying };
}
