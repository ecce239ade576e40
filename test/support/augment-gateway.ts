import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A server between an agent of its own protocol and the model server. */
export interface AgentGateway {
  /** Base URL to give to the agent instead of the model server's. */
  readonly url: string;
  stop(): Promise<void>;
}

/*
 * Auggie speaks no public protocol but that of its vendor. This server answers what version 0.36.0 asks for and puts its
 * questions to the model server as OpenAI Chat, so that one script serves all agents.
 */

/** @param modelUrl base URL of the model server */
export async function startAugmentGateway(modelUrl: string): Promise<AgentGateway> {
  const server = createServer((incoming, response) => {
    void answer(incoming, response, modelUrl).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const smallAnswers: Readonly<Record<string, object>> = {
  '/get-models': {
    default_model: 'test-model',
    models: [{ name: 'test-model', suggested_prefix_char_count: 1000, suggested_suffix_char_count: 1000 }],
    feature_flags: {},
    user: { id: 'test', email: 'test@example.com', tenant_id: 'test', tenant_name: 'test' },
  },
  '/agents/list-remote-tools': { tools: [] },
};

async function answer(incoming: IncomingMessage, response: ServerResponse, modelUrl: string): Promise<void> {
  const asked = (await json(incoming)) as ChatRequest;
  response.setHeader('content-type', 'application/json');
  if (incoming.url !== '/chat-stream') {
    response.end(JSON.stringify(smallAnswers[incoming.url ?? ''] ?? {}));
    return;
  }
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  const answered = await fetch(`${modelUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'test-model',
      messages: messagesOf(asked),
      tools: (asked.tool_definitions ?? []).map(toolOf),
    }),
    signal: abort.signal,
  });
  if (!answered.ok) {
    response.writeHead(answered.status).end(await answered.text());
    return;
  }
  const { choices } = (await answered.json()) as Completion;
  for (const line of linesOf(choices[0].message)) response.write(`${JSON.stringify(line)}\n`);
  response.end();
}

interface Exchange {
  readonly request_message?: string;
  readonly response_text?: string;
  readonly request_nodes?: readonly RequestNode[];
  readonly response_nodes?: readonly ResponseNode[];
}

interface ChatRequest {
  readonly message?: string;
  readonly chat_history?: readonly Exchange[];
  readonly nodes?: readonly RequestNode[];
  readonly tool_definitions?: readonly { readonly name: string }[];
}

/** A text (type 0), or the result of a tool (type 1). */
interface RequestNode {
  readonly text_node?: { readonly content: string };
  readonly tool_result_node?: { readonly tool_use_id: string; readonly content: string };
}

interface ResponseNode {
  readonly tool_use?: { readonly tool_use_id: string; readonly tool_name: string; readonly input_json: string };
}

interface Message {
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

interface Completion {
  readonly choices: readonly [{ readonly message: Message }];
}

function messagesOf({ message, nodes, chat_history: history = [] }: ChatRequest): readonly object[] {
  return [
    ...history.flatMap((exchange) => [
      ...asked(exchange.request_message, exchange.request_nodes),
      ...answeredBy(exchange),
    ]),
    ...asked(message, nodes),
  ];
}

function asked(message: string | undefined, nodes: readonly RequestNode[] = []): readonly object[] {
  const results = nodes.flatMap(({ tool_result_node: result }) =>
    result ? [{ role: 'tool', tool_call_id: result.tool_use_id, content: result.content }] : [],
  );
  if (results.length > 0) return results;
  const texts = nodes.flatMap(({ text_node: text }) => (text ? [text.content] : []));
  return [{ role: 'user', content: texts.length > 0 ? texts.join('\n') : (message ?? '') }];
}

function answeredBy({ response_text: content = '', response_nodes: nodes = [] }: Exchange): readonly object[] {
  const calls = nodes.flatMap(({ tool_use: use }) =>
    use
      ? [{ id: use.tool_use_id, type: 'function', function: { name: use.tool_name, arguments: use.input_json } }]
      : [],
  );
  return [{ role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) }];
}

const toolOf = ({ name }: { readonly name: string }): object => ({
  type: 'function',
  function: { name, parameters: {} },
});

/** The answer in pieces, as the vendor streams it; the last says why it stops: it is over (1), or tools are to be used (3). */
function linesOf({ content, tool_calls: calls = [] }: Message): readonly object[] {
  const text = content ?? '';
  return [
    { text, nodes: [{ id: 1, type: 0, content: text }] },
    ...calls.map(({ id, function: { name, arguments: input } }, index) => ({
      text: '',
      nodes: [
        { id: index + 2, type: 5, content: '', tool_use: { tool_use_id: id, tool_name: name, input_json: input } },
      ],
    })),
    { text: '', nodes: [], stop_reason: calls.length > 0 ? 3 : 1 },
  ];
}
