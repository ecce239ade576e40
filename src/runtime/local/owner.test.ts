import { expect, test } from 'vitest';
import { recordRun } from '../../../test/support/recorded-run.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import { buildGraph } from '../../language/graph/build.ts';

const graph = buildGraph({
  nodes: { start: { shape: 'Mdiamond' }, work: {}, exit: { shape: 'Msquare' } },
  edges: [
    ['start', 'work'],
    ['work', 'exit'],
  ],
});

test('a journal that fails is told by its first error, not by the lease that cannot be given back', async () => {
  const failing: Pick<Journal, 'append' | 'release'> = {
    append: () => Promise.reject(new Error('the first')),
    release: () => Promise.reject(new Error('the second')),
  };
  const journal = Object.assign(openMemoryJournal(), failing);
  await expect(recordRun(graph, { journal })).rejects.toThrow('the first');
});

test('a lease that cannot be given back after a run that went well is an error', async () => {
  const release: Journal['release'] = () => Promise.reject(new Error('not given back'));
  const journal = Object.assign(openMemoryJournal(), { release });
  await expect(recordRun(graph, { journal })).rejects.toThrow('not given back');
});
