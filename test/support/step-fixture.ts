import type { StepEvent } from '../../src/contract/event.ts';
import type { StageRecord, StepCall, StepServices } from '../../src/engine/ports/step.ts';
import { buildGraph, type PlainAttributes } from '../../src/language/graph/build.ts';
import type { Json } from '../../src/shared/json.ts';
import { createRedactor } from '../../src/shared/redaction.ts';

export interface CallParts extends Partial<Omit<StepCall, 'node' | 'graph' | 'context' | 'history'>> {
  readonly attributes?: PlainAttributes;
  readonly graph?: PlainAttributes;
  readonly context?: Readonly<Record<string, Json>>;
  readonly history?: readonly StageRecord[];
}

/** A call of one step, of node `work` unless said, in a graph that holds only it. */
export function stepCall({ attributes, graph: graphAttributes, context, history, ...rest }: CallParts = {}): StepCall {
  const nodeId = rest.nodeId ?? 'work';
  const graph = buildGraph({
    file: 'pipeline.dot',
    attributes: graphAttributes ?? {},
    nodes: { [nodeId]: attributes ?? {} },
  });
  return {
    nodeId,
    handler: 'codergen',
    scope: '',
    visit: 1,
    attempt: 1,
    execution: 0,
    fidelity: 'truncate',
    ...rest,
    graph,
    node: graph.nodes.get(nodeId)!,
    context: new Map(Object.entries(context ?? {})),
    history: history ?? [],
  };
}

export interface RecordedServices extends StepServices {
  readonly events: StepEvent[];
  readonly artifacts: Map<string, Json>;
}

/** Services of one step that keep what it emits and stores. */
export function stepServices(
  parts: Partial<StepServices> & {
    readonly left?: readonly StepEvent[];
    readonly stored?: Readonly<Record<string, Json>>;
  } = {},
): RecordedServices {
  const { left = [], stored = {}, ...services } = parts;
  const events: StepEvent[] = [];
  const artifacts = new Map(Object.entries(stored));
  return {
    runId: 'run-1',
    key: 'work#1',
    epoch: 1,
    signal: new AbortController().signal,
    cwd: '/project',
    attemptDir: '/attempt',
    redactor: createRedactor(),
    emit: async (event) => void events.push(event),
    earlier: async () => left,
    artifact: (name, content) => void artifacts.set(name, content),
    readArtifact: async (name) => artifacts.get(name),
    ...services,
    events,
    artifacts,
  };
}
