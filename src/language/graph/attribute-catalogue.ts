import type { HandlerType } from './handler-type.ts';
import { mergePolicies } from './merge-policies.ts';

/**
 * Every attribute that means something to Orchestra. Data only: the linter checks kinds and values
 * against it, and docs/reference/dot.md is generated from it. Others are kept and have no effect.
 */
export interface AttributeEntry {
  readonly on: AttributeOwner;
  readonly key: string;
  readonly kind: AttributeKind;
  /** For `enum`: the only values; for a `list`: the only items. */
  readonly values?: readonly string[];
  /** As it would be written, or in words where it is derived; absent means unset. */
  readonly default?: string;
  /** Handler types the attribute has an effect on; absent means all. */
  readonly handlers?: readonly HandlerType[];
  /** The section of the Attractor text, or `extension` for ours. */
  readonly section: string;
  readonly description: string;
}

export type AttributeOwner = 'graph' | 'node' | 'edge';

/** `node`: the id of a node. `list`: comma-separated. `duration`: also a bare number of seconds. */
export type AttributeKind = 'text' | 'integer' | 'number' | 'boolean' | 'duration' | 'enum' | 'node' | 'list';

type Row = Omit<AttributeEntry, 'on' | 'key' | 'kind' | 'section' | 'description'>;

const row =
  (on: AttributeOwner) =>
  (key: string, kind: AttributeKind, section: string, description: string, more: Row = {}): AttributeEntry => ({
    on,
    key,
    kind,
    section,
    description,
    ...more,
  });

const graph = row('graph');
const node = row('node');
const edge = row('edge');

const fidelityModes = ['full', 'truncate', 'compact', 'summary:low', 'summary:medium', 'summary:high'];
const efforts = ['low', 'medium', 'high'];
const backoffPolicies = ['none', 'standard', 'aggressive', 'linear', 'patient'];

const agent: readonly HandlerType[] = ['codergen'];
const ranking: readonly HandlerType[] = ['codergen', 'parallel.fan_in'];
const fanOut: readonly HandlerType[] = ['parallel'];
const joining: readonly HandlerType[] = ['parallel', 'parallel.fan_in'];
const fanIn: readonly HandlerType[] = ['parallel.fan_in'];
const manager: readonly HandlerType[] = ['stack.manager_loop'];
const subPipeline: readonly HandlerType[] = ['sub_pipeline'];
const gate: readonly HandlerType[] = ['wait.human'];
const tool: readonly HandlerType[] = ['tool'];

const budgets = (of: typeof graph, whose: string): readonly AttributeEntry[] => [
  of('budget.money', 'number', 'extension', `The most ${whose} may cost, in US dollars.`),
  of('budget.tokens', 'integer', 'extension', `The most tokens, in and out, ${whose} may use.`),
  of('budget.time', 'duration', 'extension', `The longest ${whose} may take, waiting included.`),
  of('budget.calls', 'integer', 'extension', `The most steps ${whose} may execute, retries included.`),
  of('budget.visits', 'integer', 'extension', `The most node visits ${whose} may make.`),
];

