import { cliAgents } from '../agents/cli/all-agents.ts';
import { toolHooksOf } from '../engine/handlers/codergen-session.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { listOf, textOf } from '../language/graph/attributes.ts';
import type { Graph, Node } from '../language/graph/graph.ts';
import { handlerTypeOf } from '../language/graph/handler-type.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';
import { ownMember } from '../shared/own-member.ts';
import { agentIdOf } from './drivers.ts';
import { customTypesOf, type Extensions } from './extensions.ts';
import type { RunSettings } from './settings.ts';

/** Backend whose answers come from a file instead of an agent. */
export const scriptedBackend = 'scripted';

export interface BackendChoice {
  /** Null where no node needs an agent. */
  readonly name: string | null;
  /** Something the user should know about the choice. */
  readonly notice?: string;
}

export interface BackendRequest {
  readonly graphs: readonly Graph[];
  /** By flag: stands above everything else. */
  readonly asked: string | undefined;
  readonly configured: string | undefined;
  readonly hasScript: boolean;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
  /** Agents and profiles of the project, for names of fallbacks. */
  readonly people: RunSettings['staff']['people'];
}

/**
 * The backend of a run: the one asked for by flag, else by configuration, else the first agent installed
 * here, else the simulation where the graphs say `simulate=allowed`. Without a flag, what nodes and graphs
 * say by `agent` stands above it. Every agent that will be asked something must be there, and able to run
 * the hooks around its tool calls that its node has.
 * @throws OrchestraError BACKEND_UNKNOWN, BACKEND_MISSING, TOOL_MISSING, TOOL_HOOKS_UNSUPPORTED
 */
export async function chooseBackend(request: BackendRequest): Promise<BackendChoice> {
  const choice = await availableBackend(request);
  assertHooksRun(request, choice);
  return choice;
}

async function availableBackend(request: BackendRequest): Promise<BackendChoice> {
  const { asked, hasScript, configured, registry } = request;
  const placed = request.graphs.flatMap((graph) =>
    agentNodes(graph, request.extensions).map((node) => ({ graph, node })),
  );
  const own = placed.flatMap(({ graph, node }) => ownAgent(graph, node, request) ?? []);
  const standIns = placed.flatMap(({ graph, node }) => ownFallbacks(graph, node, request));
  const isNeeded = own.length < placed.length;
  const said = asked ?? (hasScript ? scriptedBackend : configured);
  const name = said !== undefined && isAnyCliAgent(said, registry) ? await anyCliAgent(registry, isNeeded) : said;
  const wanted = new Set([...own, ...standIns, ...(isNeeded && name !== undefined ? [name] : [])]);
  for (const agent of wanted) if (!isModelBackend(agent)) await assertUsable(agent, registry);
  if (name !== undefined) return { name: knownBackend(name, registry) };
  return isNeeded ? installedBackend(request) : { name: null };
}

/** Words for whichever command-line agent there is, unless something of the project is called so. */
function isAnyCliAgent(name: string, registry: ReadonlyMap<string, AgentAdapter>): boolean {
  return (name === 'cli_agent' || name === 'cli') && !registry.has(name);
}

async function installedBackend({ graphs, registry }: BackendRequest): Promise<BackendChoice> {
  const { found, missing } = await lookForAgent(registry);
  if (found !== undefined) return { name: found };
  if (graphs.every((graph) => textOf(graph, 'simulate') === 'allowed')) {
    return {
      name: 'simulation',
      notice: 'No coding agent found: answers are simulated (install Claude Code for real ones).',
    };
  }
  throw new OrchestraError('BACKEND_MISSING', `${missing}, and this pipeline does not allow simulation`);
}

/** @throws OrchestraError BACKEND_MISSING where one is needed */
async function anyCliAgent(
  registry: ReadonlyMap<string, AgentAdapter>,
  isNeeded: boolean,
): Promise<string | undefined> {
  if (!isNeeded) return undefined;
  const { found, missing } = await lookForAgent(registry);
  if (found === undefined) throw new OrchestraError('BACKEND_MISSING', missing);
  return found;
}

