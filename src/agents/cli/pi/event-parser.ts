import type { StepEvent } from '../../../contract/event.ts';
import { addUsage } from '../../../contract/add-usage.ts';
import type { Usage } from '../../../contract/outcome.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

/** Reads the lines of one turn of `pi --mode json`. */
export class PiTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('pi');
  /** What calls under way were asked for, by their id. */
  readonly #calls = new Map<string, Json>();
  #usage: Usage | undefined;
  #last: shapes.Message | undefined;
  #concluded = false;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  get concluded(): boolean {
    return this.#concluded;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    return endOfTurn({
      lines: this.#lines,
      usage: this.#usage,
      failure: failureOf(this.#concluded ? this.#last : undefined, ending),
      text: this.#last ? textOf(this.#last.content) : '',
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'session': {
        const { id: sessionId } = shaped(shapes.session, line);
        return [{ type: 'AgentSessionStarted', agent: 'pi', sessionId, resumed: this.#context.resumed }];
      }
      case 'message_end':
        return this.#messageEvents(shaped(shapes.messageEnd, line).message);
      case 'tool_execution_start': {
        const { toolCallId: id, toolName: tool, args: input } = shaped(shapes.toolStart, line);
        this.#calls.set(id, input);
        return [{ type: 'AgentToolCall', id, tool, input }];
      }
      case 'tool_execution_end':
        return this.#toolEnded(shaped(shapes.toolEnd, line));
      case 'agent_start':
        this.#concluded = false;
        return [];
      case 'agent_end':
        this.#concluded = !shaped(shapes.agentEnd, line).willRetry;
        return [];
      case 'auto_retry_start': {
        const { attempt, delayMs, errorMessage: reason } = shaped(shapes.retryStart, line);
        // The end of the agent before it does not always say that it is tried again.
        this.#concluded = false;
        return [{ type: 'AgentRetrying', attempt, reason, ...(delayMs !== undefined && { delayMs }) }];
      }
      default:
        return ignoredTypes.has(line['type']) ? [] : this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  #messageEvents(message: shapes.Message): readonly StepEvent[] {
    if (message.role !== 'assistant') return [];
    this.#last = message;
    if (message.usage) this.#usage = sum(this.#usage, message.usage, message.model);
    if (typeof message.content === 'string') return [{ type: 'AgentText', text: message.content }];
    return message.content.flatMap(({ type, text, thinking }): readonly StepEvent[] => {
      if (type === 'text' && text) return [{ type: 'AgentText', text }];
      return type === 'thinking' && thinking ? [{ type: 'AgentThinking', text: thinking }] : [];
    });
  }

  #toolEnded({
    toolCallId: id,
    toolName,
    isError,
    result,
  }: ReturnType<typeof shapes.toolEnd.parse>): readonly StepEvent[] {
    const output = textOf(result?.content ?? []);
    const told: StepEvent = { type: 'AgentToolResult', id, isError, output };
    const asked = shapes.fileArguments.safeParse(this.#calls.get(id));
    this.#calls.delete(id);
    if (isError || !changingTools.has(toolName) || !asked.success) return [told];
    // It does not tell a new file from one that was there.
    return [told, { type: 'AgentFileChange', path: asked.data.path, change: 'modified' }];
  }
}

const changingTools: ReadonlySet<string> = new Set(['write', 'edit']);

/** Known and of no use here; `message_update` repeats the whole message for each piece of it. */
const ignoredTypes: ReadonlySet<Json | undefined> = new Set([
  'turn_start',
  'turn_end',
  'message_start',
  'message_update',
  'tool_execution_update',
  'auto_retry_end',
  'entry_appended',
  'agent_settled',
  'queue_update',
  'compaction_start',
  'compaction_end',
]);

function textOf(content: shapes.Message['content']): string {
  if (typeof content === 'string') return content;
  return content.flatMap(({ type, text }) => (type === 'text' && text ? [text] : [])).join('\n');
}

/** Input tokens include those of the cache. Of models without a price it tells a cost of 0. */
function sum(before: Usage | undefined, used: shapes.PiUsage, model: string | undefined): Usage | undefined {
  const { input, output, cacheRead, cacheWrite, cost } = used;
  const inputTokens = input + cacheRead + cacheWrite;
  if (inputTokens === 0 && output === 0) return before;
  return addUsage(before, {
    inputTokens,
    outputTokens: output,
    ...cachedTokens(cacheRead, cacheWrite),
    ...(cost && cost.total > 0 && { costUsd: cost.total }),
    ...(model !== undefined && { model }),
  });
}
