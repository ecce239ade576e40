import type { EventLine } from '../../contract/event-line.ts';
import { branchesAround } from '../../contract/keys.ts';
import { formatDuration } from '../../shared/duration.ts';
import { noteLine, type CliContext } from '../context.ts';
import { clip } from './clip.ts';
import { localTime } from './local-time.ts';
import { queuedText } from './log-lines.ts';
import { tellingNotes } from './telling-notes.ts';
import { workspaceText } from './workspace-text.ts';

export interface ProgressOptions {
  readonly runId: string;
  /** Whether somebody here is asked the questions, and so sees them. */
  readonly attended: boolean;
  /** Name of the pipeline, where its run goes on: printed before anything else, once something happens. */
  readonly resumed?: string | undefined;
}

/** Prints what happens as plain lines on stderr, one per event worth a line; branches and children are indented. */
export function createProgressPrinter(
  context: CliContext,
  { runId, attended, resumed }: ProgressOptions,
): (line: EventLine) => void {
  let heading = resumed === undefined ? undefined : `[Pipeline] ${resumed}  run ${runId} goes on`;
  return (line) => {
    if (heading !== undefined) noteLine(context, heading);
    heading = undefined;
    const text = line.type === 'InterviewStarted' && !attended ? questionText(line) : progressText(line);
    if (text !== undefined) noteLine(context, `${indentOf(line, runId)}${text}`);
  };
}

/** Two columns for each branch or child the event happened in. The scope of a budget is no path. */
function indentOf(line: EventLine, runId: string): string {
  const scope = 'scope' in line && line.type !== 'BudgetExhausted' ? line.scope : '';
  return '  '.repeat(branchesAround(scope).length + (line.runId === runId ? 0 : 1));
}

/** Node types a reader need not hear of when they start. */
const quiet: ReadonlySet<string> = new Set([
  'start',
  'exit',
  'conditional',
  'parallel',
  'parallel.fan_in',
  'wait.human',
]);

/** The line for an event that is worth one. */
export function progressText(line: EventLine): string | undefined {
  switch (line.type) {
    case 'PipelineStarted':
      return `[Pipeline] ${line.name}  run ${line.runId}${line.goal === '' ? '' : `\n  goal: ${line.goal}`}`;
    case 'StageStarted':
      return quiet.has(line.handler) ? undefined : `  > ${line.name}${line.visit > 1 ? `  (visit ${line.visit})` : ''}`;
    case 'StageCompleted':
      // Start and exit do nothing, and the pipeline's own lines stand beside them.
      if (line.name === 'start' || line.name === 'exit') return undefined;
      return `  + ${line.name}  ${formatDuration(line.durationMs)}${notesOf(line.outcome.notes)}`;
    case 'StageFailed':
      return `  x ${line.name}  ${line.error}`;
    case 'StageRetrying':
      return `  ~ ${line.name}  attempt ${line.attempt} ${whenText(line)}`;
    case 'ParallelStarted':
      return `  = ${line.name}  ${line.branchCount} branches`;
    case 'InterviewTimeout':
      return `  ? ${line.stage}  no answer in time`;
    case 'GoalGateUnsatisfied':
      return `  ! goal gate ${line.node} is not satisfied${line.target === undefined ? '' : `: back to ${line.target}`}`;
    case 'PipelineRestarted':
      return `[Pipeline] restart ${line.restart} at ${line.target}`;
    case 'BudgetExhausted':
      return `  ! budget ${line.budget} of the ${line.scope} is exhausted`;
    case 'AgentToolCall':
      return `    . ${line.tool} ${clip(JSON.stringify(line.input), 80)}`;
    case 'AgentRetrying':
      return `    ~ ${line.reason}`;
    case 'AgentFallback':
      return `    ~ ${line.to} instead of ${line.from}: ${line.reason}`;
    case 'AgentQueued':
      return `    ~ ${queuedText(line)}`;
    case 'AgentCircuitChanged':
      return `    ~ circuit of ${line.agent} is ${line.state}: ${line.reason}`;
    case 'AgentCommitCreated':
    case 'WorktreeMerged':
    case 'SessionBranchPushed':
    case 'ChangeRequestOpened':
      return `    ${workspaceText(line)}`;
    case 'WorktreeMergeConflict':
    case 'SecretsFound':
    case 'SessionBranchPushFailed':
    case 'WorkspaceNotice':
      return `    ! ${workspaceText(line)}`;
    case 'AgentPermissionDenied':
      return `    ! ${line.tool} was not permitted`;
    case 'AgentWarning':
    case 'RunWarning':
      return `  ! ${line.message}`;
    default:
      return undefined;
  }
}

/** A question nobody here is asked, where the run stays to wait for its default. */
function questionText({ stage, question }: Extract<EventLine, { type: 'InterviewStarted' }>): string | undefined {
  const { text, timeoutMs, defaultKey } = question;
  if (timeoutMs === undefined || defaultKey === undefined) return undefined;
  return `  ? ${stage}  ${text}  (without an answer within ${formatDuration(timeoutMs)}, [${defaultKey}] is taken)`;
}

/** Long waits are told by the time of day they end at. */
function whenText({ at, delayMs, reason }: Extract<EventLine, { type: 'StageRetrying' }>): string {
  if (reason === undefined) return `in ${formatDuration(delayMs)}`;
  return `in ${formatDuration(delayMs)}, at ${localTime(Date.parse(at) + delayMs)}`;
}

function notesOf(notes: string | undefined): string {
  const told = tellingNotes(notes);
  return told === undefined ? '' : `  ${clip(told.replace(/\s+/g, ' '), 100)}`;
}
