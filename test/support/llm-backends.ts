import { createDirectAdapter } from '../../src/agents/llm/direct.ts';
import { createLangGraphAdapter } from '../../src/agents/llm/langgraph/langgraph.ts';
import { createLoopAdapter } from '../../src/agents/llm/loop.ts';
import type { ToolBackendOptions } from '../../src/agents/llm/backend-options.ts';
import type { Conversations, RecalledOperation } from '../../src/agents/llm/conversation.ts';
import { Providers } from '../../src/agents/llm/providers/provider.ts';
import type { Tool, Toolbox, ToolContext, ToolResult } from '../../src/agents/tools/tool.ts';
import type { ProviderType } from '../../src/contract/config/provider-types.ts';
import { providersSection } from '../../src/contract/config/providers.ts';
import type { StepEvent } from '../../src/contract/event.ts';
import type { AgentAdapter, AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import { stepCall, stepServices } from './step-fixture.ts';

/** Every backend that talks to models itself. */
export const llmBackends: Readonly<Record<string, (options: ToolBackendOptions) => AgentAdapter>> = {
  direct: createDirectAdapter,
  loop: createLoopAdapter,
  langgraph: createLangGraphAdapter,
};

/** Settings of a provider of each wire format, at a server on loopback. */
export const wireFormats: Readonly<Partial<Record<ProviderType, (url: string) => object>>> = {
  anthropic: (url) => ({ api_base: `${url}/v1`, models: { smart: 'claude-test' }, max_tokens: 1_000 }),
  openai: (url) => ({ api_base: `${url}/v1`, models: { smart: 'gpt-test' } }),
  google: (url) => ({ api_base: `${url}/v1beta`, models: { smart: 'gemini-test' } }),
  'openai-compatible': (url) => ({
    api_base: `${url}/v1`,
    models: { smart: 'open-test' },
    api_key: 'OPEN_KEY',
    local: false,
  }),
};

const keys = { ANTHROPIC_API_KEY: 'key', OPENAI_API_KEY: 'key', GEMINI_API_KEY: 'key', OPEN_KEY: 'key' };

export function providersAt(url: string, type: string, more: object = {}, env: object = keys): Providers {
  const settings = wireFormats[type as ProviderType]?.(url);
  return new Providers(
    providersSection.parse({ default: type, [type]: { ...settings, ...more } }),
    env as Readonly<Record<string, string>>,
  );
}

const services = { operation: 'test', redactor: createRedactor(), emit: async () => undefined };

/** Tools that do as they are told, and every call of them. */
export function toolboxOf(...tools: readonly Tool[]): Toolbox & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    tools,
    calls,
    async call(name, input, context) {
      const tool = tools.find((known) => known.name === name);
      if (!tool) return { text: `there is no tool "${name}"`, isError: true };
      calls.push(context.key);
      // What these tests ask with is an object.
      return tool.run(input as Parameters<Tool['run']>[0], { ...context, ...services });
    },
    close: async () => undefined,
  };
}

/** A tool that is given a path. */
export function tool(
  name: string,
  run: (path: string, context: ToolContext) => Promise<ToolResult>,
  access: Tool['access'] = 'read',
): Tool {
  const parameters = { type: 'object', properties: { path: { type: 'string' } } };
  return {
    name,
    description: `does ${name}`,
    parameters,
    access,
    run: ({ path }, context) => run(typeof path === 'string' ? path : '', context),
  };
}

/** Conversations in memory, as the journal would have them. */
export function keptConversations(operations: readonly RecalledOperation[] = []): Conversations {
  return { recall: async () => operations, join: () => undefined };
}

export interface TakenTurn {
  readonly events: readonly StepEvent[];
  readonly result: AgentResult;
}

/** One prompt to a fresh session, or to one that is continued, to its end. */
export async function turnOf(
  adapter: AgentAdapter,
  text: string,
  more: Partial<OpenSession> = {},
  signal = new AbortController().signal,
): Promise<TakenTurn> {
  const services = stepServices({ signal });
  const session = await adapter.open({
    sessionId: 'our-id',
    cwd: '/project',
    env: {},
    call: stepCall(),
    services,
    ...more,
  });
  const told: AgentEvent[] = [];
  for await (const event of session.prompt(text, signal)) told.push(event);
  await session.close();
  const result = told.pop();
  if (result?.type !== 'result') throw new Error('a turn ends with a result');
  return { events: told.filter((event) => event.type !== 'result'), result };
}
