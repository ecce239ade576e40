import type { ToolBackendOptions } from '../agents/llm/backend-options.ts';
import { createDirectAdapter } from '../agents/llm/direct.ts';
import { createLangGraphAdapter } from '../agents/llm/langgraph/langgraph.ts';
import { createLoopAdapter } from '../agents/llm/loop.ts';
import { modelAgent } from '../agents/llm/model-agent.ts';
import type { AgentAdapter, OpenSession } from '../engine/ports/agent.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { Configuration } from './configuration/configuration.ts';
import { modelDrivers } from './drivers.ts';
import type { Extensions } from './extensions.ts';
import { repositoryTools } from './workspace/repository-tools.ts';
import { providersOf } from './providers.ts';
import { recalledConversations } from './recalled-conversations.ts';

export interface LlmParts {
  readonly configuration: Configuration;
  readonly extensions: Extensions;
  /** Where conversations are kept; absent where agents are only looked at. */
  readonly journal: Journal | undefined;
  readonly isOffline: () => Promise<boolean>;
}

/**
 * The backends that talk to models themselves, and the model servers a project has made agents of. What speaks to
 * providers, and tools, are loaded when one is asked.
 */
export function llmBackends(parts: LlmParts): readonly AgentAdapter[] {
  const { configuration } = parts;
  const options = optionsOf(parts);
  const direct = createDirectAdapter(options);
  const ofAgents = modelDrivers(configuration).map(({ name, entry: { model } }) =>
    modelAgent(direct, { id: name, provider: name, ...(model !== undefined && { model }) }),
  );
  return [direct, createLoopAdapter(options), createLangGraphAdapter(options), ...ofAgents];
}

function optionsOf({ configuration, extensions, journal, isOffline }: LlmParts): ToolBackendOptions {
  const maxTurns = configuration.max_turns ?? configuration.recursion_limit;
  return {
    providers: providersOf(configuration),
    conversations: journal ? recalledConversations(journal) : unrecorded,
    toolboxFor: journal ? toolboxes(configuration, extensions, journal) : unrecorded.toolboxFor,
    isOffline,
    baseEnv: configuration.env,
    ...(maxTurns !== undefined && { maxTurns }),
  };
}

function toolboxes(
  { tools = [], workspace, mcp_servers: servers, env }: Configuration,
  { tools: ownTools }: Extensions,
  journal: Journal,
): ToolBackendOptions['toolboxFor'] {
  return async (request: OpenSession) => {
    const { toolsFrom } = await import('../agents/tools/tools-from.ts');
    const sources = toolsFrom({
      shellTools: [...tools, ...repositoryTools(workspace)],
      ...(servers && { servers }),
      ...(ownTools && { ownTools }),
      baseEnv: env,
      keep: (text) => journal.keep(text),
    });
    return sources.open(request);
  };
}

/** Of agents that are only looked at: nobody opens a session of theirs. */
const unrecorded = {
  recall: refuse,
  join: refuse,
  toolboxFor: refuse,
} as const;

function refuse(): never {
  throw new Error('sessions of models need a journal');
}
