import { cliAgents } from '../agents/cli/all-agents.ts';
import { chooseModel, type ModelWish } from '../agents/routing/model-tiers.ts';
import type { AgentChoice } from '../engine/handlers/codergen-task.ts';
import type { AgentAdapter, Permissions } from '../engine/ports/agent.ts';
import { listOf, textOf } from '../language/graph/attributes.ts';
import type { Graph, Node } from '../language/graph/graph.ts';
import { OrchestraError } from '../shared/errors.ts';
import { ownMember } from '../shared/own-member.ts';
import { agentNamed, employerOf, fallbacksOf, knownBackend } from './backends.ts';
import type { Extensions } from './extensions.ts';
import { agentIdOf } from './drivers.ts';
import type { RunSettings } from './settings.ts';

/** What decides, in one run, who works on a node. */
export interface ChoiceParts {
  readonly settings: Pick<RunSettings, 'backend' | 'backendAsked' | 'staff'>;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
}

/** Somebody as a node or a fallback names them. */
type Wish = ModelWish & Pick<AgentChoice, 'effort' | 'permissions' | 'tools'>;

/**
 * Who works on a node: the backend asked for by flag, which stands alone; else the one the pipeline names, else the run's,
 * and its fallbacks.
 * @throws OrchestraError BACKEND_UNKNOWN, MODEL_UNMAPPED
 */
export function agentChoice(
  { graph, node }: { readonly graph: Graph; readonly node: Node },
  parts: ChoiceParts,
): AgentChoice {
  const { settings } = parts;
  const own = settings.backendAsked ? undefined : agentNamed(graph, node);
  const name = own ?? settings.backend;
  if (name === null) throw new OrchestraError('BACKEND_UNKNOWN', `no agent can do the work of ${node.id}`);
  const fallbacks = settings.backendAsked ? [] : fallbacksOf(graph, node);
  const fallback = fallbacks.reduceRight<AgentChoice | undefined>(
    (next, word) => chosen(wishOf(word, parts), parts, next),
    undefined,
  );
  return chosen(wishOfNode(name, node), parts, fallback);
}

/** Stylesheet and profile are attributes of the node by now. */
function wishOfNode(agent: string, node: Node): Wish {
  return wishFor(agent, {
    model: textOf(node, 'llm_model'),
    provider: textOf(node, 'llm_provider'),
    effort: effortOf(textOf(node, 'reasoning_effort')),
    permissions: permissionsOf(textOf(node, 'agent.permissions')),
    tools: textOf(node, 'agent.tools') === undefined ? undefined : listOf(node, 'agent.tools'),
  });
}

/** A fallback uses its own model and settings: those of the node are meant for another. */
function wishOf(name: string, { settings, registry }: ChoiceParts): Wish {
  const { people } = settings.staff;
  const agent = employerOf(name, people, registry) ?? settings.backend ?? name;
  return wishFor(agent, ownMember(people, name) ?? {});
}

type Said = { readonly [K in Exclude<keyof Wish, 'agent' | 'takesAnyWord'>]?: Wish[K] | undefined };

function wishFor(agent: string, { model, provider, effort, permissions, tools }: Said): Wish {
  return {
    agent,
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(effort && { effort }),
    ...(permissions && { permissions }),
    ...(tools && { tools }),
  };
}

function chosen(
  { agent: word, model: wanted, provider: from, ...rest }: Wish,
  { settings, registry, extensions }: ChoiceParts,
  fallback: AgentChoice | undefined,
): AgentChoice {
  const agent = knownBackend(word, registry);
  const adapter = registry.get(agent);
  if (!adapter) throw new OrchestraError('BACKEND_UNKNOWN', `the backend ${agent} cannot work beside others`);
  const { defaultProvider, tiers, people } = settings.staff;
  const map = { providers: tiers, agents: people, ...(defaultProvider !== undefined && { defaultProvider }) };
  // The simulation has no models, and backends of a program have their own words for them.
  const takesAnyWord = agent === 'simulation' || Object.hasOwn(extensions.backends ?? {}, agent);
  const wish = {
    agent,
    takesAnyWord,
    ...(wanted !== undefined && { model: wanted }),
    ...(from !== undefined && { provider: from }),
  };
  return { adapter, ...rest, ...chooseModel(map, wish, ownProviderOf(agent, people)), ...(fallback && { fallback }) };
}

function ownProviderOf(agent: string, people: RunSettings['staff']['people']): string | undefined {
  const id = agentIdOf(ownMember(people, agent)?.type ?? agent);
  return cliAgents.find((known) => known.id === id)?.provider;
}

function effortOf(text: string | undefined): AgentChoice['effort'] {
  return text === 'low' || text === 'medium' || text === 'high' ? text : undefined;
}

function permissionsOf(text: string | undefined): Permissions | undefined {
  return text === 'read-only' || text === 'workspace-write' || text === 'full' ? text : undefined;
}
