import type { z } from 'zod';
import type { StepEvent } from '../../contract/event.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { AgentEvent } from '../../engine/ports/agent.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { TranscriptContext } from './cli-agent.ts';
import type { CliEnding, TranscriptReader } from './cli-turn.ts';
import { JsonLines, shaped } from './json-lines.ts';
import * as shapes from './message-shapes.ts';
import { pathInside } from './path-inside.ts';
import { readHookFailure, tellsOfSkip } from './tool-hooks.ts';
import { endOfTurn, type Failure } from './turn-failure.ts';

/** What is an agent's own in the format of messages. */
export interface MessageDialect<Result extends shapes.ResultLine> {
  /** The agent's id. */
  readonly agent: string;
  /** Its name, for warnings. */
  readonly name: string;
  /** The line that ends a turn. */
  readonly result: z.ZodType<Result>;
  readonly usage: MessageUsage<Result>;
  /** What went wrong, or undefined where the line says in every respect that it went well. */
  failureOf(line: Result | undefined, ending: CliEnding): Failure | undefined;
  /** Files that the calls changed whose results this line brings. */
  changedFiles(line: shapes.UserLine, calls: readonly CompletedCall[]): readonly ChangedFile[];
  /** What lines of type `system` stand for whose subtype only this agent has. */
  systemEvents?(line: JsonObject): readonly StepEvent[];
}

/** Counts what one turn consumes. */
export interface MessageUsage<Result> {
  addMessage(id: string, tokens: shapes.Tokens): void;
  addResult(line: Result): void;
  /** Undefined when nothing was consumed. */
  total(model: string | undefined): Usage | undefined;
}

interface ToolCall {
  readonly tool: string;
  readonly input: Json;
}

export interface CompletedCall extends ToolCall {
  readonly isError: boolean;
  readonly output: string;
}

export interface ChangedFile {
  /** As the agent writes it. */
  readonly path: string;
  readonly change: Extract<StepEvent, { type: 'AgentFileChange' }>['change'];
}

/** See `AgentTurns.sampleLine`. */
export const messageSample =
  '{"type":"assistant","message":{"id":"m","role":"assistant","model":"m","content":[{"type":"text","text":"sample"}],"usage":{"input_tokens":1,"output_tokens":1}},"session_id":"s"}';

