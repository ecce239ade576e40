import type { StepEvent } from '../../../contract/event.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding, TranscriptReader } from '../cli-turn.ts';
import { JsonLines, shaped } from '../json-lines.ts';
import { endOfTurn } from '../turn-failure.ts';
import { failureOf } from './failure-map.ts';
import * as shapes from './transcript-shapes.ts';

/** Reads the one line that `auggie --print --output-format json` prints when a turn is over. */
export class AuggieTranscript implements TranscriptReader {
  readonly #context: TranscriptContext;
  readonly #lines = new JsonLines('Auggie');
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
    return endOfTurn({
      lines: this.#lines,
      usage: undefined,
      failure: failureOf(this.#result, ending),
      text: this.#result?.result ?? '',
    });
  }

  #events(line: JsonObject): readonly StepEvent[] {
    if (line['type'] !== 'result') return this.#lines.odd(`a line of unknown type: ${JSON.stringify(line)}`);
    const result = shaped(shapes.result, line);
    const { session_id: sessionId, result: text, is_error: isError, retry_stats: retries } = result;
    this.#result = result;
    return [
      { type: 'AgentSessionStarted', agent: 'augment', sessionId, resumed: this.#context.resumed },
      ...(retries?.events ?? []).map(retrying),
      ...(isError || text === '' ? [] : [{ type: 'AgentText', text } as const]),
    ];
  }
}

function retrying(
  { retry_reason: reason, error_message: message, backoff_ms: delayMs }: shapes.Retry,
  index: number,
): StepEvent {
  return {
    type: 'AgentRetrying',
    attempt: index + 1,
    reason: message ?? reason,
    ...(delayMs !== undefined && { delayMs }),
  };
}
