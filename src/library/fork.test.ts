import { expect, test } from 'vitest';
import { fakeAgent } from '../../test/support/fake-agent.ts';
import { newFolder, optionsFor, pipeline } from '../../test/support/library.ts';
import { verifies } from '../../test/support/verifies.ts';
import { fork, resume, run, type EventLine, type Run } from '../index.ts';

const statements = `
  graph [default_fidelity=full]
  one [prompt="One", thread_id=talk] two [prompt="Two", thread_id=talk] three [prompt="Three", thread_id=talk]
  start -> one -> two -> three -> exit`;

async function events(started: Run): Promise<readonly EventLine[]> {
  const all = await Array.fromAsync(started.events());
  expect(await started.result).toMatchObject({ status: 'success' });
  return all;
}

const turnAfter = (all: readonly EventLine[], node: string): number =>
  all.find((event) => event.type === 'CheckpointSaved' && event.nodeId === node)?.seq ?? 0;

const warnings = (all: readonly EventLine[]): readonly string[] =>
  all.flatMap((event) => (event.type === 'AgentWarning' ? [event.message] : []));

verifies(
  ['returning:conversation', 'returning:fork'],
  'the library forks a run: its thread goes on in a session of its own, and nothing is done again',
  async () => {
    const folder = newFolder();
    const agent = fakeAgent(({ request }) => request.call.nodeId);
    const options = optionsFor(agent, { folder });
    const first = await run(pipeline(statements, folder), options);
    const all = await events(first);
    const before = agent.prompts.length;
    const forked = await fork(first.id, { ...options, turn: turnAfter(all, 'one'), inputs: { tone: 'warm' } });
    const told = await events(forked);
    const [two, three] = agent.prompts.slice(before);
    expect(agent.prompts.slice(before).map(({ request }) => request.call.nodeId)).toEqual(['two', 'three']);
    expect(two?.request.resume).toBeUndefined();
    expect(two?.request.call.context.get('tone')).toBe('warm');
    expect(two?.text).toContain('- one: success');
    expect(three).toMatchObject({ text: 'Three', request: { resume: two?.request.sessionId } });
    expect(warnings(told)).toEqual([expect.stringMatching(new RegExp(`is that of run ${first.id}; a fresh one`))]);
    expect(forked.id).not.toBe(first.id);
  },
);

verifies(
  ['returning:conversation', 'returning:rewind'],
  'the library takes a run back: a session that went on since is not continued, one that ended then is',
  async () => {
    const folder = newFolder();
    const agent = fakeAgent(({ request }) => request.call.nodeId);
    const options = optionsFor(agent, { folder });
    const first = await run(pipeline(statements, folder), options);
    const all = await events(first);
    const early = agent.prompts.length;
    expect(warnings(await events(await resume(first.id, { ...options, turn: turnAfter(all, 'two') })))).toEqual([
      expect.stringContaining('went on after turn'),
    ]);
    expect(agent.prompts.slice(early).map(({ request }) => [request.call.nodeId, request.resume])).toEqual([
      ['three', undefined],
    ]);
    const late = agent.prompts.length;
    expect(warnings(await events(await resume(first.id, { ...options, turn: 'last' })))).toEqual([]);
    expect(agent.prompts).toHaveLength(late);
  },
);

test('a turn that is none is refused before anything is opened', async () => {
  const folder = newFolder();
  const options = optionsFor(
    fakeAgent(() => 'ok'),
    { folder },
  );
  const first = await run(pipeline('start -> exit', folder), options);
  await events(first);
  await expect(fork(first.id, { ...options, turn: 4711 })).rejects.toMatchObject({ code: 'TURN_UNKNOWN' });
  await expect(resume(first.id, { ...options, turn: 4711 })).rejects.toMatchObject({ code: 'TURN_UNKNOWN' });
});
