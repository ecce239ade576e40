import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createAcpAdapter } from '../../src/agents/acp/acp-adapter.ts';
import { acpAgentOfDriver } from '../../src/agents/acp/acp-agent.ts';
import { newFolder, runToEnd } from '../support/library.ts';

/* A whole run with an agent that speaks the Agent Client Protocol, in the place of a command line. */

test('nodes of a thread talk on in one session, and a limit of rate is got over by the retry policy', async () => {
  const folder = newFolder();
  const stub = join(import.meta.dirname, '../support/acp-stub-agent.ts');
  const agent = acpAgentOfDriver({ id: 'stub', command: [process.execPath, stub, 'modeless', folder] });
  const baseEnv = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const { result, events } = await runToEnd(
    `node [fidelity=full]
       one [prompt="hello", thread_id=talk]
       two [prompt="history", thread_id=talk]
       three [prompt="limited-once", thread_id=other, max_retries=1]
       start -> one -> two -> three -> exit`,
    {
      folder,
      backend: 'stub',
      backends: { stub: createAcpAdapter(agent, { baseEnv, permissions: 'full' }) },
    },
  );
  expect(result.status).toBe('success');
  const sessions = events.filter((event) => event.type === 'AgentSessionStarted');
  expect(sessions.map(({ sessionId, resumed }) => [sessionId, resumed])).toEqual([
    ['session-1', false],
    ['session-1', true],
    ['session-2', false],
    ['session-2', true],
  ]);
  const texts = events.flatMap((event) => (event.type === 'AgentText' ? event.text : []));
  expect(texts).toEqual(['the answer', 'hello|history', 'after all']);
  expect(events.filter(({ type }) => type === 'StageRetrying')).toHaveLength(1);
  const usage = events.filter((event) => event.type === 'StageCompleted' && event.name === 'one');
  expect(usage).toMatchObject([{ usage: { inputTokens: 110, outputTokens: 20, costUsd: 0.5, model: 'stub-model' } }]);
});
