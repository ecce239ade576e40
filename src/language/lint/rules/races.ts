import { listOf, textOf } from '../../graph/attributes.ts';
import { finding, placeOf } from '../../graph/place.ts';
import type { LintRule } from '../lint-rule.ts';

/** A race needs agents to run against each other: on a node an agent works on, and at least two of them. */
export const raceAgents: LintRule = {
  name: 'race_agents',
  apply(graph, { handlerOf }) {
    const made = new Set([...graph.nodes.values()].map((node) => textOf(node, 'race.of')));
    return [...graph.nodes.values()]
      .filter((node) => node.attributes.has('race') && !made.has(node.id))
      .map((node) => {
        const isWork = handlerOf(node.id) === 'codergen';
        const count = listOf(node, 'race').length;
        const few =
          count === 0 ? 'race names no agent' : `race names one agent alone, which does the work of ${node.id}`;
        return finding(
          'race_agents',
          'warning',
          isWork ? few : `race has no effect on ${node.id}, which no agent works on`,
          placeOf(node, 'race'),
          isWork ? 'Name two agents or more: `race="claude-code,codex"`.' : 'Write it on a node with a prompt.',
        );
      });
  },
};

/** Who chooses, where there is nothing to choose from. */
export const judgeWithoutRace: LintRule = {
  name: 'judge_without_race',
  apply: (graph) =>
    [...graph.nodes.values()]
      .filter((node) => node.attributes.has('race.judge') && !node.attributes.has('race'))
      .map((node) =>
        finding(
          'judge_without_race',
          'warning',
          `race.judge has no effect on ${node.id}, which has no race`,
          placeOf(node, 'race.judge'),
          'Add `race="claude-code,codex"`, or remove it.',
        ),
      ),
};
