import { dirname } from 'node:path';
import { promptLayers } from '../contract/prompt-layer.ts';
import { hasErrors } from '../contract/diagnostic.ts';
import type { ExplainedLayer, Explanation, Setting } from '../contract/explanation.ts';
import type { AgentChoice } from '../engine/handlers/codergen-task.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { textOf } from '../language/graph/attributes.ts';
import type { Attribute, Graph, Node } from '../language/graph/graph.ts';
import { handlerTypeOf } from '../language/graph/handler-type.ts';
import { placeText } from '../language/graph/span.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { messageOf, OrchestraError } from '../shared/errors.ts';
import { agentChoice } from './agent-choice.ts';
import { agentRegistry } from './agent-registry.ts';
import { agentNodes, chooseBackend } from './backends.ts';
import { compileFile } from './compile-file.ts';
import type { Configuration } from './configuration/configuration.ts';
import { readConfiguration, type ProjectPlace } from './configuration/read-configuration.ts';
import { findProject } from './project.ts';
import { modelProblem, recordedStaff } from './recorded-staff.ts';
import { readStaff, type Staff } from './staff.ts';

export interface ExplainRequest {
  /** As messages shall name it. */
  readonly file: string;
  readonly path: string;
  readonly node: string;
  /** The backend a run would be asked for by flag. */
  readonly backend?: string | undefined;
}

/**
 * Says who would work on a node of a pipeline if it were run here and now, with what, and why. Starts nothing but the
 * look at which agents are installed.
 * @throws OrchestraError FILE_UNREADABLE, PIPELINE_INVALID, NODE_UNKNOWN, CONFIG_INVALID
 */
