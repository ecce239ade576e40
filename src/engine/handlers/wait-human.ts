import {
  acceleratorKey,
  matchOption,
  type Answer,
  type Question,
  type QuestionOption,
} from '../../contract/question.ts';
import { durationOf, textOf } from '../../language/graph/attributes.ts';
import type { Edge, Node } from '../../language/graph/graph.ts';
import { assertNever } from '../../shared/errors.ts';
import { interview } from '../walk/interview.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';

interface Choice {
  readonly option: QuestionOption;
  readonly edge: Edge;
}

/**
 * 4.6: asks a person to choose among the outgoing edges. Only an answer that names a choice takes its edge; everything
 * else fails or retries.
 */
export const waitHumanHandler: WalkHandler = {
  begin(visit, stage) {
    const choices = choicesOf(stage.openEdges(visit));
    if (choices.length === 0) {
      return stage.finish(visit, { status: 'fail', failureReason: 'No outgoing edges for human gate' });
    }
    const question = questionFor(visit, choices);
    return interview(stage, visit, {
      key: attemptKey(visit),
      question,
      concluded: (answer) => conclude(visit, stage, { choices, question }, answer),
    });
  },
};

/** Options in file order. Colliding accelerators are told apart, so that every choice has a key of its own. */
function choicesOf(edges: readonly Edge[]): readonly Choice[] {
  const taken = new Set<string>();
  return edges.map((edge) => {
    const label = textOf(edge, 'label') ?? edge.to;
    const key = freeKey(label, taken);
    taken.add(key);
    return { option: { key, label, to: edge.to }, edge };
  });
}

function freeKey(label: string, taken: ReadonlySet<string>): string {
  const candidates = [acceleratorKey(label), ...[...label.toUpperCase()].filter((letter) => /[A-Z0-9]/.test(letter))];
  const free = candidates.find((key) => key !== '' && !taken.has(key));
  if (free !== undefined) return free;
  for (let number = 1; ; number += 1) if (!taken.has(String(number))) return String(number);
}

function questionFor(visit: Visit, choices: readonly Choice[]): Question {
  const { node } = visit;
  const options = choices.map(({ option }) => option);
  const timeoutMs = durationOf(node, 'timeout');
  const defaultKey = defaultOf(node, options)?.key;
  return {
    text: textOf(node, 'label') ?? 'Select an option:',
    type: 'MULTIPLE_CHOICE',
    options,
    stage: node.id,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(defaultKey === undefined ? {} : { defaultKey }),
  };
}

/** `human.default_choice` names a target (6.5), else a key or label. */
function defaultOf(node: Node, options: readonly QuestionOption[]): QuestionOption | undefined {
  const written = textOf(node, 'human.default_choice');
  if (written === undefined) return undefined;
  const leadingThere = options.filter(({ to }) => to === written);
  return leadingThere.length === 1 ? leadingThere[0] : matchOption(written, options);
}

interface Asked {
  readonly choices: readonly Choice[];
  readonly question: Question;
}

function conclude(visit: Visit, stage: Stage, { choices, question }: Asked, answer: Answer): void {
  switch (answer.kind) {
    case 'timeout':
      return concludeTimeout(visit, stage, choices, question.defaultKey);
    case 'choice':
      return choose(visit, stage, choices, answer.key);
    case 'text':
      return choose(visit, stage, choices, matchOption(answer.text, question.options)?.key ?? answer.text);
    case 'invalid':
      return refuse(visit, stage, answer.text);
    case 'skipped':
      return stage.finish(visit, { status: 'fail', failureReason: 'human skipped interaction' });
    default:
      return assertNever(answer);
  }
}

function concludeTimeout(visit: Visit, stage: Stage, choices: readonly Choice[], defaultKey: string | undefined): void {
  if (defaultKey === undefined) {
    return stage.finish(visit, { status: 'retry', failureReason: 'human gate timeout, no default' });
  }
  return choose(visit, stage, choices, defaultKey);
}

function choose(visit: Visit, stage: Stage, choices: readonly Choice[], key: string): void {
  const choice = choices.find(({ option }) => option.key === key);
  if (!choice) return refuse(visit, stage, key);
  const { option, edge } = choice;
  stage.finish(
    visit,
    {
      status: 'success',
      preferredLabel: option.label,
      suggestedNextIds: [edge.to],
      contextUpdates: { 'human.gate.selected': option.key, 'human.gate.label': option.label },
      notes: `Selected ${option.label}`,
    },
    { chosenEdge: edge },
  );
}

function refuse(visit: Visit, stage: Stage, answer: string): void {
  stage.finish(visit, { status: 'fail', failureReason: `"${answer}" is none of the choices` });
}
