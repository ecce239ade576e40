import type { StepEvent } from '../../src/contract/event.ts';
import type { StepCall, StepServices } from '../../src/engine/ports/step.ts';
import { stringAttribute } from '../../src/language/graph/attributes.ts';
import type { Attributes, Graph } from '../../src/language/graph/graph.ts';
import { noSpan } from '../../src/language/graph/span.ts';
import type { Json } from '../../src/shared/json.ts';

const span = noSpan('test.dot');

export interface StepCallRequest {
  readonly node?: Readonly<Record<string, string>>;
  readonly graph?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, Json>>;
}

/** The call of a node `build` alone in its graph. */
export function stepCall(request: StepCallRequest = {}): StepCall {
  const node = {
    kind: 'node',
    id: 'build',
    attributes: attributes(request.node ?? {}),
    classes: [],
    subgraphClasses: [],
    span,
  } as const;
  const graph: Graph = {
    kind: 'graph',
    name: 'g',
    attributes: attributes(request.graph ?? {}),
    nodes: new Map([['build', node]]),
    edges: [],
    span,
  };
  return {
    nodeId: 'build',
    handler: 'tool',
    scope: '',
    visit: 1,
    attempt: 1,
    execution: 0,
    fidelity: 'truncate',
    node,
    graph,
    context: new Map(Object.entries(request.context ?? {})),
    history: [],
  };
}

function attributes(texts: Readonly<Record<string, string>>): Attributes {
  return new Map(Object.entries(texts).map(([key, text]) => [key, stringAttribute(key, text, 'explicit', span)]));
}

export interface StepServicesRequest {
  /** Working folder and folder of the attempt. */
  readonly folder: string;
  readonly runId?: string;
  readonly signal?: AbortSignal;
  readonly earlier?: readonly StepEvent[];
  /** Called with each event before it counts as recorded. */
  readonly onEvent?: (event: StepEvent) => void;
}

export interface RecordedServices extends StepServices {
  readonly events: readonly StepEvent[];
  readonly artifacts: ReadonlyMap<string, Json>;
}

/** Services of a step that keep in memory what it reports. */
export function stepServices(request: StepServicesRequest): RecordedServices {
  const events: StepEvent[] = [];
  const artifacts = new Map<string, Json>();
  return {
    runId: request.runId ?? 'run-1',
    key: 'build#1',
    epoch: 1,
    signal: request.signal ?? new AbortController().signal,
    cwd: request.folder,
    attemptDir: request.folder,
    emit: async (event) => {
      request.onEvent?.(event);
      events.push(event);
    },
    earlier: async () => request.earlier ?? [],
    artifact: (name, content) => void artifacts.set(name, content),
    readArtifact: async (name) => artifacts.get(name),
    events,
    artifacts,
  };
}
