import { randomUUID } from 'node:crypto';
import { finalStates } from '../../contract/run.ts';
import type { OpenQuestion } from '../../contract/run-view.ts';
import { answerFrom } from '../../contract/question.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface AnswerFlags {
  readonly json?: boolean;
  readonly question?: string;
}

export async function answerQuestion(this: CliContext, flags: AnswerFlags, runId: string, text: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${row.id} is ${row.state}`);
    const question = openQuestion((await orchestra.view(row)).questions, flags.question, row.id);
    if (!answerFrom(question, text)) throw refused(question, text);
    await orchestra.send(row.id, { kind: 'answer', question: question.id, answer: text }, 'cli', randomUUID());
    const lease = await orchestra.journal.leaseOf(row.id);
    const live = lease?.alive ?? false;
    if (flags.json) printJson(this, { runId: row.id, question: question.id, answer: text, result: 'accepted', live });
    else printLine(this, live ? `Answered ${question.id}.` : `Stored. Go on with: orchestra resume ${row.id}`);
    return exitCodes.success;
  });
}

/** The question meant: the named one, or the only one open. */
function openQuestion(questions: readonly OpenQuestion[], id: string | undefined, runId: string): OpenQuestion {
  const named = id === undefined ? questions : questions.filter((question) => question.id === id || question.stage === id);
  const [first, second] = named;
  if (first && !second) return first;
  const ids = questions.map((question) => question.id).join(', ');
  if (!first) throw new OrchestraError('QUESTION_UNKNOWN', id === undefined ? `run ${runId} asks nothing` : `run ${runId} has no open question ${id}`);
  throw new OrchestraError('USAGE', `run ${runId} has several open questions: ${ids}`, { hint: 'Name one with --question ID.' });
}

function refused(question: OpenQuestion, text: string): OrchestraError {
  const options = question.options.map(({ key, label }) => `${key} (${label})`).join(', ');
  return new OrchestraError('ANSWER_INVALID', `"${text}" does not answer "${question.text}"`, {
    ...(options === '' ? {} : { hint: `Answer with one of: ${options}` }),
  });
}
