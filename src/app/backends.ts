import { createClaudeCodeAdapter } from '../agents/cli/claude-code/adapter.ts';
import { simulationAdapter } from '../engine/simulation/simulation-adapter.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { flagOf, textOf } from '../language/graph/attributes.ts';
import type { Graph } from '../language/graph/graph.ts';
import { handlerTypeOf } from '../language/graph/handler-type.ts';
import { OrchestraError } from '../shared/errors.ts';
import { customTypesOf, type Extensions } from './extensions.ts';

/** Backend whose answers come from a file instead of an agent. */
export const scriptedBackend = 'scripted';

const aliases: ReadonlyMap<string, string> = new Map([['claude', 'claude-code']]);

/** Agents tried, in this order, where nobody names a backend. */
const preferred = ['claude-code'];

export interface BackendChoice {
  /** Null where no node needs an agent. */
  readonly name: string | null;
  /** Something the user should know about the choice. */
  readonly notice?: string;
}

/** The agents a run can use, by name: those of Orchestra, then those of the program using it. */
export function agentRegistry(extensions: Extensions, env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, AgentAdapter> {
  return new Map<string, AgentAdapter>([
    ['claude-code', createClaudeCodeAdapter({ baseEnv: env })],
    ['simulation', simulationAdapter],
    ...Object.entries(extensions.backends ?? {}),
  ]);
}

export interface BackendRequest {
  readonly graphs: readonly Graph[];
  /** Of the command line, then of the configuration. */
  readonly asked: readonly (string | undefined)[];
  readonly hasScript: boolean;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
}

/**
 * The backend of a run: the first that was asked for, else the first agent installed here, else the
 * simulation where the graph says `simulate=allowed`. Nodes may name another one by `agent`.
 * @throws OrchestraError BACKEND_UNKNOWN, BACKEND_MISSING
 */
export async function chooseBackend(request: BackendRequest): Promise<BackendChoice> {
  const { graphs, registry, hasScript } = request;
  const asked = request.asked.find((name) => name !== undefined) ?? (hasScript ? scriptedBackend : undefined);
  if (asked !== undefined) return { name: knownBackend(asked, registry) };
  if (!graphs.some((graph) => needsAgent(graph, request.extensions))) return { name: null };
  for (const name of preferred) {
    const detection = await registry.get(name)?.detect();
    if (detection?.available) return { name };
  }
  if (graphs.every((graph) => textOf(graph, 'simulate') === 'allowed' || flagOf(graph, 'simulate'))) {
    return { name: 'simulation', notice: 'No coding agent found: answers are simulated (install Claude Code for real ones).' };
  }
  throw new OrchestraError('BACKEND_MISSING', 'no coding agent is installed here, and this pipeline does not allow simulation');
}

/** The registered name a user's word means. */
export function knownBackend(name: string, registry: ReadonlyMap<string, AgentAdapter>): string {
  const resolved = aliases.get(name) ?? name;
  if (resolved === scriptedBackend || registry.has(resolved)) return resolved;
  const known = [...registry.keys(), scriptedBackend].join(', ');
  throw new OrchestraError('BACKEND_UNKNOWN', `there is no backend "${name}" (there are: ${known})`);
}

/** Whether some node's step is done by the run's default backend. */
function needsAgent(graph: Graph, extensions: Extensions): boolean {
  const custom = customTypesOf(extensions);
  if (custom.has('codergen')) return false;
  return [...graph.nodes.values()].some((node) => {
    const type = handlerTypeOf(graph, node, custom);
    const asksModel = type === 'parallel.fan_in' && textOf(node, 'prompt') !== undefined;
    const steers = type === 'stack.manager_loop' && (textOf(node, 'manager.actions') ?? '').includes('steer');
    return (type === 'codergen' || asksModel || steers) && textOf(node, 'agent') === undefined;
  });
}
