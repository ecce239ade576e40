import { giveAnswer } from '../../app/give-answer.ts';
import type { AnswerDocument } from '../../contract/command-documents.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface AnswerFlags {
  readonly json?: boolean;
  readonly question?: string;
}

export async function answerQuestion(this: CliContext, flags: AnswerFlags, run: string, text: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(run);
    const { runId, question, live } = await giveAnswer(orchestra, row, { text, question: flags.question, by: 'cli' });
    if (flags.json) printJson<AnswerDocument>(this, { runId, question, answer: text, live });
    else
      printLine(
        this,
        live
          ? `Answered ${question}.`
          : `Kept for ${question}. Go on with: orchestra resume ${await orchestra.rootOf(row)}`,
      );
    return exitCodes.success;
  });
}
