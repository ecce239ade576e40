import type { Question } from '../../contract/question.ts';
import { durationOf, textOf } from '../../language/graph/attributes.ts';
import { clip } from '../preamble/clip.ts';
import { chosenKey, interview } from '../walk/interview.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage } from '../walk/walk-handler.ts';
import type { BranchResult } from './join-policy.ts';

/** Key of the option that takes no result: the first, and the default, so that nothing is approved by itself. */
const noneKey = 'N';

/**
 * Asks a person which branch is the best one (`select=person`). Taking none of them fails the fan-in, as does every answer
 * that names none.
 * @param candidates best first
 * @param choose called with the id of the chosen one
 */
export function askForBest(
  visit: Visit,
  stage: Stage,
  candidates: readonly BranchResult[],
  choose: (id: string) => void,
): void {
  const question = questionFor(visit, candidates);
  interview(stage, visit, {
    key: attemptKey(visit),
    question,
    concluded(answer) {
      const key = chosenKey(question, answer);
      const chosen = candidates.find((_candidate, index) => keyAt(index) === key);
      if (chosen) return choose(chosen.id);
      return stage.finish(visit, { status: 'fail', failureReason: 'none of the candidates was chosen' });
    },
  });
}

function questionFor({ node }: Visit, candidates: readonly BranchResult[]): Question {
  const timeoutMs = durationOf(node, 'timeout');
  const asked = textOf(node, 'label') ?? `Which one does ${node.id} take?`;
  return {
    text: [asked, ...candidates.map(describe)].join('\n'),
    type: 'MULTIPLE_CHOICE',
    options: [
      { key: noneKey, label: 'None of them' },
      ...candidates.map(({ id }, index) => ({ key: keyAt(index), label: id })),
    ],
    defaultKey: noneKey,
    stage: node.id,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function keyAt(index: number): string {
  return String(index + 1);
}

/** Characters of an answer that help to tell it from another. */
const excerptLength = 200;

function describe({ id, status, score, response }: BranchResult): string {
  const rated = score === undefined ? status : `${status}, score ${score}`;
  return response === '' ? `- ${id} (${rated})` : `- ${id} (${rated}): ${clip(response, excerptLength)}`;
}
