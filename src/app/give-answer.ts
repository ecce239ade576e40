import { randomUUID } from 'node:crypto';
import { answerFrom, bareLabel } from '../contract/question.ts';
import type { InboxEntry } from '../contract/command.ts';
import { finalStates } from '../contract/run.ts';
import type { OpenQuestion } from '../contract/run-view.ts';
import type { RunRow } from '../engine/ports/journal.ts';
import { didYouMean, nearest } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';
import { failpoint } from '../shared/failpoint.ts';
import { verdictOn } from './answer-verdict.ts';
import { openQuestions, type AskedQuestion } from './open-questions.ts';
import type { Orchestra } from './orchestra.ts';

export interface GivenAnswer {
  readonly text: string;
  /** Id of the question, or of the node that asks; the only one open unless given. */
  readonly question?: string | undefined;
  /** Which door it came through, for the record. */
  readonly by: string;
}

export interface AcceptedAnswer {
  /** The run that asked: the one named, or a child of it. */
  readonly runId: string;
  readonly question: string;
  /** Whether a process that walks the run has taken it; else it is kept until the run is resumed. */
  readonly live: boolean;
}

/**
 * Puts an answer into a run's inbox after checking it against the open questions (semantics.md, Inbox).
 * @throws OrchestraError RUN_FINISHED, QUESTION_UNKNOWN, ANSWER_INVALID, QUESTION_ANSWERED; USAGE where it
 * is not clear which question is meant
 */
export async function giveAnswer(
  orchestra: Orchestra,
  row: RunRow,
  { text, question: named, by }: GivenAnswer,
): Promise<AcceptedAnswer> {
  if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${row.id} is ${row.state}`);
  const { runId, question } = questionMeant(await openQuestions(orchestra, row), named, row.id);
  if (!answerFrom(question, text)) throw invalid(question, text);
  const id = randomUUID();
  await orchestra.send(runId, { kind: 'answer', question: question.id, answer: text }, by, id);
  failpoint('inbox:sent');
  const first = await firstAnswer(orchestra, runId, question);
  const verdict = first?.id === id ? await verdictOn(orchestra.journal, runId, first.seq) : 'refused';
  if (verdict === 'refused') {
    throw new OrchestraError('QUESTION_ANSWERED', `question ${question.id} of run ${runId} has an answer already`);
  }
  return { runId, question: question.id, live: verdict === 'taken' };
}

function questionMeant(asked: readonly AskedQuestion[], named: string | undefined, runId: string): AskedQuestion {
  const meant = asked.filter(({ question: { id, stage } }) => named === undefined || id === named || stage === named);
  const [first, second] = meant;
  if (!first) throw questionUnknown(asked, named, runId);
  if (!second) return first;
  const list = meant.map(({ runId: asker, question }) => `${question.id} of run ${asker}`).join(', ');
  throw new OrchestraError('USAGE', `several questions are open: ${list}`, {
    hint: 'Name the run that asks, and the question with `--question ID`.',
  });
}

function questionUnknown(asked: readonly AskedQuestion[], named: string | undefined, runId: string): OrchestraError {
  if (named === undefined) return new OrchestraError('QUESTION_UNKNOWN', `run ${runId} asks nothing`);
  const names = asked.flatMap(({ question: { id, stage } }) => [id, stage]);
  const text = `run ${runId} has no open question ${named}`;
  return new OrchestraError('QUESTION_UNKNOWN', text, names.length === 0 ? {} : { hint: didYouMean(named, names) });
}

function invalid({ options, text: asked }: OpenQuestion, text: string): OrchestraError {
  const labels = options.flatMap(({ label }) => [label, bareLabel(label)]);
  // Keys are single letters: any two of them are near.
  const near = nearest(text, labels);
  const choices = options.map(({ key, label }) => `${key} (${bareLabel(label)})`).join(', ');
  const hint = near === undefined ? `Answer with one of: ${choices}` : `Did you mean \`${near}\`? Choices: ${choices}`;
  return new OrchestraError('ANSWER_INVALID', `"${text}" does not answer "${asked}"`, choices === '' ? {} : { hint });
}

/** The inbox entry that answers the question: the first that fits, as for the walk. */
async function firstAnswer(
  orchestra: Orchestra,
  runId: string,
  question: OpenQuestion,
): Promise<InboxEntry | undefined> {
  const entries = await orchestra.journal.inbox(runId, 0);
  return entries.find(
    ({ command }) =>
      command.kind === 'answer' &&
      command.question === question.id &&
      typeof command.answer === 'string' &&
      answerFrom(question, command.answer) !== undefined,
  );
}
