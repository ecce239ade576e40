import type { ToolBackendOptions } from '../agents/llm/backend-options.ts';
import { createDirectAdapter } from '../agents/llm/direct.ts';
import { createLangGraphAdapter } from '../agents/llm/langgraph/langgraph.ts';
import { createLoopAdapter } from '../agents/llm/loop.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';

/** The backends that talk to models themselves. What speaks to providers is loaded when one is asked. */
export function llmBackends(options: ToolBackendOptions): readonly AgentAdapter[] {
  return [createDirectAdapter(options), createLoopAdapter(options), createLangGraphAdapter(options)];
}
