import { openQuestions } from '../../app/open-questions.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import type { Session } from '../../app/session.ts';
import { bareLabel } from '../../contract/question.ts';
import { finalStates } from '../../contract/run.ts';
import type { RunView } from '../../contract/run-view.ts';
import { formatDuration } from '../../shared/duration.ts';
import { noteLine, printLine, type CliContext } from '../context.ts';

/** What a person reads when a run comes to rest: its report on stdout, then state, cost and the next command on stderr. */
export async function printClosing(
  context: CliContext,
  orchestra: Orchestra,
  session: Session,
  view: RunView,
): Promise<void> {
  const report = await reportOf(session, view);
  if (report !== undefined) {
    // Set apart on stderr alone: what is written to a file or a pipe is the report and nothing else.
    noteLine(context, '');
    printLine(context, report.trim());
    noteLine(context, '');
  }
  const { state, durationMs, failureReason } = view;
  const reason = failureReason === undefined ? '' : `: ${failureReason}`;
  noteLine(context, `[Pipeline] ${state} after ${formatDuration(durationMs)}${usageText(view)}${reason}`);
  for (const line of await nextSteps(orchestra, view)) noteLine(context, `  ${line}`);
}

/** What the run was for: the full answer, or the output, of the last stage that gave one. */
async function reportOf(session: Session, view: RunView): Promise<string | undefined> {
  if (view.state !== 'completed') return undefined;
  const kept = new Set(view.artifacts.map(({ name }) => name));
  for (const node of view.visited.toReversed()) {
    // An answer, else an output too long for the context, else a short one.
    const artifact = [`${node}.response`, `${node}.output`].find((name) => kept.has(name));
    const content = artifact ? await session.artifact(artifact) : view.context[`tools.${node}.output`];
    if (typeof content === 'string' && content.trim() !== '') return content;
  }
  return undefined;
}

function usageText({ usage }: RunView): string {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (tokens === 0) return '';
  const cost = usage.costUsd === undefined ? '' : `, $${usage.costUsd.toFixed(4)}`;
  return `, ${tokens} tokens${cost}`;
}

/** The open questions, those of children included, and the commands that lead on. */
async function nextSteps(orchestra: Orchestra, { runId, state }: RunView): Promise<readonly string[]> {
  if (finalStates.has(state)) return [`See all of it with: orchestra show ${runId}`];
  const asked = await openQuestions(orchestra, await orchestra.findRun(runId));
  const isAlone = new Set(asked.map((question) => question.runId)).size === asked.length;
  return [
    ...asked.flatMap(({ runId: asker, question: { id, text, options } }) => [
      `[?] ${text}`,
      ...options.map(({ key, label }) => `    [${key}] ${bareLabel(label)}`),
      `    Answer with: orchestra answer ${asker} ${options[0]?.key ?? 'TEXT'}${isAlone ? '' : ` --question '${id}'`}`,
    ]),
    `Go on with: orchestra resume ${runId}`,
  ];
}
