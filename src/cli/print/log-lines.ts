import type { EventLine } from '../../contract/event-line.ts';
import { bareLabel, type Question } from '../../contract/question.ts';
import { formatDuration } from '../../shared/duration.ts';
import { clip } from './clip.ts';
import { localTime } from './local-time.ts';
import { workspaceText } from './workspace-text.ts';

/** Columns the place of an event takes, so that what happened stands in one column. */
const placeColumns = 16;

/**
 * An event as a person reads it in a log: time, place, what happened; one line for each line of a text,
 * so that every line tells where it comes from.
 * @param runId the run whose log it is; events of others are marked with theirs
 */
export function logLines(line: EventLine, runId: string): readonly string[] {
  const other = line.runId === runId ? '' : `${line.runId.slice(0, 8)}:`;
  const head = `${localTime(line.at)}  ${`${other}${placeOf(line)}`.padEnd(placeColumns)}  `;
  return whatHappened(line)
    .split('\n')
    .map((text) => `${head}${text}`.trimEnd());
}

function placeOf(line: EventLine): string {
  if ('key' in line) return line.key;
  if ('visit' in line) return `${scopeOf(line.scope)}${line.name}#${line.visit}${attemptOf(line)}`;
  if ('branch' in line) return `${scopeOf(line.scope)}${line.name}/${line.branch}`;
  if ('question' in line) return line.id;
  switch (line.type) {
    case 'CheckpointSaved':
      return `${scopeOf(line.scope)}${line.nodeId}`;
    case 'GoalGateUnsatisfied':
      return line.node;
    case 'SteeringReceived':
      return line.node ?? '';
    case 'ChildObserved':
      return line.name;
    default:
      return '';
  }
}

function scopeOf(scope: string): string {
  return scope === '' ? '' : `${scope}/`;
}

function attemptOf(line: EventLine): string {
  return 'attempt' in line && line.attempt > 1 ? `@${line.attempt}` : '';
}

