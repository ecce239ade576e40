import type { Graph } from '../language/graph/graph.ts';
import { agentChoice, type ChoiceParts } from './agent-choice.ts';
import { agentNodes, scriptedBackend } from './backends.ts';
import type { Configuration } from './configuration/configuration.ts';
import { agentIdOf, isDriver } from './drivers.ts';
import type { RunSettings } from './settings.ts';

/** What a run keeps of a project's agents and models: a resume works with the same, whatever the files say by then. */
export function recordedStaff({ agents }: Configuration): RunSettings['staff'] {
  const people = [...agents.values()].map(({ name, entry }) => {
    const { type, agent, model, provider, models, effort, permissions, tools } = entry;
    const said = { type, agent, model, provider, models, effort, permissions, tools };
    const known = Object.entries(said).filter(([, value]) => value !== undefined);
    // By its id, so that what is said of an alias holds for the agent.
    return [isDriver(name, entry) ? agentIdOf(name) : name, Object.fromEntries(known)];
  });
  return { tiers: {}, people: Object.fromEntries(people) };
}

/**
 * Checks before a run begins that every node that needs an agent gets one with a model.
 * @throws OrchestraError MODEL_UNMAPPED, BACKEND_UNKNOWN
 */
export function assertModels(graphs: readonly Graph[], parts: ChoiceParts): void {
  const { backend } = parts.settings;
  if (backend === scriptedBackend) return;
  for (const graph of graphs) {
    for (const node of agentNodes(graph, parts.extensions)) agentChoice({ graph, node }, parts);
  }
}
