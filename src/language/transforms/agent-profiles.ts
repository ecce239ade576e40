import { stringAttribute, textOf } from '../graph/attributes.ts';
import type { Attribute, Attributes, Graph, Node } from '../graph/graph.ts';
import { handlerTypeOf } from '../graph/handler-type.ts';
import type { Span } from '../graph/span.ts';
import type { Transform } from './transform.ts';

/** Somebody a pipeline can name by `agent`: what a node of theirs is given where it says nothing itself. */
export interface AgentProfile {
  readonly name: string;
  /** Who does the work for them; absent leaves it to graph and run. */
  readonly agent?: Attribute;
  /** With the places they were written at. */
  readonly attributes: readonly Attribute[];
  readonly span: Span;
}

/** Handlers whose work an agent does, or helps to do. */
const agentHandlers: ReadonlySet<string> = new Set(['codergen', 'parallel.fan_in', 'stack.manager_loop']);

/**
 * Puts profiles in the place of their names: a node of one gets its attributes where neither its own statement nor the
 * stylesheet sets them; those of the graph give way (design.md, Agents: node, stylesheet, agent, graph). `agent.profile`
 * keeps the name.
 */
export function agentProfiles(profiles: ReadonlyMap<string, AgentProfile>): Transform {
  return {
    name: 'agent_profiles',
    apply(graph) {
      const inherited = profileOf(graph, profiles);
      const nodes = new Map([...graph.nodes].map(([id, node]) => [id, staffed(node, graph, profiles, inherited)]));
      return { ...graph, nodes, attributes: inherited ? employed(graph.attributes, inherited) : graph.attributes };
    },
  };
}

function profileOf(owner: Graph | Node, profiles: ReadonlyMap<string, AgentProfile>): AgentProfile | undefined {
  return profiles.get(textOf(owner, 'agent') ?? '');
}

function staffed(
  node: Node,
  graph: Graph,
  profiles: ReadonlyMap<string, AgentProfile>,
  inherited: AgentProfile | undefined,
): Node {
  if (textOf(node, 'agent') === undefined && !agentHandlers.has(handlerTypeOf(graph, node))) return node;
  const profile = textOf(node, 'agent') === undefined ? inherited : profileOf(node, profiles);
  if (!profile) return node;
  const given = profile.attributes.filter(({ key }) => textOf(node, key) === undefined || isOfGraph(node, graph, key));
  const named = stringAttribute('agent.profile', profile.name, 'transform', profile.span);
  const attributes = new Map([
    ...node.attributes,
    ...[...given, named].map((attribute) => [attribute.key, attribute] as const),
  ]);
  return { ...node, attributes: employed(attributes, profile) };
}

/** Who does the work stands in the place of who it is done as. */
function employed(attributes: Attributes, { agent }: AgentProfile): Attributes {
  const others = [...attributes].filter(([key]) => key !== 'agent');
  return new Map(agent ? [...others, ['agent', agent]] : others);
}

/** The stylesheet hands attributes of the graph down to nodes; they keep their place. */
function isOfGraph(node: Node, graph: Graph, key: string): boolean {
  const own = node.attributes.get(key);
  return own?.origin === 'default' && own.span === graph.attributes.get(key)?.span;
}
