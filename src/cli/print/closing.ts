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

/** The full answer of the last agent stage on the way to the end: what the pipeline was run for. */
async function reportOf(orchestra: Orchestra, view: RunView): Promise<string | undefined> {
  if (view.state !== 'completed') return undefined;
  const stage = view.visited.findLast((node) => view.artifacts.some(({ name }) => name === `${node}.response`));
  const content = stage === undefined ? undefined : await orchestra.artifact(view.runId, `${stage}.response`);
  return typeof content === 'string' ? content : undefined;
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