export async function explainNode(
  { file, path, node: id, backend }: ExplainRequest,
  place: ProjectPlace,
): Promise<Explanation> {
  const { root } = findProject(place.cwd, place.env);
  const configuration = await readConfiguration(root, place.env);
  const { graph, diagnostics } = await compileFile(path, { extensions: {}, configuration, shownPath: file });
  if (!graph) throw new OrchestraError('PIPELINE_INVALID', `${file} has errors`, { details: { diagnostics } });
  const node = graph.nodes.get(id);
  if (!node) {
    const hint = didYouMean(id, [...graph.nodes.keys()]);
    throw new OrchestraError('NODE_UNKNOWN', `${file} has no node "${id}"`, { hint });
  }
  const about = {
    file,
    pipeline: graph.name,
    node: id,
    handler: handlerTypeOf(graph, node),
    place: placeText(node.span),
  };
  if (!agentNodes(graph, {}).includes(node))
    return { ...about, settings: [...raceSettings(node, graph)], layers: [], problems: [] };
  const staff = await readStaff(configuration, {}, dirname(path));
  const work = await plannedWork({ graph, node, backend, configuration });
  const errors = diagnostics.filter((found) => hasErrors([found]) && found.node === id);
  const ownProblems = errors.map(({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`));
  const isNobody = errors.some(({ rule }) => rule === 'agent_known');
  // Files of the project are named from its root.
  const short = (text: string): string => text.replaceAll(`${root}/`, '');
  return {
    ...about,
    settings: [...work.settings, ...furtherSettings(node, graph)].map((said) => ({
      ...said,
      reason: short(said.reason),
    })),
    layers: layersOf(node, graph, staff).map((layer) => ({ ...layer, from: short(layer.from) })),
    problems: [...ownProblems, ...(isNobody ? [] : work.problems)],
  };
}

interface Work {
  readonly graph: Graph;
  readonly node: Node;
  readonly backend: string | undefined;
  readonly configuration: Configuration;
}

/** Who would do it, and with which model; what keeps them from it is a problem, not an error. */
async function plannedWork(
  work: Work,
): Promise<{ readonly settings: readonly Setting[]; readonly problems: readonly string[] }> {
  const { graph, node, backend, configuration } = work;
  const registry = agentRegistry({ extensions: {}, configuration });
  const staff = recordedStaff(configuration);
  const request = {
    graphs: [onlyWith(graph, node)],
    asked: backend,
    configured: configuration.backend,
    hasScript: false,
  };
  const problems: string[] = [];
  const chosen = await chooseBackend({ ...request, registry, extensions: {}, people: staff.people }).catch(
    (thrown: unknown) => {
      problems.push(messageOf(thrown));
      return undefined;
    },
  );
  const settings = {
    backend: chosen?.name ?? backend ?? configuration.backend ?? null,
    backendAsked: backend !== undefined,
    staff,
  };
  try {
    const choice = agentChoice({ graph, node }, { settings, registry, extensions: {} });
    const problem = await modelProblem(choice);
    if (problem !== undefined) problems.push(problem);
    return { settings: choiceSettings(work, choice), problems };
  } catch (thrown) {
    return { settings: [], problems: [...new Set([...problems, messageOf(thrown)])] };
  }
}

/** The other nodes may need agents of their own, which is not asked here. */
function onlyWith(graph: Graph, node: Node): Graph {
  return { ...graph, nodes: new Map([[node.id, node]]) };
}

function choiceSettings(work: Work, choice: AgentChoice): readonly Setting[] {
  const { graph, node, backend } = work;
  const { adapter, model, provider, fallback } = choice;
  return [
    { name: 'agent', value: adapter.id, reason: agentReason(work) },
    ...(textOf(node, 'agent.profile') === undefined ? [] : [settingOf('profile', 'agent.profile', node, graph)]),
    ...(model === undefined
      ? [{ name: 'model', value: "the agent's own", reason: 'nothing names one' }]
      : [{ name: 'model', value: model, reason: modelReason(model, node, graph) }]),
    ...(provider === undefined ? [] : [providerSetting(provider, node, graph)]),
    ...(fallback && backend === undefined ? [fallbackSetting(fallback, node, graph)] : []),
  ];
}

/** What the compiler made of a race, and how its result is chosen. */
function raceSettings(node: Node, graph: Graph): readonly Setting[] {
  const said = node.attributes.get('race');
  const parts = [...graph.nodes.values()].filter((part) => textOf(part, 'race.of') === node.id);
  if (!said || parts.length === 0) return [];
  const value = parts.map(({ id }) => id).join(', ');
  const judge = textOf(node, 'race.judge') === undefined ? [] : [settingOf('judge', 'race.judge', node, graph)];
  return [{ name: 'race', value, reason: reasonOf(said, graph) }, ...judge];
}

function agentReason({ graph, node, backend, configuration }: Work): string {
  if (backend !== undefined) return 'asked for by `--backend`';
  const said = node.attributes.get('agent') ?? graph.attributes.get('agent');
  if (said) return reasonOf(said, graph);
  return configuration.backend === undefined
    ? 'the first agent that is installed here'
    : '`backend:` of orchestra.yaml';
}

function modelReason(model: string, node: Node, graph: Graph): string {
  const said = node.attributes.get('llm_model');
  if (!said) return '`model:` of the agent in orchestra.yaml';
  const tier = said.value.text === model ? '' : `tier ${said.value.text}, asked for by `;
  return `${tier}${reasonOf(said, graph)}`;
}

function providerSetting(provider: string, node: Node, graph: Graph): Setting {
  const said = node.attributes.get('llm_provider');
  return { name: 'provider', value: provider, reason: said ? reasonOf(said, graph) : 'that of the agent' };
}

function fallbackSetting(first: AgentChoice, node: Node, graph: Graph): Setting {
  const names: string[] = [];
  for (let at: AgentChoice | undefined = first; at; at = at.fallback) names.push(nameOf(at.adapter, at.model));
  const said = node.attributes.get('agent.fallback') ?? graph.attributes.get('agent.fallback');
  return { name: 'fallback', value: names.join(', then '), reason: said ? reasonOf(said, graph) : '' };
}

function nameOf({ id }: AgentAdapter, model: string | undefined): string {
  return model === undefined ? id : `${id} with ${model}`;
}

const furtherKeys: readonly (readonly [name: string, key: string])[] = [
  ['effort', 'reasoning_effort'],
  ['permissions', 'agent.permissions'],
  ['tools', 'agent.tools'],
  ['mode', 'agent.mode'],
  ['timeout', 'timeout'],
  ['fidelity', 'fidelity'],
  ...['money', 'tokens', 'time', 'calls', 'visits'].map((limit): [string, string] => [
    `budget.${limit}`,
    `budget.${limit}`,
  ]),
];

function furtherSettings(node: Node, graph: Graph): readonly Setting[] {
  return furtherKeys
    .filter(([, key]) => textOf(node, key) !== undefined)
    .map(([name, key]) => settingOf(name, key, node, graph));
}

function settingOf(name: string, key: string, node: Node, graph: Graph): Setting {
  const attribute = node.attributes.get(key);
  return { name, value: attribute?.value.text ?? '', reason: attribute ? reasonOf(attribute, graph) : '' };
}

function layersOf(node: Node, graph: Graph, { files }: Staff): readonly ExplainedLayer[] {
  const own = files.get(textOf(node, 'agent.profile') ?? '');
  const layers = promptLayers.flatMap((layer): ExplainedLayer[] => {
    const attribute = node.attributes.get(`agent.${layer}`);
    if (!attribute) return [];
    const file = attribute.origin === 'transform' ? own?.get(layer) : undefined;
    return [{ layer, from: file ?? reasonOf(attribute, graph), text: attribute.value.text }];
  });
  const prompt = node.attributes.get('prompt');
  return prompt ? [...layers, { layer: 'prompt', from: reasonOf(prompt, graph), text: prompt.value.text }] : layers;
}

/** Who set an attribute, in the words of design.md's order: node, stylesheet, agent, graph. */
function reasonOf({ key, origin, span }: Attribute, graph: Graph): string {
  const place = placeText(span);
  switch (origin) {
    case 'explicit':
      return graph.attributes.get(key)?.span === span ? `the graph (${place})` : `the node (${place})`;
    case 'stylesheet':
      return `the stylesheet (${place})`;
    case 'transform':
      // Profiles stand in orchestra.yaml.
      return span.file === graph.span.file ? `the race (${place})` : `its profile (${place})`;
    case 'default':
      return graph.attributes.get(key)?.span === span ? `the graph (${place})` : `the defaults of nodes (${place})`;
  }
}
