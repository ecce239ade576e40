import { LangChainTracer } from '@langchain/core/tracers/tracer_langchain';
import { Client } from 'langsmith';
import type { Json } from '../../../shared/json.ts';
import type { Redactor } from '../../../shared/redaction.ts';

export interface Tracing {
  readonly tracer: LangChainTracer;
  /** Resolves when everything is sent, or could not be. */
  flush(): Promise<void>;
}

/**
 * Traces to LangSmith where LANGSMITH_API_KEY is set, in the project LANGSMITH_PROJECT, at LANGSMITH_ENDPOINT if given.
 * What is sent holds no secrets of the run.
 */
export function tracingFor(env: Readonly<Record<string, string | undefined>>, redactor: Redactor): Tracing | undefined {
  const { LANGSMITH_API_KEY: apiKey, LANGSMITH_ENDPOINT: apiUrl, LANGSMITH_PROJECT: project } = env;
  if (apiKey === undefined || apiKey === '') return undefined;
  // The library passes on what it is about to send as JSON.
  const clean = (values: Record<string, unknown>) => redactor.json(values as Record<string, Json>);
  const client = new Client({
    apiKey,
    ...(apiUrl !== undefined && { apiUrl }),
    hideInputs: clean,
    hideOutputs: clean,
  });
  return {
    tracer: new LangChainTracer({ client, projectName: project ?? 'default' }),
    flush: () => client.awaitPendingTraceBatches(),
  };
}
