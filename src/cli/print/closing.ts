import type { Orchestra } from '../../app/orchestra.ts';
import type { OpenQuestion, RunView } from '../../contract/run-view.ts';
import { formatDuration } from '../../shared/duration.ts';
import { noteLine, printLine, type CliContext } from '../context.ts';

/** What a person reads when a run comes to rest: its report on stdout, then state, cost and the next command on stderr. */
export async function printClosing(context: CliContext, orchestra: Orchestra, view: RunView): Promise<void> {
  const report = await reportOf(orchestra, view);
  if (report !== undefined) printLine(context, `\n${report.trim()}\n`);
  noteLine(context, `[Pipeline] ${stateText(view)} after ${formatDuration(view.durationMs)}${usageText(view)}`);
  for (const question of view.questions) noteLine(context, questionText(view, question));
  noteLine(context, `  ${nextCommand(view)}`);
}

/** What the run was for: the full answer, or the output, of the last stage that gave one. */
async function reportOf(orchestra: Orchestra, view: RunView): Promise<string | undefined> {
  if (view.state !== 'completed') return undefined;
  for (const node of view.visited.toReversed()) {
    const content = (await orchestra.artifact(view.runId, `${node}.response`)) ?? view.context[`tools.${node}.output`];
    if (typeof content === 'string' && content.trim() !== '') return content;
  }
  return undefined;
}

function stateText({ state, failureReason }: RunView): string {
  return failureReason === undefined ? state : `${state}: ${failureReason}`;
}

function usageText({ usage }: RunView): string {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (tokens === 0) return '';
  const cost = usage.costUsd === undefined ? '' : `, $${usage.costUsd.toFixed(4)}`;
  return `, ${tokens} tokens${cost}`;
}

function questionText({ runId }: RunView, { text, options, id }: OpenQuestion): string {
  const keys = options.map(({ key, label }) => `    ${key}  ${label}`).join('\n');
  return `  [?] ${text}\n${keys}\n      orchestra answer ${runId} ${options[0]?.key ?? 'TEXT'} --question '${id}'`;
}

function nextCommand({ runId, state }: RunView): string {
  const resumable = state === 'waiting' || state === 'paused' || state === 'interrupted';
  return resumable ? `Go on with: orchestra resume ${runId}` : `See all of it with: orchestra show ${runId}`;
}
