import type { WalkEvent } from '../../src/contract/event.ts';
import {
  agreeableAnswer,
  createProgram,
  createTraversal,
  dryRun,
  simulatedSteps,
  type DryRunResult,
} from '../../src/engine/index.ts';
import type { WalkResult } from '../../src/engine/ports/runtime.ts';
import type { TemplateEngine } from '../../src/engine/ports/template-engine.ts';
import type { Graph } from '../../src/language/graph/graph.ts';

/** A dry run as the page shows it. */
export interface Simulation {
  readonly state: DryRunResult['state'];
  readonly failureReason: string | undefined;
  /** Top-level visits in order, repeats kept. */
  readonly visited: readonly string[];
  readonly moments: readonly Moment[];
  readonly context: WalkResult['context'];
  /** The last status of every node that was reached. */
  readonly states: ReadonlyMap<string, string>;
  /** Indexes of the edges that were taken. */
  readonly taken: ReadonlySet<number>;
}

export interface Moment {
  readonly event: WalkEvent;
  /** What an agent would have been told; only where a stage starts. */
  readonly prompt?: string;
}

/** Walks a valid pipeline with simulated agents and tools, and people who agree. */
export async function simulate(graph: Graph, templates: TemplateEngine | undefined): Promise<Simulation> {
  const prompts = new Map<string, string>();
  const step = simulatedSteps({
    ...(templates && { templates }),
    onArtifact: ({ nodeId, ...call }, name, content) => {
      if (name === `${nodeId}.prompt` && typeof content === 'string') {
        prompts.set(attemptOf({ ...call, name: nodeId }), content);
      }
    },
  });
  const traversal = createTraversal(createProgram(graph), { inputs: {} });
  const { state, result, events } = await dryRun(traversal, { step, answer: agreeableAnswer });
  const outcome = result?.outcome;
  return {
    state,
    failureReason: outcome?.status === 'fail' ? outcome.failureReason : undefined,
    visited: events.flatMap((event) => (isTopLevelVisit(event) ? [event.name] : [])),
    moments: events.map((event) => momentOf(event, prompts)),
    context: result?.context ?? {},
    states: statesOf(events),
    taken: takenEdges(graph, events),
  };
}

type StageStarted = Extract<WalkEvent, { type: 'StageStarted' }>;

function isTopLevelVisit(event: WalkEvent): event is StageStarted {
  return event.type === 'StageStarted' && event.scope === '' && event.attempt === 1;
}

function attemptOf({
  scope,
  name,
  visit,
  attempt,
}: Pick<StageStarted, 'scope' | 'name' | 'visit' | 'attempt'>): string {
  return JSON.stringify([scope, name, visit, attempt]);
}

function momentOf(event: WalkEvent, prompts: ReadonlyMap<string, string>): Moment {
  const prompt = event.type === 'StageStarted' ? prompts.get(attemptOf(event)) : undefined;
  return prompt === undefined ? { event } : { event, prompt };
}

function statesOf(events: readonly WalkEvent[]): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'StageStarted') states.set(event.name, 'running');
    if (event.type === 'StageCompleted' || event.type === 'StageFailed') states.set(event.name, event.outcome.status);
  }
  return states;
}

function takenEdges(graph: Graph, events: readonly WalkEvent[]): ReadonlySet<number> {
  const steps = new Set<string>();
  for (const event of events) {
    if (event.type === 'CheckpointSaved' && event.next !== undefined) steps.add(stepOf(event.nodeId, event.next));
    if (event.type === 'ParallelBranchStarted') steps.add(stepOf(event.name, event.branch));
  }
  return new Set(graph.edges.flatMap(({ from, to }, index) => (steps.has(stepOf(from, to)) ? [index] : [])));
}

function stepOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}
