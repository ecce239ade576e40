import { listOf, textOf } from '../../graph/attributes.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { didYouMean } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';

export interface KnownAgents {
  /** Every word `agent` and `agent.fallback` may say: profiles, agents, their aliases, backends. Absent: any. */
  readonly names?: ReadonlySet<string>;
  /** What is wrong with profiles, by name: prompt files that are missing, for example. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
}

/** What it reports. */
export const agentRules = ['agent_known', 'agent_profile'] as const;

/** Checks what a pipeline says of agents against those a project has. */
export function agentRule(known: KnownAgents): LintRule {
  return {
    name: 'agents',
    reports: agentRules,
    apply: (graph) =>
      [graph, ...graph.nodes.values()].flatMap((subject) => [
        ...unknownNames(subject, known),
        ...profileProblems(subject, known),
      ]),
  };
}

function unknownNames(subject: Graph | Node, { names }: KnownAgents) {
  if (!names) return [];
  const agent = textOf(subject, 'agent');
  const said = [
    ...(agent === undefined ? [] : [{ key: 'agent', name: agent }]),
    ...listOf(subject, 'agent.fallback').map((name) => ({ key: 'agent.fallback', name })),
  ];
  return said
    .filter(({ name }) => !names.has(name))
    .map(({ key, name }) =>
      finding(
        'agent_known',
        'error',
        `there is no agent "${name}"`,
        placeOf(subject, key),
        didYouMean(name, [...names]),
      ),
    );
}

function profileProblems(subject: Graph | Node, { problems }: KnownAgents) {
  const profile = textOf(subject, 'agent.profile');
  return (problems.get(profile ?? '') ?? []).map((problem) =>
    finding(
      'agent_profile',
      'error',
      `the profile ${profile} cannot be used: ${problem}`,
      placeOf(subject, 'agent.profile'),
      'Correct its entry below `agents:` in orchestra.yaml, or the file it names.',
    ),
  );
}
