import type { StepEvent } from '../../../contract/event.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { TranscriptReader } from '../cli-turn.ts';
import { shaped } from '../json-lines.ts';
import type { UserLine } from '../message-shapes.ts';
import { MessageTranscript, type ChangedFile, type CompletedCall } from '../message-transcript.ts';
import { failureOf } from './failure-map.ts';
import { fileArguments, result, retry } from './transcript-shapes.ts';
import { TurnUsage } from './turn-usage.ts';

/** Reads the stream-json lines of one turn of Qwen Code, which took over the format of Claude Code. */
export function qwenTranscript(context: TranscriptContext): TranscriptReader {
  return new MessageTranscript(context, {
    agent: 'qwen',
    name: 'Qwen Code',
    result,
    usage: new TurnUsage(context.resumed),
    failureOf,
    changedFiles,
    systemEvents,
  });
}

const changingTools: ReadonlySet<string> = new Set(['write_file', 'edit']);

function changedFiles(_line: UserLine, calls: readonly CompletedCall[]): readonly ChangedFile[] {
  return calls.flatMap(({ tool, input, isError, output }): readonly ChangedFile[] => {
    const asked = fileArguments.safeParse(input);
    if (isError || !changingTools.has(tool) || !asked.success) return [];
    return [{ path: asked.data.file_path, change: /^successfully created/i.test(output) ? 'created' : 'modified' }];
  });
}

function systemEvents(line: JsonObject): readonly StepEvent[] {
  if (line['subtype'] !== 'retry') return [];
  const { attempt = 1, delayMs, reason: said } = shaped(retry, line).data;
  const reason = said === 'retry' ? 'request failed' : said;
  return [{ type: 'AgentRetrying', attempt, reason, ...(delayMs !== undefined && { delayMs: Math.round(delayMs) }) }];
}
