import type { Replayed } from '../../app/replay.ts';
import type { ReplayDifference } from '../../contract/replay-difference.ts';
import { lineDiff } from '../../shared/line-diff.ts';
import { noteLine, printLine, type CliContext } from '../context.ts';

/** What a person reads when a replay is over: the verdict on stdout, the next command on stderr. */
export function printReplay(context: CliContext, replayed: Replayed): void {
  for (const line of verdictLines(replayed)) printLine(context, line);
  noteLine(context, `  See all of it with: orchestra show ${replayed.runId}`);
}

function verdictLines({ source, difference, whole, state, answers }: Replayed): readonly string[] {
  const taken = `${answers} ${answers === 1 ? 'answer' : 'answers'} from the record of ${source.runId}`;
  if (difference) return [`Different after ${taken}`, ...differenceLines(difference)];
  if (whole) return [`Equal: ${taken}; ${state}`];
  return [`Equal as far as it goes: ${taken}, which is ${source.state}`];
}

const subjects: Readonly<Record<ReplayDifference['what'], string>> = {
  order: 'another operation comes next',
  prompt: 'another prompt',
  command: 'another command',
  question: 'another question',
  result: 'another result',
};

export function differenceLines({ what, operation, runId, recorded, asked }: ReplayDifference): readonly string[] {
  const place = operation === undefined ? `run ${runId}` : `${operation} of run ${runId}`;
  const heading = `  ${place}: ${subjects[what]}  (- recorded, + asked now)`;
  return [heading, ...lineDiff(recorded, asked).map((line) => `    ${line}`)];
}
