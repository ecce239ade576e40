import { expect, test } from 'vitest';
import { recordRun } from '../../test/support/recorded-run.ts';
import { verifies } from '../../test/support/verifies.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { buildGraph } from '../language/graph/build.ts';
import { OrchestraError } from '../shared/errors.ts';
import { listRuns } from './run-list.ts';

const graph = buildGraph({
  name: 'listed',
  nodes: { start: { shape: 'Mdiamond' }, exit: { shape: 'Msquare' }, work: { max_retries: 1 } },
  edges: [
    ['start', 'work'],
    ['work', 'exit'],
  ],
});

const usage = { inputTokens: 3, outputTokens: 2, costUsd: 0.5 };

async function recorded() {
  const { journal, row } = await recordRun(graph, {
    step: ({ attempt }) => ({ outcome: { status: attempt === 1 ? 'retry' : 'success' }, usage }),
  });
  return { journal, row };
}

/** The journal, but some of its methods are others. */
function changed(journal: Journal, methods: Partial<Journal>): Journal {
  return new Proxy(journal, {
    get: (target, name: keyof Journal) => methods[name] ?? (target[name] as () => unknown).bind(target),
  });
}

test('a list tells of a run what its view tells', async () => {
  const { journal, row } = await recorded();
  const view = (await foldRun(journal, 'run-1')).view(await row());
  expect(await listRuns(journal, {})).toMatchObject([
    {
      row: { id: 'run-1', pipeline: 'listed' },
      // An attempt that is retried is no outcome of its visit.
      summary: { nodesDone: 3, usage: { inputTokens: 6, outputTokens: 4, costUsd: 1 }, durationMs: view.durationMs },
    },
  ]);
});

verifies('machine:command:runs-fast', 'a run that was listed once is not read again', async () => {
  const { journal } = await recorded();
  const [first] = await listRuns(journal, {});
  const unread = changed(journal, { tail: () => expect.unreachable('the turns of the run were read') });
  expect((await listRuns(unread, {}))[0]?.summary).toEqual(first?.summary);
});

test('a summary in the form of another version is made anew', async () => {
  const { journal } = await recorded();
  const { lastSeq } = await foldRun(journal, 'run-1');
  await journal.summarize('run-1', lastSeq, await journal.keep({ version: 0, nodesDone: 77 }));
  expect((await listRuns(journal, {}))[0]?.summary).toMatchObject({ nodesDone: 3 });
});

test('a journal that cannot be written is listed all the same; a defect is not hidden', async () => {
  const { journal } = await recorded();
  const failing = (thrown: Error) => changed(journal, { summarize: () => Promise.reject(thrown) });
  const full = new OrchestraError('JOURNAL_UNAVAILABLE', 'the disk is full');
  expect(await listRuns(failing(full), {})).toHaveLength(1);
  await expect(listRuns(failing(new TypeError('a defect')), {})).rejects.toThrow('a defect');
});
