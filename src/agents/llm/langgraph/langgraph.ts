import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import { OrchestraError } from '../../../shared/errors.ts';
import { isJsonObject } from '../../../shared/json.ts';
import type { ToolBackendOptions } from '../backend-options.ts';
import { createLlmAdapter } from '../llm-adapter.ts';
import { withTools } from '../tool-session.ts';
import type * as graphWork from './graph-work.ts';

type GraphModule = typeof graphWork;

export interface LangGraphOptions extends ToolBackendOptions {
  /** Loads what needs the optional packages. */
  readonly load?: () => Promise<GraphModule>;
}

/** An agent of LangGraph.js on our models and tools. Its packages are the user's to install. */
export function createLangGraphAdapter(options: LangGraphOptions): AgentAdapter {
  const load = (): Promise<GraphModule> => loaded(options.load ?? (() => import('./graph-work.ts')));
  return createLlmAdapter(
    {
      id: 'langgraph',
      toolHooks: 'run',
      prepare: async () => void (await load()),
      async *work(task, signal) {
        const { workInGraph } = await load();
        yield* withTools(task, options, (toolbox) => workInGraph(task, toolbox, options, signal), signal);
      },
    },
    options,
  );
}

const packages = ['@langchain/langgraph', '@langchain/core', 'langsmith'];

async function loaded(load: () => Promise<GraphModule>): Promise<GraphModule> {
  try {
    return await load();
  } catch (thrown) {
    if (!isMissingPackage(thrown)) throw thrown;
    throw new OrchestraError('PACKAGE_MISSING', 'the backend langgraph needs packages that are not installed', {
      hint: `Run \`npm install ${packages.join(' ')}\` where orchestra-run is installed.`,
      cause: thrown,
    });
  }
}

function isMissingPackage(thrown: unknown): boolean {
  const code = isJsonObject(thrown) ? thrown['code'] : undefined;
  const names = thrown instanceof Error ? thrown.message : '';
  return code === 'ERR_MODULE_NOT_FOUND' && packages.some((name) => names.includes(`'${name}`));
}
