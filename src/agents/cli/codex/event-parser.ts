import type { StepEvent } from '../../../contract/event.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { pathInside } from '../path-inside.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf, retryOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';
import { usageOfTurn } from './turn-usage.ts';

/** Reads the lines of one turn of `codex exec --json`. */
export class CodexTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('Codex');
  /** Calls told when they started, by the id of their item. */
  readonly #called = new Set<string>();
  #text = '';
  #completed: shapes.Tokens | 'without usage' | undefined;
  #failed: string | undefined;
  #retries = 0;

  constructor(context: TranscriptContext) {
    this.#context = context;
  }

  get concluded(): boolean {
    return this.#completed !== undefined || this.#failed !== undefined;
  }

  read(text: string): readonly StepEvent[] {
    return this.#lines.read(text, (line) => this.#events(line));
  }

  conclude(ending: CliEnding): readonly AgentEvent[] {
    const isCompleted = this.#completed !== undefined;
    const total = this.#completed === 'without usage' ? undefined : this.#completed;
    return endOfTurn({
      lines: this.#lines,
      usage: usageOfTurn(total, this.#context),
      failure: failureOf({ isCompleted, failed: this.#failed }, ending),
      text: this.#text,
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    switch (line['type']) {
      case 'thread.started': {
        const { thread_id: sessionId } = shaped(shapes.threadStarted, line);
        return [{ type: 'AgentSessionStarted', agent: 'codex', sessionId, resumed: this.#context.resumed }];
      }
      case 'turn.started':
        return [];
      case 'turn.completed':
        this.#completed = shaped(shapes.turnCompleted, line).usage ?? 'without usage';
        return [];
      case 'turn.failed':
        this.#failed = shaped(shapes.turnFailed, line).error.message;
        return [];
      case 'error':
        return this.#error(shaped(shapes.errorLine, line).message);
      case 'item.started':
        return this.#itemStarted(shaped(shapes.itemLine, line).item);
      case 'item.updated':
        return [];
      case 'item.completed':
        return this.#itemCompleted(shaped(shapes.itemLine, line).item);
      default:
        return this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    }
  }

  /** The last error of a turn that failed is told once more by the line that ends it. */
  #error(message: string): readonly StepEvent[] {
    const reason = retryOf(message);
    if (reason === undefined) return [];
    this.#retries += 1;
    return [{ type: 'AgentRetrying', attempt: this.#retries, reason }];
  }

  #itemStarted(item: shapes.Item): readonly StepEvent[] {
    switch (item.type) {
      case 'command_execution':
        return this.#call(item.id, 'shell', { command: shaped(shapes.commandItem, item).command });
      case 'mcp_tool_call': {
        const { server, tool, arguments: input = {} } = shaped(shapes.mcpItem, item);
        return this.#call(item.id, `${server}.${tool}`, input);
      }
      default:
        return [];
    }
  }

  #itemCompleted(item: shapes.Item): readonly StepEvent[] {
    switch (item.type) {
      case 'agent_message':
        this.#text = shaped(shapes.textItem, item).text;
        return [{ type: 'AgentText', text: this.#text }];
      case 'reasoning':
        return [{ type: 'AgentThinking', text: shaped(shapes.textItem, item).text }];
      case 'command_execution':
        return [...this.#untoldCall(item), ...this.#commandResult(item)];
      case 'mcp_tool_call':
        return [...this.#untoldCall(item), ...this.#mcpResult(item)];
      case 'file_change':
        return this.#fileChanges(item);
      case 'web_search':
        return this.#call(item.id, 'web_search', { query: shaped(shapes.webSearchItem, item).query });
      case 'error':
        // Of an item, not of the turn: unknown model metadata, for example.
        return [{ type: 'AgentWarning', message: `Codex: ${shaped(shapes.errorLine, item).message}` }];
      default:
        return []; // plans and whatever else the agent shows its user
    }
  }

  #call(id: string, tool: string, input: Extract<StepEvent, { type: 'AgentToolCall' }>['input']): readonly StepEvent[] {
    this.#called.add(id);
    return [{ type: 'AgentToolCall', id, tool, input }];
  }

  #untoldCall(item: shapes.Item): readonly StepEvent[] {
    return this.#called.has(item.id) ? [] : this.#itemStarted(item);
  }

  #commandResult(item: shapes.Item): readonly StepEvent[] {
    const { aggregated_output: output, exit_code: exitCode, status } = shaped(shapes.commandItem, item);
    const isError = status !== 'completed' || (typeof exitCode === 'number' && exitCode !== 0);
    return [{ type: 'AgentToolResult', id: item.id, isError, output }];
  }

  #mcpResult(item: shapes.Item): readonly StepEvent[] {
    const { status, result, error } = shaped(shapes.mcpItem, item);
    const output = error ? error.message : JSON.stringify(result ?? null);
    return [{ type: 'AgentToolResult', id: item.id, isError: status !== 'completed' || Boolean(error), output }];
  }

  #fileChanges(item: shapes.Item): readonly StepEvent[] {
    const { changes, status } = shaped(shapes.fileChangeItem, item);
    if (status !== 'completed') return [];
    return changes.map(({ path, kind }) => ({
      type: 'AgentFileChange',
      path: pathInside(this.#context.cwd, path),
      change: changeKinds[kind] ?? 'modified',
    }));
  }
}

const changeKinds: Readonly<Record<string, 'created' | 'modified' | 'deleted'>> = {
  add: 'created',
  update: 'modified',
  delete: 'deleted',
};