/** The first command-line agent that can be used here, in order of preference, else why there is none. */
async function lookForAgent(
  registry: ReadonlyMap<string, AgentAdapter>,
): Promise<{ readonly found?: string; readonly missing: string }> {
  const broken: string[] = [];
  for (const { id } of cliAgents) {
    const { available = false, path, reason = '' } = (await registry.get(id)?.detect()) ?? {};
    if (available) return { found: id, missing: '' };
    if (path !== undefined) broken.push(reason);
  }
  return { missing: broken.length === 0 ? 'no coding agent is installed here' : broken.join('; ') };
}

/** Backends that can be used or not depending on the provider and the model that a node asks for. */
export function isModelBackend(name: string): boolean {
  return name === 'direct' || name === 'loop' || name === 'langgraph';
}

/** An agent that is not there is told before the run begins, not by its first stage. */
async function assertUsable(name: string, registry: ReadonlyMap<string, AgentAdapter>): Promise<void> {
  const { available, reason } = (await registry.get(knownBackend(name, registry))?.detect()) ?? { available: true };
  if (!available)
    throw new OrchestraError('TOOL_MISSING', `backend "${name}" cannot be used: ${reason ?? 'it is not installed'}`);
}

/** The agent the pipeline names for a node, which a flag or a script overrules. */
function ownAgent(graph: Graph, node: Node, { asked, hasScript }: BackendRequest): string | undefined {
  return asked !== undefined || hasScript ? undefined : agentNamed(graph, node);
}

function ownFallbacks(
  graph: Graph,
  node: Node,
  { asked, hasScript, people, registry }: BackendRequest,
): readonly string[] {
  if (asked !== undefined || hasScript) return [];
  return fallbacksOf(graph, node).flatMap((name) => employerOf(name, people, registry) ?? []);
}

/** Who does the work for somebody: the agent of a profile, else they themselves; undefined for a profile that leaves it to the run. */
export function employerOf(
  name: string,
  people: RunSettings['staff']['people'],
  registry: ReadonlyMap<string, AgentAdapter>,
): string | undefined {
  const person = ownMember(people, name);
  const isAgent = person === undefined || registry.has(agentIdOf(name));
  return person?.agent ?? (isAgent ? name : undefined);
}

/** Hooks may be there for safety, so an agent that would leave them out is refused (9.7). */
function assertHooksRun(request: BackendRequest, { name }: BackendChoice): void {
  const { graphs, registry, extensions } = request;
  for (const graph of graphs) {
    for (const node of agentNodes(graph, extensions)) {
      if (!toolHooksOf({ node, graph })) continue;
      for (const agent of [ownAgent(graph, node, request) ?? name, ...ownFallbacks(graph, node, request)]) {
        const adapter = agent === null ? undefined : registry.get(knownBackend(agent, registry));
        if (!adapter || adapter.toolHooks !== undefined) continue;
        const message = `${node.id} has tool hooks, and the agent ${adapter.id} cannot run them`;
        throw new OrchestraError('TOOL_HOOKS_UNSUPPORTED', message);
      }
    }
  }
}

/** The agent the pipeline itself names for a node (stylesheet values are node attributes by now). */
export function agentNamed(graph: Graph, node: Node): string | undefined {
  return textOf(node, 'agent') ?? textOf(graph, 'agent');
}

/** The agents that stand in for that of a node, in order. */
export function fallbacksOf(graph: Graph, node: Node): readonly string[] {
  return textOf(node, 'agent.fallback') === undefined
    ? listOf(graph, 'agent.fallback')
    : listOf(node, 'agent.fallback');
}

/** The registered name a user's word means. */
export function knownBackend(name: string, registry: ReadonlyMap<string, AgentAdapter>): string {
  const resolved = registry.has(name) ? name : agentIdOf(name);
  if (resolved === scriptedBackend || registry.has(resolved)) return resolved;
  const known = [...registry.keys(), scriptedBackend];
  throw new OrchestraError('BACKEND_UNKNOWN', `there is no backend "${name}"`, { hint: didYouMean(name, known) });
}

/** The nodes whose step is done by an agent. */
export function agentNodes(graph: Graph, extensions: Extensions): readonly Node[] {
  const custom = customTypesOf(extensions);
  if (custom.has('codergen')) return [];
  return [...graph.nodes.values()].filter((node) => {
    const type = handlerTypeOf(graph, node, custom);
    const asksModel = type === 'parallel.fan_in' && textOf(node, 'prompt') !== undefined;
    const steers = type === 'stack.manager_loop' && (textOf(node, 'manager.actions') ?? '').includes('steer');
    return type === 'codergen' || asksModel || steers;
  });
}
