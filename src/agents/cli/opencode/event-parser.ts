import type { StepEvent } from '../../../contract/event.ts';
import { addUsage } from '../../../contract/add-usage.ts';
import type { Usage } from '../../../contract/outcome.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { CliAgent, TranscriptContext } from '../cli-agent.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf } from './failure-map.ts';
import { fileChangesOf } from './file-changes.ts';
import * as shapes from './transcript-shapes.ts';

/**
 * Reads the lines of one turn of `opencode run --format json`, or of a fork. None of them tells of the end: it is the
 * last step, which calls no tool.
 */
export class OpencodeTranscript implements TranscriptReader {
  readonly #agent: Pick<CliAgent, 'id' | 'name'>;
  readonly #context: TranscriptContext;
  readonly #lines: JsonLines;
  #hasStarted = false;
  #usage: Usage | undefined;
  #text = '';
  #reason: string | undefined;
  #error: shapes.OpencodeError | undefined;

  constructor(agent: Pick<CliAgent, 'id' | 'name'>, context: TranscriptContext) {
    this.#agent = agent;
    this.#context = context;
    this.#lines = new JsonLines(agent.name);
  }

  get concluded(): boolean {
    return this.#reason !== undefined || this.#error !== undefined;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    return endOfTurn({
      lines: this.#lines,
      usage: this.#usage,
      failure: failureOf(this.#agent.name, { reason: this.#reason, error: this.#error }, ending),
      text: this.#text,
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'step_start':
        // Whatever the step or the error before it looked like, the agent goes on.
        this.#reason = undefined;
        this.#error = undefined;
        return this.#sessionStarted(line);
      case 'text':
        this.#text = shaped(shapes.textLine, line).part.text;
        return [...this.#sessionStarted(line), { type: 'AgentText', text: this.#text }];
      case 'reasoning': {
        const { text } = shaped(shapes.textLine, line).part;
        return [...this.#sessionStarted(line), { type: 'AgentThinking', text }];
      }
      case 'tool_use': {
        const { part } = shaped(shapes.toolLine, line);
        return [...this.#sessionStarted(line), ...toolEvents(part), ...fileChangesOf(part, this.#context.cwd)];
      }
      case 'step_finish':
        this.#stepFinished(shaped(shapes.stepFinish, line).part);
        return this.#sessionStarted(line);
      case 'error':
        this.#error = shaped(shapes.errorLine, line).error;
        return this.#sessionStarted(line);
      default:
        return this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  /** There is no line for it: the id stands in every line. */
  #sessionStarted(line: JsonObject): readonly StepEvent[] {
    const { sessionID: sessionId } = shaped(shapes.anyLine, line);
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [{ type: 'AgentSessionStarted', agent: this.#agent.id, sessionId, resumed: this.#context.resumed }];
  }

  #stepFinished(step: shapes.FinishedStep): void {
    this.#usage = sum(this.#usage, step);
    this.#reason = step.reason === 'tool-calls' ? undefined : step.reason;
  }
}

/** A call is told when it is over, together with its result. */
function toolEvents({ callID: id, tool, state }: shapes.ToolPart): readonly StepEvent[] {
  const { input } = state;
  const call: StepEvent = { type: 'AgentToolCall', id, tool, input };
  if (state.status === 'completed') {
    const shell = shapes.shellMetadata.safeParse(state.metadata);
    const isError = shell.success && shell.data.exit !== 0;
    return [call, { type: 'AgentToolResult', id, isError, output: state.output }];
  }
  const told: StepEvent = { type: 'AgentToolResult', id, isError: true, output: state.error };
  return isDenial(state.error) ? [call, told, { type: 'AgentPermissionDenied', tool, input }] : [call, told];
}

function isDenial(error: string): boolean {
  return /specified a rule which prevents you|rejected permission to use/.test(error);
}

/** Input tokens include those of the cache, output tokens those of reasoning. Without prices it tells a cost of 0. */
function sum(before: Usage | undefined, { tokens, cost }: shapes.FinishedStep): Usage | undefined {
  const { input = 0, output = 0, reasoning = 0, cache = { read: 0, write: 0 } } = tokens ?? {};
  const inputTokens = input + cache.read + cache.write;
  const outputTokens = output + reasoning;
  if (inputTokens === 0 && outputTokens === 0) return before;
  const cached = cachedTokens(cache.read, cache.write);
  return addUsage(before, { inputTokens, outputTokens, ...cached, ...(cost > 0 && { costUsd: cost }) });
}
