import { expect, test } from 'vitest';
import type { Turn } from '../../engine/ports/journal.ts';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { TurnBuffer } from './turn-buffer.ts';

async function setUp() {
  const journal = openMemoryJournal({ redactor: createRedactor({ TOKEN: 'secret-value' }) });
  await journal.createRun({
    id: 'r',
    pipeline: 'p',
    bundle: 'b',
    walkVersion: 1,
    cwd: '/',
    settings: await journal.keep({}),
    at: 0,
  });
  const lease = await journal.acquire('r', { pid: 1, host: 'h', bootId: 'b', startTime: '1' });
  const commits: (readonly Turn[])[] = [];
  return { journal, commits, buffer: new TurnBuffer(journal, lease, (turns) => commits.push(turns)) };
}

test('everything since the last commit is one append, in order, with the state', async () => {
  const { journal, commits, buffer } = await setUp();
  buffer.add({ type: 'A', at: 1, payload: {} });
  await buffer.addKept({ type: 'B', key: 'b', at: 2, payload: {} });
  buffer.add({ type: 'C', at: 3, payload: {} });
  await buffer.commit({ state: 'running' });
  expect(commits.map((turns) => turns.map(({ type }) => type))).toEqual([['A', 'B', 'C']]);
  expect((await journal.run('r'))?.state).toBe('running');
});

test('nothing to say is no append', async () => {
  const { commits, buffer } = await setUp();
  await buffer.commit();
  expect(commits).toEqual([]);
});

test('what comes back of a settlement is what the journal keeps of it', async () => {
  const { journal, buffer } = await setUp();
  const kept = await buffer.addKept({ type: 'A', at: 1, payload: { text: 'a secret-value' } });
  expect(kept).toEqual({ text: 'a [redacted:TOKEN]' });
  await buffer.commit();
  expect((await Array.fromAsync(journal.turns('r'))).map(({ payload }) => payload)).toEqual([kept]);
});
