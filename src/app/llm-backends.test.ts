import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Prints every module as it is loaded. */
const telling = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (console.log(url), next(url, context)) });
`)}`;

test('making the backends loads no library of a provider, no tools and nothing of LangGraph', () => {
  const parts = `{ configuration: { agents: new Map(), env: {} }, extensions: {}, isOffline: async () => false }`;
  const module = join(import.meta.dirname, 'llm-backends.ts');
  const code = `(await import(${JSON.stringify(module)})).llmBackends(${parts})`;
  const args = ['--import', telling, '--input-type=module', '--eval', code];
  const loaded = execFileSync(process.execPath, args, { encoding: 'utf8', env: {} }).split('\n');
  expect(loaded.some((url) => url.endsWith('/src/agents/llm/loop.ts'))).toBe(true);
  const heavy =
    /node_modules\/(?:ai|@ai-sdk|@langchain|langsmith|@modelcontextprotocol)\/|\/src\/agents\/tools\/built-in\//;
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
});