function whatHappened(line: EventLine): string {
  switch (line.type) {
    case 'PipelineStarted':
      return `pipeline ${line.name} started, run ${line.runId}${line.goal === '' ? '' : `\ngoal: ${line.goal}`}`;
    case 'PipelineRestarted':
      return `restart ${line.restart} at ${line.target}`;
    case 'PipelineCompleted':
      return `pipeline completed after ${formatDuration(line.durationMs)}`;
    case 'PipelineFailed':
      return `pipeline failed after ${formatDuration(line.durationMs)}: ${line.error}`;
    case 'PipelineCancelled':
      return `pipeline cancelled after ${formatDuration(line.durationMs)}: ${line.reason}`;
    case 'PipelinePaused':
      return 'pipeline paused';
    case 'StageStarted':
      return `started (${line.handler})`;
    case 'StageCompleted':
      return `${line.outcome.status} after ${formatDuration(line.durationMs)}${after(line.outcome.notes)}`;
    case 'StageFailed':
      return `${line.outcome.status} after ${formatDuration(line.durationMs)}: ${line.error}`;
    case 'StageRetrying':
      return `tries again in ${formatDuration(line.delayMs)}${line.reason === undefined ? '' : `: ${line.reason}`}`;
    case 'ParallelStarted':
      return `${line.branchCount} branches`;
    case 'ParallelBranchStarted':
      return 'branch started';
    case 'ParallelBranchCompleted':
      return `branch ${line.status} after ${formatDuration(line.durationMs)}`;
    case 'ParallelCompleted':
      return `branches ended after ${formatDuration(line.durationMs)}: ${line.successCount} well, ${line.failureCount} not`;
    case 'InterviewStarted':
      return questionText(line.question);
    case 'InterviewCompleted':
      // An `Answer`, as JSON.
      return `answered after ${formatDuration(line.durationMs)}: ${answerText(line.answer as object)}`;
    case 'InterviewTimeout':
      return `no answer within ${formatDuration(line.durationMs)}`;
    case 'CheckpointSaved':
      return line.next === undefined ? `the way ends (${line.reason})` : `goes on at ${line.next} (${line.reason})`;
    case 'GoalGateUnsatisfied':
      return `the goal gate is not satisfied${line.target === undefined ? '' : `: back to ${line.target}`}`;
    case 'BudgetExhausted':
      return `budget ${line.budget} of the ${line.scope} is exhausted: ${line.spent} of ${line.limit}`;
    case 'SteeringReceived':
      return `told: ${line.text}`;
    case 'ChildObserved':
      return `child seen ${line.status}${line.activeStage === undefined ? '' : ` at ${line.activeStage}`}`;
    case 'RunWarning':
    case 'AgentWarning':
      return `warning: ${line.message}`;
    case 'AgentSessionStarted':
      return `${line.agent} ${line.resumed ? 'goes on in' : 'began'} session ${line.sessionId}${after(line.model)}`;
    case 'AgentMessage':
      return line.role === 'user' ? 'is asked' : 'has answered';
    case 'AgentText':
      return `says: ${valueText(line.text)}`;
    case 'AgentThinking':
      return `thinks: ${valueText(line.text)}`;
    case 'AgentToolCall':
      return `calls ${line.tool} ${clip(valueText(line.input), 160)}`;
    case 'AgentToolResult':
      return `${line.isError ? 'got an error' : 'got'}: ${valueText(line.output)}`;
    case 'AgentFileChange':
      return `${line.change} ${line.path}`;
    case 'AgentUsage':
      return `used ${line.inputTokens} tokens in, ${line.outputTokens} out${line.costUsd === undefined ? '' : `, $${line.costUsd.toFixed(4)}`}`;
    case 'AgentPermissionDenied':
      return `was not permitted ${line.tool} ${clip(valueText(line.input), 160)}`;
    case 'AgentRetrying':
      return `agent tries again (${line.attempt}): ${line.reason}`;
    case 'AgentFallback':
      return `${line.from} cannot go on, ${line.to} does the work: ${line.reason}`;
    case 'AgentLimitReached':
      return `${line.agent} is limited for ${formatDuration(line.retryAfterMs)}: ${line.reason}`;
    case 'AgentQueued':
      return queuedText(line);
    case 'AgentCircuitChanged':
      return `circuit of ${line.agent} is ${line.state}: ${line.reason}`;
    case 'ProcessStarted':
      return `process ${line.pid}: ${clip(line.command, 160)}`;
    case 'ProcessExited':
      return `process ${line.pid} ended with ${line.signal ?? line.exitCode}`;
    case 'ToolOutput':
      return valueText(line.text).replace(/\n$/, '');
    case 'ToolHookFailed':
      return `the ${line.hook} hook failed with ${line.exitCode}: ${valueText(line.output)}`;
    case 'AgentTurnCompleted':
      return `turn ${line.turn} is complete, with ${line.toolCalls} tool calls`;
    case 'WorktreeCreated':
    case 'AgentCommitCreated':
    case 'WorkspaceSnapshotRecorded':
    case 'WorktreeMerged':
    case 'WorktreeMergeConflict':
    case 'SecretsFound':
    case 'SessionBranchPushed':
    case 'SessionBranchPushFailed':
    case 'ChangeRequestOpened':
    case 'WorkspaceNotice':
      return workspaceText(line);
  }
}

/** @returns which limit of the configuration an agent waits for, and how long */
export function queuedText({ agent, reason, waitMs }: Extract<EventLine, { type: 'AgentQueued' }>): string {
  return `${agent} waits${waitMs === undefined ? '' : ` ${formatDuration(waitMs)}`}: ${reason}`;
}

function after(note: string | undefined): string {
  return note === undefined || note === '' ? '' : `  ${clip(note.replaceAll(/\s+/g, ' '), 160)}`;
}

function questionText({ text, options, timeoutMs, defaultKey }: Question): string {
  const choices = options.map(({ key, label }) => ` [${key}] ${bareLabel(label)}`).join('');
  const silence = timeoutMs === undefined || defaultKey === undefined ? '' : `, else [${defaultKey}]`;
  const limit = timeoutMs === undefined ? '' : ` (within ${formatDuration(timeoutMs)}${silence})`;
  return `asks: ${text}${choices}${limit}`;
}

function answerText({ kind, key, text, by }: Partial<Record<string, unknown>>): string {
  const said = kind === 'choice' ? `[${valueText(key)}]` : valueText(text ?? kind);
  return by === undefined ? said : `${said} (by ${valueText(by)})`;
}

/** Texts above 64 KB lie in blobs of the journal, and a reference in their place. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isReference = typeof value === 'object' && value !== null && '$blob' in value && 'bytes' in value;
  return isReference ? `(${String(value.bytes)} bytes)` : JSON.stringify(value);
}
