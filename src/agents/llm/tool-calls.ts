import type { StepEvent } from '../../contract/event.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { isJsonObject, throughJson } from '../../shared/json.ts';
import type { Toolbox, ToolboxResult } from '../tools/tool.ts';
import type { LlmTask } from './llm-adapter.ts';
import type { ModelToolCall } from './model-call.ts';

/**
 * Runs the calls that the conversation waits for and tells what came of each. Calls that only read run at the same time,
 * others in the order the model asked for them. A call keeps its key when it is run again after a crash.
 */
export async function* runToolCalls(
  { conversation, request }: LlmTask,
  toolbox: Toolbox,
  signal: AbortSignal,
): AsyncGenerator<StepEvent> {
  const calls = conversation.unanswered;
  if (calls.length === 0) return;
  const position = conversation.position;
  const run = (call: ModelToolCall): Promise<ToolboxResult> => {
    const key = `${request.services.key}/${position}/${call.id}`;
    return toolbox.call(call.tool, call.input, { cwd: request.cwd, env: request.env, key, signal });
  };
  const readers = new Set(toolbox.tools.filter(({ access }) => access === 'read').map(({ name }) => name));
  if (calls.length > 1 && calls.every(({ tool }) => readers.has(tool))) return yield* together(calls, run, signal);
  for (const call of calls) {
    yield callEvent(call);
    signal.throwIfAborted();
    const result = await run(call);
    signal.throwIfAborted();
    yield* resultEvents(call, result);
  }
}

type Run = (call: ModelToolCall) => Promise<ToolboxResult>;

async function* together(calls: readonly ModelToolCall[], run: Run, signal: AbortSignal): AsyncGenerator<StepEvent> {
  for (const call of calls) yield callEvent(call);
  signal.throwIfAborted();
  const running = new Map(calls.map((call) => [call, run(call).then((result) => ({ call, result }))]));
  while (running.size > 0) {
    const { call, result } = await Promise.race(running.values());
    running.delete(call);
    signal.throwIfAborted();
    yield* resultEvents(call, result);
  }
}

function callEvent({ id, tool, input }: ModelToolCall): StepEvent {
  return { type: 'AgentToolCall', id, tool, input: jsonOf(input) };
}

function* resultEvents(
  { id, tool, input }: ModelToolCall,
  { text, isError, changes = [], denied }: ToolboxResult,
): Generator<StepEvent> {
  if (denied) yield { type: 'AgentPermissionDenied', tool, input: jsonOf(input) };
  for (const { path, change } of changes) yield { type: 'AgentFileChange', path, change };
  yield { type: 'AgentToolResult', id, isError, output: text };
}

/** What a model asks with came as JSON, or as a text that should have been. */
function jsonOf(input: unknown): Json {
  return isJsonObject(input) || Array.isArray(input) ? throughJson(input as JsonObject) : String(input);
}
