import type { AgentAdapter } from '../../engine/ports/agent.ts';
import type { LlmBackendOptions } from './backend-options.ts';
import { createLlmAdapter } from './llm-adapter.ts';
import { ended, noted, takeTurn } from './task-turns.ts';

/** One question to a model and its answer, without tools. */
export function createDirectAdapter(options: LlmBackendOptions): AgentAdapter {
  return createLlmAdapter(
    {
      id: 'direct',
      toolHooks: 'no tools',
      async *work(task, signal) {
        const { conversation } = task;
        // It was answered already where a crash came between the answer and its result.
        const isAnswered = conversation.conclusion !== undefined;
        const failure = isAnswered ? undefined : yield* noted(task, takeTurn(task, { tools: [] }, true, signal));
        yield ended(task, failure ?? { type: 'result', ok: true, text: conversation.conclusion ?? '' });
      },
    },
    options,
  );
}
