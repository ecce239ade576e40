import type { AgentEvent } from '../../engine/ports/agent.ts';
import { providerTools } from '../local/provider-tools.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { ToolBackendOptions } from './backend-options.ts';
import { failed } from './call-failure.ts';
import type { LlmTask } from './llm-adapter.ts';
import { ended } from './task-turns.ts';

/**
 * Works on a task with the tools its provider may have, and closes them. A success counts only where the conditions
 * of these tools hold.
 */
export async function* withTools(
  task: LlmTask,
  { toolboxFor, baseEnv }: Pick<ToolBackendOptions, 'toolboxFor' | 'baseEnv'>,
  work: (toolbox: Toolbox) => AsyncGenerator<AgentEvent>,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const { provider, request } = task;
  const whole = await toolboxFor(request);
  try {
    const { toolbox, verify } = await providerTools(whole, provider, { request, baseEnv });
    for await (const event of work(toolbox)) {
      const problem = event.type === 'result' && event.ok ? await verify(signal) : undefined;
      yield problem === undefined ? event : ended(task, failed(`${provider.name}: ${problem}`));
    }
  } finally {
    await whole.close();
  }
}