/** Reads one turn of an agent that prints its messages as Claude Code does with `--output-format stream-json`. */
export class MessageTranscript<Result extends shapes.ResultLine> implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #dialect: MessageDialect<Result>;
  readonly #lines: JsonLines;
  /** The tool calls seen, by id: what tells of their end names only the id. */
  readonly #calls = new Map<string, ToolCall>();
  /** Calls whose refusal has been told, as a denial or as a hook's. */
  readonly #refused = new Set<string>();
  #sessionId: string | undefined;
  #model: string | undefined;
  #result: Result | undefined;
  #concluded = false;
  /** The account's limit that refused a request, as words for a failure. */
  #refusedBy: string | undefined;

  constructor(context: TranscriptContext, dialect: MessageDialect<Result>) {
    this.#context = context;
    this.#dialect = dialect;
    this.#lines = new JsonLines(dialect.name);
  }

  get concluded(): boolean {
    return this.#concluded;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => {
      this.#noteTurn(line);
      return this.#events(line);
    });
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    return endOfTurn({
      lines: this.#lines,
      usage: this.#dialect.usage.total(this.#model),
      failure: this.#failure(ending),
      text: this.#result?.result ?? '',
    });
  }

  /** What it says of a limit names the time of day; beside it, its events name the moment. */
  #failure(ending: CliEnding): Failure | undefined {
    const failure = this.#dialect.failureOf(this.#result, ending);
    return failure && this.#refusedBy !== undefined
      ? { ...failure, error: `${failure.error} (${this.#refusedBy})` }
      : failure;
  }

  /** After a result only what belongs to another turn of the session shows that the agent goes on, and no noise does. */
  #noteTurn({ type, subtype }: JsonObject): void {
    if (type === 'result') this.#concluded = true;
    else if (type === 'assistant' || type === 'user' || subtype === 'init') this.#concluded = false;
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'system':
        return this.#systemEvents(line);
      case 'assistant':
        return this.#assistantEvents(shaped(shapes.assistant, line));
      case 'user':
        return this.#userEvents(shaped(shapes.user, line));
      case 'result':
        return this.#resultEvents(shaped(this.#dialect.result, line));
      case 'rate_limit_event':
        return this.#noteLimit(shapes.rateLimit.safeParse(line).data);
      default:
        return ignoredTypes.has(line['type']) ? [] : this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  #systemEvents(line: JsonObject): readonly StepEvent[] {
    switch (line['subtype']) {
      case 'init':
        return this.#initEvents(shaped(shapes.init, line));
      case 'api_retry':
        return [retrying(shaped(shapes.apiRetry, line))];
      case 'permission_denied': {
        const { tool_name: tool, tool_use_id: id } = shaped(shapes.permissionDenied, line);
        return this.#denial(tool, id, this.#calls.get(id)?.input ?? {});
      }
      case 'hook_response': {
        const failed = readHookFailure(shaped(shapes.hookResponse, line).stderr);
        return failed ? [failed] : [];
      }
      default:
        // Else progress of many kinds, more with every version.
        return this.#dialect.systemEvents?.(line) ?? [];
    }
  }

  /** Told now and then of every account; only a limit that refuses matters. */
  #noteLimit(line: z.infer<typeof shapes.rateLimit> | undefined): readonly StepEvent[] {
    const { status, resetsAt, rateLimitType = 'usage' } = line?.rate_limit_info ?? {};
    if (status === 'rejected' && resetsAt !== undefined)
      this.#refusedBy = `the ${rateLimitType} limit resets at ${new Date(resetsAt * 1_000).toISOString()}`;
    return [];
  }

  #initEvents({ session_id: sessionId, model }: z.infer<typeof shapes.init>): readonly StepEvent[] {
    // Background work can begin further turns of the same session, each with an init of its own.
    if (this.#sessionId === sessionId) return [];
    this.#sessionId = sessionId;
    this.#model = model;
    const { agent } = this.#dialect;
    const { resumed } = this.#context;
    return [{ type: 'AgentSessionStarted', agent, sessionId, ...(model !== undefined && { model }), resumed }];
  }

  #assistantEvents(line: z.infer<typeof shapes.assistant>): readonly StepEvent[] {
    const { id, content, usage } = line.message;
    if (usage) this.#dialect.usage.addMessage(id, usage);
    if (line.is_api_error_message === true) return [];
    const fromSubagent = typeof line.parent_tool_use_id === 'string';
    return content.flatMap((block) => this.#blockEvents(block, fromSubagent));
  }

  #blockEvents(block: shapes.Block, fromSubagent: boolean): readonly StepEvent[] {
    switch (block.type) {
      case 'text':
        return fromSubagent ? [] : [{ type: 'AgentText', text: shaped(shapes.textBlock, block).text }];
      case 'thinking':
        return fromSubagent ? [] : [{ type: 'AgentThinking', text: shaped(shapes.thinkingBlock, block).thinking }];
      case 'tool_use': {
        const { id, name: tool, input } = shaped(shapes.toolUseBlock, block);
        this.#calls.set(id, { tool, input });
        return [{ type: 'AgentToolCall', id, tool, input }];
      }
      default:
        return [];
    }
  }

  #userEvents(line: shapes.UserLine): readonly StepEvent[] {
    const { content } = line.message;
    if (typeof content === 'string') return [];
    const results = content.filter((block) => block.type === 'tool_result').map(toolResult);
    // What our own hook skipped is listed among the denials too, and has been told as the hook's.
    for (const { id, output } of results) if (tellsOfSkip(output)) this.#refused.add(id);
    const completed = results.flatMap(({ id, isError, output }): readonly CompletedCall[] => {
      const call = this.#calls.get(id);
      return call ? [{ ...call, isError, output }] : [];
    });
    return [...results, ...this.#dialect.changedFiles(line, completed).map((file) => this.#fileChange(file))];
  }

  #fileChange({ path, change }: ChangedFile): StepEvent {
    return { type: 'AgentFileChange', path: pathInside(this.#context.cwd, path), change };
  }

  #resultEvents(line: Result): readonly StepEvent[] {
    this.#result = line;
    this.#dialect.usage.addResult(line);
    return line.permission_denials.flatMap((denial) =>
      this.#denial(denial.tool_name, denial.tool_use_id, denial.tool_input),
    );
  }

  #denial(tool: string, id: string, input: Json): readonly StepEvent[] {
    if (this.#refused.has(id)) return [];
    this.#refused.add(id);
    return [{ type: 'AgentPermissionDenied', tool, input }];
  }
}

/** Known and of no use here. */
const ignoredTypes: ReadonlySet<Json | undefined> = new Set(['stream_event', 'tool_progress', 'keep_alive']);

function retrying(line: z.infer<typeof shapes.apiRetry>): StepEvent {
  const reason = [line.error_status, line.error].filter(Boolean).join(' ') || 'request failed';
  return {
    type: 'AgentRetrying',
    attempt: line.attempt,
    reason,
    ...(line.retry_delay_ms !== undefined && { delayMs: Math.round(line.retry_delay_ms) }),
  };
}

function toolResult(block: shapes.Block): Extract<StepEvent, { type: 'AgentToolResult' }> {
  const { tool_use_id: id, is_error: isError, content } = shaped(shapes.toolResultBlock, block);
  const parts = typeof content === 'string' ? [content] : (content ?? []).map((part) => part.text ?? `[${part.type}]`);
  return { type: 'AgentToolResult', id, isError: isError === true, output: parts.join('\n') };
}
