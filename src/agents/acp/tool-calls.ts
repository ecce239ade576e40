import type { StepEvent } from '../../contract/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { pathInside } from '../cli/path-inside.ts';
import type { ToolCallFacts, ToolContent } from './message-shapes.ts';

/** A call of a tool, as far as the agent has told of it. */
interface ToolCall {
  facts: ToolCallFacts;
  /** What a command printed, for agents that tell it piece by piece. */
  printed: string;
  told: boolean;
  over: boolean;
}

/** What is known of a call, in the terms of events. */
export interface KnownCall {
  readonly tool: string;
  readonly kind: string;
  readonly input: Json;
  /** Files it says it is about, absolute. */
  readonly paths: readonly string[];
}

/** Follows the tool calls of one turn: each is told in pieces, and each event once. */
export class ToolCalls {
  readonly #cwd: string;
  readonly #calls = new Map<string, ToolCall>();
  /** Files that were written through us, and told, until the call that wrote them ends. */
  readonly #written = new Set<string>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** What a piece of news about a call stands for. */
  update(news: ToolCallFacts): readonly StepEvent[] {
    const call = this.#merged(news);
    if (call.over) return [];
    const isOver = call.facts.status === 'completed' || call.facts.status === 'failed';
    const isBegun = call.facts.status === 'in_progress' || isOver || isWhole(call.facts);
    const begun = isBegun ? this.#called(call) : [];
    if (!isOver) return begun;
    call.over = true;
    return [...begun, resultOf(call), ...(call.facts.status === 'completed' ? this.#fileChanges(call.facts) : [])];
  }

  /** A call that the agent asks about: what it is, and the event that tells of it where none has. */
  asked(news: ToolCallFacts): { readonly call: KnownCall; readonly events: readonly StepEvent[] } {
    const call = this.#merged(news);
    return { call: knownCall(call.facts), events: this.#called(call) };
  }

  /** A file was written through us. */
  written(path: string, change: 'created' | 'modified'): StepEvent {
    this.#written.add(path);
    return this.#fileChange(path, change);
  }

  #merged(news: ToolCallFacts): ToolCall {
    const call = this.#calls.get(news.toolCallId) ?? { facts: news, printed: '', told: false, over: false };
    this.#calls.set(news.toolCallId, call);
    call.printed += printedIn(news);
    const told = Object.entries(news).filter(([, value]) => !isNothing(value));
    call.facts = { ...call.facts, ...(Object.fromEntries(told) as ToolCallFacts) }; // some of its own members
    return call;
  }

  #called(call: ToolCall): readonly StepEvent[] {
    if (call.told) return [];
    call.told = true;
    const { tool, input } = knownCall(call.facts);
    return [{ type: 'AgentToolCall', id: call.facts.toolCallId, tool, input }];
  }

  #fileChanges({ kind, content, locations }: ToolCallFacts): readonly StepEvent[] {
    const diffs = (content ?? []).flatMap(({ type, path, oldText }) =>
      type === 'diff' && path !== undefined ? [{ path, change: oldText ? 'modified' : 'created' } as const] : [],
    );
    const change = kind === 'delete' ? ('deleted' as const) : ('modified' as const);
    const named = kind === 'edit' || kind === 'delete' ? (locations ?? []).map(({ path }) => ({ path, change })) : [];
    const changes = diffs.length > 0 ? diffs : named;
    return changes.flatMap((file) =>
      this.#written.delete(file.path) ? [] : [this.#fileChange(file.path, file.change)],
    );
  }

  #fileChange(path: string, change: Extract<StepEvent, { type: 'AgentFileChange' }>['change']): StepEvent {
    return { type: 'AgentFileChange', path: pathInside(this.#cwd, path), change };
  }
}

/** Empty members say that something is not known yet, and take nothing back. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Arguments come in pieces as the model writes them; once there is something to show of the call, all of them are there. */
function isWhole({ rawInput, content }: ToolCallFacts): boolean {
  return !isNothing(rawInput) && !isNothing(content);
}

function knownCall(facts: ToolCallFacts): KnownCall {
  const { title, locations, content, rawInput } = facts;
  const kind = facts.kind ?? 'other';
  const ofContent = (content ?? []).flatMap(({ path }) => path ?? []);
  const paths = [...new Set([...(locations ?? []).map(({ path }) => path), ...ofContent])];
  return {
    tool: facts.name ?? toolNameIn(facts) ?? (kind === 'other' ? (title ?? kind) : kind),
    kind,
    input: isNothing(rawInput) ? { ...(title && { title }), ...(paths.length > 0 && { paths }) } : (rawInput as Json),
    paths,
  };
}

/** The protocol had no name for tools for a long time; some agents told it beside. */
function toolNameIn({ _meta: meta }: ToolCallFacts): string | undefined {
  const own = Object.values(meta ?? {}).find((value) => isJsonObject(value) && typeof value['toolName'] === 'string');
  const name = meta?.['toolName'] ?? (isJsonObject(own) ? own['toolName'] : undefined);
  return typeof name === 'string' ? name : undefined;
}

/** What a command printed since, of agents that show commands in a terminal of the client. */
function printedIn({ _meta: meta }: ToolCallFacts): string {
  const news = meta?.['terminal_output_delta'];
  const data = isJsonObject(news) ? news['data'] : undefined;
  return typeof data === 'string' ? data : '';
}

function resultOf({ facts, printed }: ToolCall): StepEvent {
  const { toolCallId: id, status, content, rawOutput } = facts;
  const output = textOfOutput(rawOutput) ?? (printed || undefined) ?? textOfContent(content ?? [], rawOutput);
  return { type: 'AgentToolResult', id, isError: status === 'failed', output };
}

function textOfOutput(rawOutput: Json | undefined): string | undefined {
  if (typeof rawOutput === 'string') return rawOutput;
  if (!isJsonObject(rawOutput)) return undefined;
  return ['output', 'error', 'message', 'content']
    .map((key) => rawOutput[key])
    .find((value): value is string => typeof value === 'string');
}

function textOfContent(content: readonly ToolContent[], rawOutput: Json | JsonObject | undefined): string {
  if (content.length === 0 && !isNothing(rawOutput)) return JSON.stringify(rawOutput);
  return content.flatMap(({ content: block }) => block?.text ?? []).join('\n');
}
