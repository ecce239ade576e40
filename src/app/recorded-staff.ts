import type { AgentChoice } from '../engine/handlers/codergen-task.ts';
import type { Graph } from '../language/graph/graph.ts';
import { OrchestraError } from '../shared/errors.ts';
import { agentChoice, type ChoiceParts } from './agent-choice.ts';
import { agentNodes, isModelBackend, scriptedBackend } from './backends.ts';
import type { Configuration } from './configuration/configuration.ts';
import { agentIdOf, isDriver } from './drivers.ts';
import type { RunSettings } from './settings.ts';

/** What a run keeps of a project's agents and models: a resume works with the same, whatever the files say by then. */
export function recordedStaff({ agents, providers }: Configuration): RunSettings['staff'] {
  const people = [...agents.values()].map(({ name, entry }) => {
    const { type, agent, model, provider, models, effort, permissions, tools } = entry;
    const said = { type, agent, model, provider, models, effort, permissions, tools };
    const known = Object.entries(said).filter(([, value]) => value !== undefined);
    // By its id, so that what is said of an alias holds for the agent.
    return [isDriver(name, entry) ? agentIdOf(name) : name, Object.fromEntries(known)];
  });
  const tiers = Object.entries(providers?.named ?? {}).map(([name, { models = {} }]) => [name, models]);
  return {
    ...(providers?.default !== undefined && { defaultProvider: providers.default }),
    tiers: Object.fromEntries(tiers),
    people: Object.fromEntries(people),
  };
}

/**
 * Checks before a run begins that every node that needs an agent gets one with a model, and that models can be asked.
 * @throws OrchestraError MODEL_UNMAPPED, BACKEND_UNKNOWN, TOOL_MISSING
 */
export async function assertWorkable(graphs: readonly Graph[], parts: ChoiceParts): Promise<void> {
  if (parts.settings.backend === scriptedBackend) return;
  const choices = graphs.flatMap((graph) =>
    agentNodes(graph, parts.extensions).map((node) => agentChoice({ graph, node }, parts)),
  );
  const problems = await Promise.all(choices.map(modelProblem));
  const problem = problems.find((text) => text !== undefined);
  if (problem !== undefined) throw new OrchestraError('TOOL_MISSING', problem);
}

/** Why a model that is to be asked for a node, or in its stead, cannot be asked. */
export async function modelProblem(choice: AgentChoice): Promise<string | undefined> {
  const { adapter, provider, model, fallback } = choice;
  const wish = { ...(provider !== undefined && { provider }), ...(model !== undefined && { model }) };
  const { available, reason } = isModelBackend(adapter.id) ? await adapter.detect(wish) : { available: true };
  if (!available) return `backend "${adapter.id}" cannot be used: ${reason ?? 'its model cannot be asked'}`;
  return fallback && modelProblem(fallback);
}
