import type { StepEvent } from '../../../contract/event.ts';
import type { Usage } from '../../../contract/outcome.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { pathInside } from '../path-inside.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

/** Reads the stream-json lines of one turn of `cursor-agent --print`. */
export class CursorTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('Cursor');
  #model: string | undefined;
  #thought = '';
  #text = '';
  #said = '';
  #isOtherSession = false;
  #result: shapes.ResultLine | undefined;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  /** It is over, too, where the session is another: what it does there nobody asked for. */
  get concluded(): boolean {
    return this.#result !== undefined || this.#isOtherSession;
  }

  read(text: string): readonly StepEvent[] {
    const trimmed = text.trim();
    if (trimmed !== '' && !trimmed.startsWith('{')) this.#said = trimmed;
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    const [result, said, isOtherSession] = [this.#result, this.#said, this.#isOtherSession];
    return endOfTurn({
      lines: this.#lines,
      usage: usageOf(result?.usage, this.#model),
      failure: failureOf({ result, said, isOtherSession }, ending),
      text: this.#text || (result?.result ?? ''),
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'system':
        return line['subtype'] === 'init' ? this.#initEvents(shaped(shapes.init, line)) : [];
      case 'assistant':
        return this.#assistantEvents(shaped(shapes.assistant, line));
      case 'thinking':
        return this.#thinkingEvents(shaped(shapes.thinking, line));
      case 'tool_call':
        return this.#toolEvents(shaped(shapes.toolCall, line));
      case 'result':
        this.#result = shaped(shapes.result, line);
        return [];
      default:
        return ignoredTypes.has(line['type']) ? [] : this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  #initEvents({ session_id: sessionId, model }: ReturnType<typeof shapes.init.parse>): readonly StepEvent[] {
    const { resumed, sessionId: expected = sessionId } = this.#context;
    this.#model = model;
    this.#isOtherSession = sessionId !== expected;
    return [
      { type: 'AgentSessionStarted', agent: 'cursor', sessionId, ...(model !== undefined && { model }), resumed },
    ];
  }

  #assistantEvents({ message }: ReturnType<typeof shapes.assistant.parse>): readonly StepEvent[] {
    const text = message.content.map((part) => part.text).join('');
    if (text === '') return [];
    this.#text = text;
    return [{ type: 'AgentText', text }];
  }

  #thinkingEvents({ subtype, text }: ReturnType<typeof shapes.thinking.parse>): readonly StepEvent[] {
    this.#thought += text;
    if (subtype !== 'completed' || this.#thought === '') return [];
    const thought = this.#thought;
    this.#thought = '';
    return [{ type: 'AgentThinking', text: thought }];
  }

  #toolEvents({
    subtype,
    call_id: id,
    tool_call: call,
  }: ReturnType<typeof shapes.toolCall.parse>): readonly StepEvent[] {
    const { tool, input, result = {} } = toolOf(call);
    if (subtype === 'started') return [{ type: 'AgentToolCall', id, tool, input }];
    const [outcome = 'success', value = null] = Object.entries(result)[0] ?? [];
    const shell = shapes.shellSuccess.safeParse(value);
    const isError = outcome !== 'success' || (shell.success && shell.data.exitCode !== 0);
    const output = shell.success ? shell.data.stdout + shell.data.stderr : JSON.stringify(value);
    return [
      ...(outcome === 'rejected' ? [{ type: 'AgentPermissionDenied', tool, input } as const] : []),
      { type: 'AgentToolResult', id, isError, output },
      ...(isError ? [] : this.#fileChange(tool, input)),
    ];
  }

  /** It does not always tell a new file from one that was there. */
  #fileChange(tool: string, input: Json): readonly StepEvent[] {
    const change = changeKinds.get(tool);
    const asked = shapes.fileArguments.safeParse(input);
    if (change === undefined || !asked.success) return [];
    return [{ type: 'AgentFileChange', path: pathInside(this.#context.cwd, asked.data.path), change }];
  }
}

interface Tool {
  readonly tool: string;
  readonly input: Json;
  readonly result?: Readonly<Record<string, Json>> | undefined;
}

function toolOf(call: Readonly<Record<string, unknown>>): Tool {
  const key = Object.keys(call).find((name) => name.endsWith(suffix));
  if (key === undefined) {
    const { name: tool, arguments: input = {}, result } = shaped(shapes.namedTool, call['function']);
    return { tool, input, result };
  }
  const { args: input = {}, result } = shaped(shapes.toolBody, call[key]);
  return { tool: key.slice(0, -suffix.length), input, result };
}

const suffix = 'ToolCall';

const changeKinds: ReadonlyMap<string, 'modified' | 'deleted'> = new Map([
  ['write', 'modified'],
  ['edit', 'modified'],
  ['delete', 'deleted'],
]);

/** Known and of no use here; it answers its own `interaction_query`. */
const ignoredTypes: ReadonlySet<Json | undefined> = new Set(['user', 'interaction_query']);

/** Input tokens include those read from and written to the cache. */
function usageOf(tokens: shapes.Tokens | undefined, model: string | undefined): Usage | undefined {
  if (!tokens) return undefined;
  return {
    inputTokens: tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens,
    outputTokens: tokens.outputTokens,
    ...cachedTokens(tokens.cacheReadTokens, tokens.cacheWriteTokens),
    ...(model !== undefined && { model }),
  };
}