const graphAttributes: readonly AttributeEntry[] = [
  graph(
    'goal',
    'text',
    '2.5',
    'What the pipeline is for; replaces `$goal` in prompts and is the context key `graph.goal`.',
  ),
  graph('label', 'text', '2.5', 'The display name of the graph.'),
  graph('model_stylesheet', 'text', '8', 'Rules that give nodes their model, provider and reasoning effort.'),
  graph('default_max_retries', 'integer', '2.5', 'Further attempts of nodes without `max_retries`.', { default: '0' }),
  graph('default_max_retry', 'integer', '2.5', 'The old name of `default_max_retries`.'),
  graph('default_fidelity', 'enum', '5.4', 'How much of the run so far nodes are told.', {
    values: fidelityModes,
    default: 'compact',
  }),
  graph(
    'retry_target',
    'node',
    '3.4',
    'Where the walk goes on when a goal gate without its own target is not satisfied at the exit.',
  ),
  graph('fallback_retry_target', 'node', '3.4', 'The second choice where `retry_target` names no node.'),
  graph('rankdir', 'enum', '2.2', 'The direction of the picture.', { values: ['TB', 'LR', 'BT', 'RL'], default: 'TB' }),
  graph(
    'thread_id',
    'text',
    '5.4',
    'The session nodes under `full` fidelity share when neither node nor edge names one.',
  ),
  graph('llm_model', 'text', '8.5', 'The model of nodes that name none.'),
  graph('llm_provider', 'text', '8.5', 'The provider of nodes that name none.'),
  graph('reasoning_effort', 'enum', '8.5', 'The reasoning effort of nodes that name none.', { values: efforts }),
  graph('stack.child_dotfile', 'text', '4.11', 'The pipeline file that manager loops supervise.'),
  graph('stack.child_workdir', 'text', '4.11', 'The folder child runs work in, as seen from that of this run.', {
    default: 'the folder of this run',
  }),
  graph(
    'tool_hooks.pre',
    'text',
    '9.7',
    'A shell command before every tool call of an agent; a failure skips the call.',
  ),
  graph('tool_hooks.post', 'text', '9.7', 'A shell command after every tool call of an agent.'),
  graph('agent', 'text', 'extension', 'The agent of nodes that name none.'),
  graph('agent.fallback', 'list', 'extension', 'The fallback of nodes that name none.'),
  graph('backoff_policy', 'enum', 'extension', 'Attempts and delays of nodes without their own.', {
    values: backoffPolicies,
    default: 'standard',
  }),
  graph(
    'default_max_visits',
    'integer',
    'extension',
    'How often a node may be visited by loops without a bound of their own.',
    { default: '100' },
  ),
  graph('max_restarts', 'integer', 'extension', 'How often edges with `loop_restart` may restart the run.', {
    default: '10',
  }),
  graph('inputs', 'list', 'extension', 'Context keys the caller gives as `key=value`; for lint and templates.'),
  graph('templates', 'enum', 'extension', 'The language of prompts, gate labels and tool commands beside `$goal`.', {
    values: ['none', 'jinja2'],
    default: 'none',
  }),
  graph(
    'workspace',
    'enum',
    'extension',
    'Where the run works: in folders of its own, made from the Git repository it is started in, or, for pipelines that look at what is not committed, in that folder itself.',
    { values: ['own', 'none'], default: 'own' },
  ),
  graph('simulate', 'enum', 'extension', 'Whether the run may be simulated where no agent is installed.', {
    values: ['allowed', 'refused'],
    default: 'refused',
  }),
  graph(
    'budget.on_exhausted',
    'enum',
    'extension',
    'What an exhausted budget does: pause the run and ask, or fail it.',
    { values: ['ask', 'fail'], default: 'ask' },
  ),
  ...budgets(graph, 'the run'),
];

