import { expect, test } from 'vitest';
import type { NewTurn } from '../engine/ports/journal.ts';
import { foldRun, type FoldSource } from '../journal/folds/fold-run.ts';
import { snapshotForm } from '../journal/folds/fold-snapshot.ts';
import { openMemoryJournal } from '../journal/memory/memory-journal.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { LiveFolds } from './live-folds.ts';

test('a session keeps snapshots of its long runs, and one that takes a run up goes on from them', async () => {
  const journal = openMemoryJournal();
  const settings = await journal.keep({});
  await journal.createRun({ id: 'run', pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings, at: 1 });
  const lease = await journal.acquire('run', thisProcess());
  const payload = await journal.keep({ message: 'a word' });
  const warning: NewTurn = { type: 'RunWarning', at: 1, payload };
  const append = async (folds: LiveFolds): Promise<void> =>
    folds.add(
      'run',
      await journal.append(
        lease,
        Array.from({ length: 1_000 }, () => warning),
      ),
      () => undefined,
    );

  const folds = new LiveFolds(journal);
  // What the journal had before is read with the first word on the run.
  for (let count = 0; count < 12; count += 1) await append(folds);
  await folds.settled();
  const kept = await journal.snapshot('run', snapshotForm);
  expect(kept?.turns).toBeGreaterThanOrEqual(10_000);

  const withoutSnapshots: FoldSource = {
    tail: (...wanted) => journal.tail(...wanted),
    getBlob: (hash) => journal.getBlob(hash),
    snapshot: async () => undefined,
  };
  const next = new LiveFolds(journal);
  await append(next);
  const fold = await next.of('run');
  expect(fold.state.turns).toBe(13_000);
  expect(fold.state).toEqual((await foldRun(withoutSnapshots, 'run')).state);
});
