import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, HumanMessage, isAIMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import type { ModelMessage } from 'ai';
import { isJsonObject } from '../../../shared/json.ts';
import type { ToolCallResult } from '../conversation.ts';
import type { ModelToolCall } from '../model-call.ts';

/** What the graph is made to do; it decides only what comes next. */
export interface ReactWork {
  readonly messages: readonly ModelMessage[];
  /** Asks the model once: what it says, and the tools it asks for. */
  ask(): Promise<ReactAnswer>;
  /** Runs the tools it asked for last. */
  runTools(): Promise<readonly ToolCallResult[]>;
  readonly maxTurns: number;
  readonly signal: AbortSignal;
  readonly callbacks: readonly BaseCallbackHandler[];
}

export interface ReactAnswer {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
}

/** Asks and runs tools in turn until none is asked for. Rejects with what `ask` and `runTools` reject with. */
export async function runReactGraph(work: ReactWork): Promise<void> {
  const model = new ConversationModel(work);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }, config) => ({ messages: [await model.invoke(messages, config)] }))
    .addNode('tools', async () => ({ messages: (await work.runTools()).map(toolMessage) }))
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', ({ messages }) => (asksForTools(messages.at(-1)) ? 'tools' : END), ['tools', END])
    .addEdge('tools', 'agent')
    .compile({ name: 'orchestra' });
  await graph.invoke(
    { messages: work.messages.flatMap(graphMessages) },
    // Two nodes a turn, and the limit of turns is told better by whoever counts them.
    { recursionLimit: 2 * work.maxTurns + 2, signal: work.signal, callbacks: [...work.callbacks] },
  );
}

/** A model of the graph that speaks for the conversation, which knows more of its messages than the graph does. */
class ConversationModel extends BaseChatModel {
  readonly #work: ReactWork;

  constructor(work: ReactWork) {
    super({});
    this.#work = work;
  }

  _llmType(): string {
    return 'orchestra';
  }

  async _generate(): Promise<ChatResult> {
    const { text, calls } = await this.#work.ask();
    const message = new AIMessage({ content: text, tool_calls: calls.map(graphCall) });
    return { generations: [{ text, message }] };
  }
}

function asksForTools(message: BaseMessage | undefined): boolean {
  return message !== undefined && isAIMessage(message) && (message.tool_calls ?? []).length > 0;
}

function graphCall({ id, tool, input }: ModelToolCall) {
  return { id, name: tool, args: isJsonObject(input) ? input : {}, type: 'tool_call' as const };
}

function toolMessage({ id, tool, text, isError }: ToolCallResult): ToolMessage {
  return new ToolMessage({ tool_call_id: id, name: tool, content: text, status: isError ? 'error' : 'success' });
}

/** The conversation so far, as far as the graph and its traces need to see it. */
function graphMessages({ role, content }: ModelMessage): readonly BaseMessage[] {
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  if (role === 'user') return [new HumanMessage(text)];
  if (role === 'assistant') {
    const calls = parts.flatMap((part) =>
      part.type === 'tool-call' ? [graphCall({ id: part.toolCallId, tool: part.toolName, input: part.input })] : [],
    );
    return [new AIMessage({ content: text, tool_calls: calls })];
  }
  return parts.flatMap((part) => {
    if (part.type !== 'tool-result') return [];
    const { toolCallId: id, toolName: tool, output } = part;
    const said = output.type === 'text' || output.type === 'error-text' ? output.value : '';
    return [toolMessage({ id, tool, text: said, isError: output.type === 'error-text' })];
  });
}