const nodeAttributes: readonly AttributeEntry[] = [
  node('label', 'text', '2.6', 'The display name; the question of a human gate; the prompt where none is given.', {
    default: 'the node id',
  }),
  node('shape', 'text', '2.8', 'Decides the handler where `type` does not.', { default: 'box' }),
  node('type', 'text', '2.6', 'The handler type, before what the shape says.'),
  node('prompt', 'text', '2.6', 'What the agent shall do; on a fan-in, how to rank the branches.', {
    handlers: ranking,
  }),
  node('class', 'list', '2.12', 'Class names for the stylesheet.'),
  node(
    'timeout',
    'duration',
    '2.6',
    'The longest one execution may take; on a human gate, the longest wait for an answer.',
  ),
  node('max_retries', 'integer', '3.5', 'Further attempts after the first.', {
    default: "the graph's `default_max_retries`",
  }),
  node(
    'backoff_policy',
    'enum',
    'extension',
    'Delays between attempts, and their number where `max_retries` is unset.',
    {
      values: backoffPolicies,
      default: 'standard',
    },
  ),
  node('backoff_jitter', 'boolean', 'extension', 'Whether delays vary at random by half.', { default: 'true' }),
  node('allow_partial', 'boolean', '3.5', 'Takes PARTIAL_SUCCESS instead of failing when the attempts run out.', {
    default: 'false',
  }),
  node('auto_status', 'boolean', '2.6', 'Counts as SUCCESS when the handler wrote no status.', { default: 'false' }),
  node('goal_gate', 'boolean', '3.4', 'Must have succeeded before the pipeline may exit.', { default: 'false' }),
  node(
    'retry_target',
    'node',
    '3.7',
    'Where the walk goes on after a failure, or when this goal gate is not satisfied at the exit.',
  ),
  node('fallback_retry_target', 'node', '3.7', 'The second choice where `retry_target` names no node.'),
  node('fidelity', 'enum', '5.4', 'How much of the run so far the agent is told.', {
    values: fidelityModes,
    handlers: agent,
    default: "the graph's `default_fidelity`",
  }),
  node('thread_id', 'text', '5.4', 'The session to share under `full` fidelity.', {
    handlers: agent,
    default: 'derived',
  }),
  node('llm_model', 'text', '2.6', 'The model.', { handlers: ranking, default: 'inherited' }),
  node('llm_provider', 'text', '2.6', 'The provider of the model.', {
    handlers: ranking,
    default: 'derived from the model',
  }),
  node('reasoning_effort', 'enum', '2.6', 'How much the model shall think.', {
    values: efforts,
    handlers: ranking,
    default: 'high',
  }),
  node(
    'agent',
    'text',
    'extension',
    'The agent that does the work, by its name in orchestra.yaml or that of a backend.',
    { handlers: agent },
  ),
  node(
    'agent.fallback',
    'list',
    'extension',
    'Agents that do the work, one after the other, where the one before fails with something that may pass.',
    { handlers: agent },
  ),
  node('agent.profile', 'text', 'extension', 'The profile whose settings the node was given; set by the compiler.', {
    handlers: ranking,
  }),
  node('agent.role', 'text', 'extension', 'What the agent is: the first layer of its prompt, a Jinja2 template.', {
    handlers: ranking,
  }),
  node('agent.persona', 'text', 'extension', 'Who the agent is: the second layer of its prompt.', {
    handlers: ranking,
  }),
  node('agent.personality', 'text', 'extension', 'How the agent behaves: the third layer of its prompt.', {
    handlers: ranking,
  }),
  node('agent.task', 'text', 'extension', 'What the agent does each time: the layer before the prompt of the node.', {
    handlers: ranking,
  }),
  node('agent.tools', 'list', 'extension', 'The tools of ours it may use; a trailing `*` stands for any ending.', {
    handlers: ranking,
  }),
  node('agent.permissions', 'enum', 'extension', 'What the agent may do without asking.', {
    values: ['read-only', 'workspace-write', 'full'],
    handlers: ranking,
    default: 'those of the agent',
  }),
  node('agent.mode', 'enum', 'extension', 'The agent works alone; conversations with a person are not there yet.', {
    values: ['autonomous'],
    handlers: agent,
    default: 'autonomous',
  }),
  node('race', 'list', 'extension', 'Agents that do the work at the same time; one result is taken.', {
    handlers: agent,
  }),
  node('race.judge', 'text', 'extension', 'How to choose among the results, for a model; or `person`.', {
    handlers: agent,
    default: 'status, score and id decide',
  }),
  node('race.of', 'text', 'extension', 'The node whose race this one is part of; set by the compiler.', {
    handlers: ranking,
  }),
  node('output_schema', 'text', 'extension', 'A JSON schema the answer must match; its properties become context.', {
    handlers: agent,
  }),
  node('context_keys', 'list', 'extension', 'Context keys that lines `key: value` of the answer may set.', {
    handlers: agent,
  }),
  node(
    'tool_hooks.pre',
    'text',
    '9.7',
    "A shell command before every tool call of this node's agent; a failure skips the call.",
    { handlers: agent },
  ),
  node('tool_hooks.post', 'text', '9.7', "A shell command after every tool call of this node's agent.", {
    handlers: agent,
  }),
  node('human.default_choice', 'text', '6.5', 'The choice taken when nobody answers in time: a target, key or label.', {
    handlers: gate,
  }),
  node('tool_command', 'text', '4.10', 'The shell command to execute.', { handlers: tool }),
  node('name', 'text', 'extension', 'The name of the tool in the context keys `tools.<name>.*`.', {
    handlers: tool,
    default: 'the node id',
  }),
  node(
    'join_policy',
    'enum',
    '4.8',
    'When a fan-out is done; on the fan-out, else on its fan-in. `k_of_n` and `quorum` are extensions.',
    { values: ['wait_all', 'first_success', 'k_of_n', 'quorum'], handlers: joining, default: 'wait_all' },
  ),
  node('k', 'integer', 'extension', 'The successes `k_of_n` needs.', { handlers: joining, default: '1' }),
  node('quorum_percent', 'number', 'extension', 'The percentage of successes `quorum` needs.', {
    handlers: joining,
    default: '50',
  }),
  node('max_parallel', 'integer', '4.8', 'How many branches run at a time.', { handlers: fanOut, default: '4' }),
  node(
    'error_policy',
    'enum',
    'extension',
    'What a failed branch does to the others: nothing, cancel them, or not count.',
    { values: ['continue', 'fail_fast', 'ignore'], handlers: fanOut, default: 'continue' },
  ),
  node(
    'merge_policy',
    'enum',
    'extension',
    'How the work of branches comes together where they have folders of their own; on the fan-in, else on its fan-out.',
    { values: mergePolicies, handlers: joining, default: '`workspace.merge` of orchestra.yaml' },
  ),
  node('verify', 'text', 'extension', 'A shell command that must succeed on what was put together before it counts.', {
    handlers: fanIn,
  }),
  node('select', 'enum', 'extension', 'Who chooses the best branch, where it is neither a model nor merit.', {
    values: ['person'],
    handlers: fanIn,
    default: 'a model where there is a `prompt`, else merit',
  }),
  node('adopt_best', 'boolean', 'extension', 'Takes the outcome of the best branch, and what it set, as its own.', {
    handlers: fanIn,
    default: 'false',
  }),
  node('manager.poll_interval', 'duration', '4.11', 'The time between two observations.', {
    handlers: manager,
    default: '45s',
  }),
  node('manager.max_cycles', 'integer', '4.11', 'The observations after which the manager gives up.', {
    handlers: manager,
    default: '1000',
  }),
  node('manager.stop_condition', 'text', '4.11', 'A condition that ends the supervision with success.', {
    handlers: manager,
  }),
  node('manager.actions', 'list', '4.11', 'What the manager does in each cycle.', {
    values: ['observe', 'steer', 'wait'],
    handlers: manager,
    default: 'observe,wait',
  }),
  node('manager.steer_cooldown', 'duration', 'extension', 'The shortest time between two interventions.', {
    handlers: manager,
    default: 'the poll interval',
  }),
  node('stack.child_autostart', 'boolean', '4.11', 'Whether the manager starts the child run.', {
    handlers: manager,
    default: 'true',
  }),
  node('stack.child_dotfile', 'text', 'extension', 'The pipeline file this manager supervises.', {
    handlers: manager,
    default: "the graph's `stack.child_dotfile`",
  }),
  node('sub_pipeline.dotfile', 'text', 'extension', 'The pipeline file that this node runs (9.4).', {
    handlers: subPipeline,
  }),
  node('sub_pipeline.outputs', 'list', 'extension', 'Context keys of the child run that come back.', {
    handlers: subPipeline,
  }),
  ...budgets(node, 'this node, on a fan-out each of its branches,'),
];

