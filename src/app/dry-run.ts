import { createNodeTemplateEngine } from '../agents/templates/node-engine.ts';
import type { EventLine } from '../contract/event-line.ts';
import type { ResultLine } from '../contract/result-line.ts';
import { agreeableAnswer, createProgram, createTraversal, dryRun, simulatedSteps } from '../engine/index.ts';
import type { DryRunResult } from '../engine/index.ts';
import type { Traversal } from '../engine/ports/runtime.ts';
import type { Bundle } from '../language/bundle/bundle.ts';
import { fromBundle, type OpenBundle } from '../language/bundle/from-bundle.ts';
import type { Json } from '../shared/json.ts';

export interface DryRunReport {
  readonly events: readonly EventLine[];
  readonly result: ResultLine;
}

/** Stands for the id of a run: a dry run is recorded nowhere. */
const runId = 'dry-run';

/**
 * Walks a pipeline with simulated agents and tools, people who agree, and virtual time: nothing is
 * executed and nothing recorded.
 */
export async function dryRunPipeline(bundle: Bundle, inputs: Readonly<Record<string, Json>>): Promise<DryRunReport> {
  const children = new Map<string, OpenBundle>();
  const walked = await dryRun(traversalOf(fromBundle(bundle), inputs, children), {
    step: simulatedSteps({ templates: createNodeTemplateEngine() }),
    answer: agreeableAnswer,
    child(name, input) {
      const child = children.get(name);
      if (!child) throw new Error(`there is no child pipeline ${name}`);
      return traversalOf(child, input, children);
    },
  });
  const at = new Date().toISOString();
  const events = walked.events.map((event, index): EventLine => ({ ...event, seq: index + 1, at, runId }));
  return { events, result: resultOf(walked) };
}

/** Gives the pipelines below a name each, by which the walk asks for them. */
function traversalOf(
  { graph, children }: OpenBundle,
  inputs: Readonly<Record<string, Json>>,
  known: Map<string, OpenBundle>,
): Traversal {
  const named = [...children].map(([path, child]): [string, string] => {
    const name = String(known.size);
    known.set(name, child);
    return [path, name];
  });
  return createTraversal(createProgram(graph, new Map(named)), { inputs });
}

function resultOf({ state, result, events }: DryRunResult): ResultLine {
  const visited: string[] = [];
  const attempts = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'StageStarted') continue;
    attempts.set(event.name, (attempts.get(event.name) ?? 0) + 1);
    if (event.scope === '' && event.attempt === 1) visited.push(event.name);
  }
  const { failureReason } = result?.outcome ?? {};
  return {
    type: 'result',
    runId,
    status: statusOf[state],
    visited,
    attempts: Object.fromEntries(attempts),
    context: result?.context ?? {},
    ...(state === 'failed' && failureReason !== undefined ? { failureReason } : {}),
  };
}

const statusOf = { completed: 'success', failed: 'fail', cancelled: 'cancelled', waiting: 'waiting' } as const;
