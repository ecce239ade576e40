import type { AgentAdapter } from '../../engine/ports/agent.ts';
import { usualMaxTurns, type ToolBackendOptions } from './backend-options.ts';
import { createLlmAdapter } from './llm-adapter.ts';
import { takeTurns } from './task-turns.ts';
import { withTools } from './tool-session.ts';

/** A model with our tools, asked again with their results until it asks for none. */
export function createLoopAdapter(options: ToolBackendOptions): AgentAdapter {
  const { maxTurns = usualMaxTurns } = options;
  return createLlmAdapter(
    {
      id: 'loop',
      toolHooks: 'run',
      work: (task, signal) =>
        withTools(task, options, (toolbox) => takeTurns(task, { toolbox, maxTurns }, signal), signal),
    },
    options,
  );
}
