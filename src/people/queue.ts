import { z } from 'zod';
import { answerFrom, type Answer, type Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { OrchestraError } from '../shared/errors.ts';
import { parseForeignJson } from '../shared/foreign-json.ts';
import type { Json } from '../shared/json.ts';
import { askInTurn } from './ask-in-turn.ts';

/**
 * Answers from a prepared list, one for each question in the order they are asked (6.4). `TIMEOUT` and `SKIPPED`
 * stand for themselves; an answer that does not fit its question is `invalid`; an exhausted list answers SKIPPED.
 */
export function createQueueInterviewer(answers: readonly string[]): Interviewer {
  const left = answers.values();
  const ask: Interviewer['ask'] = async (question, signal) => {
    signal.throwIfAborted();
    const { value } = left.next();
    return value === undefined ? { kind: 'skipped' } : prepared(question, value);
  };
  return { ask, askMultiple: (questions, signal) => askInTurn(ask, questions, signal), inform: async () => {} };
}

function prepared(question: Question, text: string): Answer {
  if (text === 'TIMEOUT') return { kind: 'timeout' };
  if (text === 'SKIPPED') return { kind: 'skipped' };
  return answerFrom(question, text) ?? { kind: 'invalid', text };
}

/** Problems told of one file: whoever made so many looks at all of it again. */
const mostTold = 20;

/**
 * Reads an answers file: a JSON list of strings.
 * @throws OrchestraError CONFIG_INVALID, naming the item
 */
export function parseAnswers(text: string): readonly string[] {
  const read = z.array(z.string()).safeParse(parseJson(text));
  if (read.success) return read.data;
  const lines = read.error.issues.map(({ path, message }) => `${z.core.toDotPath(['answers', ...path])}: ${message}`);
  throw new OrchestraError('CONFIG_INVALID', `the answers file is not valid: ${lines.slice(0, mostTold).join('; ')}`);
}

function parseJson(text: string): Json {
  const json = parseForeignJson(text);
  if ('problem' in json) throw new OrchestraError('CONFIG_INVALID', `the answers file is ${json.problem}`);
  return json.value;
}
