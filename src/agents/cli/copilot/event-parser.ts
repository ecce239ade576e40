import type { StepEvent } from '../../../contract/event.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { pathInside } from '../path-inside.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf, reasonOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

interface Call {
  readonly tool: string;
  readonly input: Json;
}

/** Reads the lines of one turn of `copilot --output-format json`. */
export class CopilotTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('GitHub Copilot CLI');
  /** Calls under way, by their id. */
  readonly #calls = new Map<string, Call>();
  #hasBegun = false;
  #model: string | undefined;
  #text = '';
  #retries = 0;
  #failedCall: shapes.CallFailure | undefined;
  #error: shapes.SessionError | undefined;
  #isAborted = false;
  #toldExitCode: number | undefined;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  get concluded(): boolean {
    return this.#toldExitCode !== undefined;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    const [toldExitCode, error, call, isAborted] = [this.#toldExitCode, this.#error, this.#failedCall, this.#isAborted];
    return endOfTurn({
      lines: this.#lines,
      usage: undefined, // it tells of none
      failure: failureOf({ toldExitCode, error, call, isAborted }, ending),
      text: this.#text,
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'session.tools_updated':
        this.#model = shaped(shapes.toolsUpdated, line).data.model;
        return [];
      case 'user.message':
        return this.#begin(this.#context.sessionId);
      case 'assistant.message':
        return this.#messageEvents(shaped(shapes.message, line));
      case 'assistant.reasoning': {
        const { data, agentId } = shaped(shapes.message, line);
        return agentId === undefined ? [{ type: 'AgentThinking', text: data.content }] : [];
      }
      case 'tool.execution_start': {
        const { toolCallId: id, toolName: tool, arguments: input = {} } = shaped(shapes.toolStart, line).data;
        this.#calls.set(id, { tool, input });
        return [{ type: 'AgentToolCall', id, tool, input }];
      }
      case 'tool.execution_complete':
        return this.#toolCompleted(shaped(shapes.toolComplete, line).data);
      case 'model.call_failure':
        this.#failedCall = shaped(shapes.callFailure, line).data;
        return [];
      case 'assistant.turn_retry':
        return [this.#retrying(shaped(shapes.turnRetry, line).data.reason)];
      case 'session.error':
        this.#error = shaped(shapes.sessionError, line).data;
        return [];
      case 'assistant.idle':
        this.#isAborted = shaped(shapes.idle, line).data.aborted === true;
        return [];
      case 'result': {
        const { sessionId, exitCode } = shaped(shapes.result, line);
        this.#toldExitCode = exitCode;
        return this.#begin(sessionId);
      }
      default:
        return isNoise(line) ? [] : this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  /** It tells its id only in its last line; by then the one it got has long been told. */
  #begin(sessionId: string | undefined): readonly StepEvent[] {
    if (this.#hasBegun || sessionId === undefined) return [];
    this.#hasBegun = true;
    const model = this.#model;
    const { resumed } = this.#context;
    return [
      { type: 'AgentSessionStarted', agent: 'copilot', sessionId, ...(model !== undefined && { model }), resumed },
    ];
  }

  #messageEvents({ data: { content: text }, agentId }: ReturnType<typeof shapes.message.parse>): readonly StepEvent[] {
    if (agentId !== undefined) return [];
    [this.#error, this.#failedCall] = [undefined, undefined]; // it got over them
    this.#text = text;
    return text === '' ? [] : [{ type: 'AgentText', text }];
  }

  #toolCompleted(data: shapes.ToolComplete): readonly StepEvent[] {
    const { toolCallId: id, success, shellExecution, result, error, fileEdits } = data;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    const isError = !success || (shellExecution?.exitCode ?? 0) !== 0;
    return [
      ...(error?.code === 'denied' && call ? [{ type: 'AgentPermissionDenied', ...call } as const] : []),
      { type: 'AgentToolResult', id, isError, output: error?.message ?? result?.content ?? '' },
      ...fileEdits.map(({ path, kind }): StepEvent => ({
        type: 'AgentFileChange',
        path: pathInside(this.#context.cwd, path),
        change: changeKinds.get(kind) ?? 'modified',
      })),
    ];
  }

  #retrying(reason: string): StepEvent {
    this.#retries += 1;
    const failed = this.#failedCall;
    const told = failed ? [failed.statusCode, reasonOf(failed)].filter(Boolean).join(' ') : '';
    return { type: 'AgentRetrying', attempt: this.#retries, reason: told || reason };
  }
}

const changeKinds: ReadonlyMap<string, 'created' | 'deleted'> = new Map([
  ['create', 'created'],
  ['delete', 'deleted'],
]);

/** Pieces of what comes whole later and progress of many kinds, or known and of no use here. */
function isNoise(line: JsonObject): boolean {
  return line['ephemeral'] === true || ignoredTypes.has(line['type']);
}

const ignoredTypes: ReadonlySet<Json | undefined> = new Set([
  'abort',
  'assistant.turn_end',
  'assistant.turn_start',
  'permission.completed',
  'permission.requested',
  'session.compaction_complete',
  'session.compaction_start',
  'session.context_changed',
  'session.resume',
  'session.shutdown',
  'session.skills_loaded',
  'session.start',
  'session.task_complete',
  'session.usage_checkpoint',
  'skill.invoked',
  'subagent.completed',
  'subagent.failed',
  'subagent.selected',
  'subagent.started',
  'system.message',
]);
