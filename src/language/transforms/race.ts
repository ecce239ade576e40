import { listOf, stringAttribute, textOf } from '../graph/attributes.ts';
import type { Attribute, Attributes, Edge, Graph, Node } from '../graph/graph.ts';
import { handlerTypeOf } from '../graph/handler-type.ts';
import type { Transform } from './transform.ts';

/**
 * Puts a fan-out in the place of a node that several agents shall work on at once (`race`): a branch for each of them, and
 * a fan-in that takes the best result as that of the node. Ways in lead to the fan-out, which keeps the id; ways out leave
 * from the fan-in, and so does what the node says of its outcome. Everything stands where the node was written.
 *
 * Runs before all others, so that goal, stylesheet and profiles reach what it makes.
 */
export const race: Transform = {
  name: 'race',
  apply(graph) {
    const taken = new Set(graph.nodes.keys());
    const courses = new Map(
      [...graph.nodes.values()]
        .filter((node) => raceAgents(graph, node).length > 0)
        .map((node) => [node.id, layOut(node, raceAgents(graph, node), taken)]),
    );
    if (courses.size === 0) return graph;
    const nodes = [...graph.nodes.values()].flatMap((node) => courses.get(node.id)?.nodes ?? [node]);
    const written = graph.edges.map((edge) => ({ ...edge, from: courses.get(edge.from)?.end ?? edge.from }));
    return {
      ...graph,
      nodes: new Map(nodes.map((node) => [node.id, node])),
      edges: [...written, ...[...courses.values()].flatMap(({ edges }) => edges)],
    };
  },
};

/** Who races on a node; nobody where it is no work of agents. */
function raceAgents(graph: Graph, node: Node): readonly string[] {
  const agents = listOf(node, 'race');
  const type = textOf(node, 'type');
  const isWork = handlerTypeOf(graph, node) === 'codergen' && (type === undefined || type === 'codergen');
  return isWork ? agents : [];
}

/** What stands in the place of a node. */
interface Course {
  readonly nodes: readonly Node[];
  /** The node that ways out leave from. */
  readonly end: string;
  readonly edges: readonly Edge[];
}

function layOut(node: Node, agents: readonly string[], taken: Set<string>): Course {
  // One alone needs no race, whoever else was meant (`race_agents`).
  if (agents.length === 1) return { nodes: [branchOf(node, node.id, agents[0] ?? '')], end: node.id, edges: [] };
  const branches = agents.map((agent) => branchOf(node, freeId(`${node.id}.${agent}`, taken), agent));
  const end = fanInOf(node, freeId(`${node.id}.result`, taken));
  const between = (from: string, to: string): Edge => ({
    kind: 'edge',
    from,
    to,
    attributes: new Map(),
    span: node.span,
  });
  return {
    nodes: [fanOutOf(node, agents.length), ...branches, end],
    end: end.id,
    edges: branches.flatMap(({ id }) => [between(node.id, id), between(id, end.id)]),
  };
}

/** What a node says of how its branches are joined. */
const joining = ['join_policy', 'k', 'quorum_percent', 'error_policy'];
/** What it says of its outcome, and of the work that becomes its own. */
const concluding = ['goal_gate', 'retry_target', 'fallback_retry_target', 'merge_policy', 'verify'];
/** Ranking and merging may fail for now, as the work may. */
const retrying = ['max_retries', 'backoff_policy', 'backoff_jitter'];
const ofTheRace = ['race', 'race.judge'];

function fanOutOf(node: Node, agents: number): Node {
  const label = textOf(node, 'label');
  return {
    ...node,
    // What the class of the node says is meant for those who do its work.
    classes: node.subgraphClasses,
    attributes: new Map([
      ...given(node, { shape: 'component', max_parallel: String(agents) }),
      ...picked(node.attributes, [...joining, ...ofTheRace]),
      ...(label === undefined ? [] : given(node, { label: `${label} (race)` })),
    ]),
  };
}

function branchOf(node: Node, id: string, agent: string): Node {
  const elsewhere = new Set([...joining, ...concluding, ...ofTheRace]);
  const isAlone = id === node.id;
  const own = [...node.attributes].filter(([key]) => isAlone || !elsewhere.has(key));
  const label = textOf(node, 'label');
  const named = { 'race.of': node.id, ...(label !== undefined && { label: `${label} (${agent})` }) };
  // The label was the prompt where there is no other.
  const isPrompt = label !== undefined && ['prompt', 'agent.task'].every((key) => textOf(node, key) === undefined);
  return {
    ...node,
    id,
    attributes: new Map([
      ...own,
      ['agent', stringAttribute('agent', agent, 'transform', (node.attributes.get('race') ?? node).span)],
      ...(isAlone ? [] : given(node, { ...named, ...(isPrompt && { prompt: label }) })),
    ]),
  };
}

function fanInOf(node: Node, id: string): Node {
  const label = textOf(node, 'label');
  const judge = node.attributes.get('race.judge');
  const chosen = judge && textOf(node, 'race.judge') !== undefined ? judgedBy(judge) : [];
  return {
    ...node,
    id,
    classes: node.subgraphClasses,
    attributes: new Map([
      ...given(node, { shape: 'tripleoctagon', merge_policy: 'pick_best', adopt_best: 'true', 'race.of': node.id }),
      ...(label === undefined ? [] : given(node, { label: `${label} (result)` })),
      ...chosen,
      ...picked(node.attributes, [...concluding, ...retrying]),
    ]),
  };
}

function judgedBy({ value: { text }, span }: Attribute): readonly (readonly [string, Attribute])[] {
  const key = text === 'person' ? 'select' : 'prompt';
  return [[key, stringAttribute(key, text, 'transform', span)]];
}

function given({ span }: Node, texts: Readonly<Record<string, string>>): readonly (readonly [string, Attribute])[] {
  return Object.entries(texts).map(([key, text]) => [key, stringAttribute(key, text, 'transform', span)]);
}

function picked(attributes: Attributes, keys: readonly string[]): readonly (readonly [string, Attribute])[] {
  return [...attributes].filter(([key]) => keys.includes(key));
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`;
  taken.add(id);
  return id;
}
