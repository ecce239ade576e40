import { parseOutputSchema } from '../../engine/handlers/step-output-schema.ts';
import { isProblem } from '../../engine/handlers/step-problem.ts';
import type { AgentAdapter, OpenSession } from '../../engine/ports/agent.ts';
import { textOf } from '../../language/graph/attributes.ts';
import type { JsonObject } from '../../shared/json.ts';
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
        if (conversation.conclusion === undefined) {
          const failure = yield* noted(task, takeTurn(task, turnOptions(task.request), signal));
          if (failure) return yield ended(task, failure);
        }
        yield ended(task, { type: 'result', ok: true, text: conversation.conclusion ?? '' });
      },
    },
    options,
  );
}

/** The declared output of the node is also told in its prompt, for providers that cannot hold a model to it. */
function turnOptions({ call }: OpenSession) {
  const attribute = textOf(call.node, 'output_schema');
  const declared = attribute === undefined ? undefined : parseOutputSchema(attribute);
  const outputSchema: JsonObject | undefined = declared && !isProblem(declared) ? declared.schema : undefined;
  return { tools: [], isFirst: true, ...(outputSchema && { outputSchema }) };
}
