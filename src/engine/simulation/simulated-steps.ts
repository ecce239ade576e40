import type { Json } from '../../shared/json.ts';
import { createRedactor } from '../../shared/redaction.ts';
import type { DryRunWorld } from './dry-run.ts';
import { createCodergenHandler } from '../handlers/codergen.ts';
import { createThreadSessions } from '../handlers/codergen-threads.ts';
import { failed } from '../handlers/step-problem.ts';
import type { NodeCall, RecordedCall, StepCall, StepHandler, StepServices } from '../ports/step.ts';
import type { TemplateEngine } from '../ports/template-engine.ts';
import { simulatedTool } from './simulated-tool.ts';
import { simulationAdapter } from './simulation-adapter.ts';

export interface SimulatedStepsOptions {
  /** Needed by graphs that say `templates=jinja2`. */
  readonly templates?: TemplateEngine;
  /** Told what a step stores (5.5), for example `plan.prompt`. */
  readonly onArtifact?: (call: RecordedCall, name: string, content: Json) => void;
}

/**
 * The steps of one dry run: the real handlers, with simulated agents and tools behind them. So a prompt that
 * cannot be rendered and an output schema that cannot be read fail a dry run as they fail a run.
 */
export function simulatedSteps({ templates, onArtifact }: SimulatedStepsOptions): DryRunWorld['step'] {
  const artifacts = new Map<string, Json>();
  const codergen = createCodergenHandler({
    agentFor: () => ({ adapter: simulationAdapter }),
    readStatusFile: async () => undefined,
    sessions: createThreadSessions(),
    deriveId: (text) => text,
    ...(templates && { templates }),
  });
  const handlers = new Map<string, StepHandler>([
    ['codergen', codergen],
    ['parallel.fan_in', codergen],
    ['tool', simulatedTool],
  ]);
  return async (call, key) => {
    const stepCall = toStepCall(call);
    const handler = handlers.get(call.handler);
    if (!stepCall || !handler) return failed(`no step handler for ${call.handler}`);
    const artifact = (name: string, content: Json): void => {
      artifacts.set(name, content);
      onArtifact?.(stepCall, name, content);
    };
    return handler.execute(stepCall, {
      ...bareServices,
      key,
      artifact,
      readArtifact: async (name) => artifacts.get(name),
    });
  };
}

function toStepCall({ view, ...recorded }: NodeCall): StepCall | undefined {
  const { graph, context, history } = view();
  const node = graph.nodes.get(recorded.nodeId);
  return node && { ...recorded, node, graph, context, history };
}

/** A dry run records no step events, and a step ends before anything could abort it. */
const bareServices: Omit<StepServices, 'key' | 'artifact' | 'readArtifact'> = {
  runId: 'dry-run',
  epoch: 1,
  signal: new AbortController().signal,
  cwd: '/',
  attemptDir: '/',
  redactor: createRedactor(),
  emit: async () => {},
  earlier: async () => [],
};
