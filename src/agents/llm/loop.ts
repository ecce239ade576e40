import type { AgentAdapter } from '../../engine/ports/agent.ts';
import { usualMaxTurns, type ToolBackendOptions } from './backend-options.ts';
import { createLlmAdapter } from './llm-adapter.ts';
import { takeTurns } from './task-turns.ts';

/** A model with our tools, asked again with their results until it asks for none. */
export function createLoopAdapter({
  toolboxFor,
  maxTurns = usualMaxTurns,
  ...options
}: ToolBackendOptions): AgentAdapter {
  return createLlmAdapter(
    {
      id: 'loop',
      toolHooks: 'run',
      async *work(task, signal) {
        const toolbox = await toolboxFor(task.request, task.provider);
        try {
          yield* takeTurns(task, { toolbox, maxTurns }, signal);
        } finally {
          await toolbox.close();
        }
      },
    },
    options,
  );
}
