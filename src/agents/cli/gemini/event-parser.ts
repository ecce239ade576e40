import type { StepEvent } from '../../../contract/event.ts';
import type { Usage } from '../../../contract/outcome.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { pathInside } from '../path-inside.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf, isDenial } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

/** Reads the stream-json lines of one turn of Gemini CLI. */
export class GeminiTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('Gemini CLI');
  /** Calls under way, by their id. */
  readonly #calls = new Map<string, shapes.ToolUse>();
  #model: string | undefined;
  /** What was said since the last call of a tool; it comes in pieces. */
  #text = '';
  /** How much of it has been told. */
  #told = 0;
  #error: string | undefined;
  #result: shapes.ResultLine | undefined;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  get concluded(): boolean {
    return this.#result !== undefined;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    const end = endOfTurn({
      lines: this.#lines,
      usage: usageOf(this.#result, this.#model),
      failure: failureOf({ result: this.#result, error: this.#error }, ending),
      text: this.#text,
    });
    return [...this.#untoldText(), ...end];
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'init': {
        const { session_id: sessionId, model } = shaped(shapes.init, line);
        this.#model = model;
        const { resumed } = this.#context;
        return [
          { type: 'AgentSessionStarted', agent: 'gemini', sessionId, ...(model !== undefined && { model }), resumed },
        ];
      }
      case 'message': {
        const { role, content } = shaped(shapes.message, line);
        if (role === 'assistant') this.#text += content;
        return [];
      }
      case 'tool_use':
        return this.#called(shaped(shapes.toolUse, line));
      case 'tool_result':
        return this.#returned(shaped(shapes.toolResult, line));
      case 'error':
        return this.#problem(shaped(shapes.errorLine, line));
      case 'result':
        this.#result = shaped(shapes.result, line);
        return this.#untoldText();
      default:
        return this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  #untoldText(): readonly StepEvent[] {
    const text = this.#text.slice(this.#told);
    this.#told = this.#text.length;
    return text === '' ? [] : [{ type: 'AgentText', text }];
  }

  #called(call: shapes.ToolUse): readonly StepEvent[] {
    const { tool_id: id, tool_name: tool, parameters: input } = call;
    const said = this.#untoldText();
    this.#calls.set(id, call);
    [this.#text, this.#told] = ['', 0];
    return [...said, { type: 'AgentToolCall', id, tool, input }];
  }

  #returned({ tool_id: id, status, output = '', error }: shapes.ToolResult): readonly StepEvent[] {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    const isError = status !== 'success' || error !== undefined;
    const result: StepEvent = { type: 'AgentToolResult', id, isError, output: error?.message ?? output };
    if (!call) return [result];
    const { tool_name: tool, parameters: input } = call;
    if (isError) return isDenial(error) ? [{ type: 'AgentPermissionDenied', tool, input }, result] : [result];
    const asked = shapes.fileArguments.safeParse(input);
    if (!changingTools.has(tool) || !asked.success) return [result];
    // It does not tell a new file from one that was there.
    return [
      result,
      { type: 'AgentFileChange', path: pathInside(this.#context.cwd, asked.data.file_path), change: 'modified' },
    ];
  }

  #problem({ severity, message }: ReturnType<typeof shapes.errorLine.parse>): readonly StepEvent[] {
    if (severity === 'error') this.#error = message;
    return [{ type: 'AgentWarning', message: `Gemini CLI: ${message}` }];
  }
}

const changingTools: ReadonlySet<string> = new Set(['write_file', 'replace']);

/** Output tokens include those the model thought with. Undefined where nothing was used. */
function usageOf(line: shapes.ResultLine | undefined, model: string | undefined): Usage | undefined {
  if (!line?.stats) return undefined;
  const { input_tokens: inputTokens, output_tokens: said, total_tokens: total } = line.stats;
  const outputTokens = Math.max(said, total - inputTokens);
  if (inputTokens === 0 && outputTokens === 0) return undefined;
  const cached = cachedTokens(line.stats.cached, 0);
  return { inputTokens, outputTokens, ...cached, ...(model !== undefined && { model }) };
}