const edgeAttributes: readonly AttributeEntry[] = [
  edge('label', 'text', '2.7', 'The caption; the choice of a human gate; matched with `preferred_label`.'),
  edge('condition', 'text', '10', 'Must hold for the edge to be taken.'),
  edge('weight', 'integer', '3.3', 'The highest wins among equally eligible edges.', { default: '0' }),
  edge('fidelity', 'enum', '5.4', 'How much of the run so far the target is told.', { values: fidelityModes }),
  edge('thread_id', 'text', '5.4', 'The session the target shares under `full` fidelity.'),
  edge('loop_restart', 'boolean', '2.7', 'Restarts the run at the target, with a fresh log folder.', {
    default: 'false',
  }),
  edge('max_visits', 'integer', 'extension', 'Closes the edge when its target was visited so often.', {
    default: "the graph's `default_max_visits`",
  }),
];

export const attributeCatalogue: readonly AttributeEntry[] = [...graphAttributes, ...nodeAttributes, ...edgeAttributes];

const byOwnerAndKey = new Map(attributeCatalogue.map((entry) => [`${entry.on} ${entry.key}`, entry]));

/** What is known of an attribute; undefined for one without a meaning here. */
export function attributeEntry(on: AttributeOwner, key: string): AttributeEntry | undefined {
  return byOwnerAndKey.get(`${on} ${key}`);
}
