import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal } from '../../src/engine/ports/journal.ts';
import { MemoryStore, openMemoryJournal } from '../../src/journal/memory/memory-journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { localRuntimeUnderTest, type JournalHome } from '../support/local-runtime-under-test.ts';
import { reExecuting } from '../support/re-executing-runtime.ts';
import { sized } from '../support/size.ts';
import { runtimeConformance } from './runtime.ts';

function inMemory(): JournalHome {
  const store = new MemoryStore();
  return { open: async (rule) => openMemoryJournal({ ...rule, store }), remove: async () => undefined };
}

/** All processes share one connection, so that none has to wait for the system to tell of changes by another. */
async function onDisk(): Promise<JournalHome> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-runtime-'));
  let opened: Promise<Journal> | undefined;
  return {
    open: (rule) => (opened ??= openSqliteJournal({ ...rule, folder })),
    remove: () => rm(folder, { recursive: true }),
  };
}

runtimeConformance({
  name: 'local, journal in memory',
  open: (world) => localRuntimeUnderTest(world, inMemory(), (traversal) => traversal),
  crashStride: 1,
  randomRuns: sized({ everyday: 60, full: 20_000 }),
});

runtimeConformance({
  name: 'local, journal in SQLite',
  open: async (world) => localRuntimeUnderTest(world, await onDisk(), (traversal) => traversal),
  crashStride: sized({ everyday: 11, full: 1 }),
  randomRuns: sized({ everyday: 10, full: 1_000 }),
});

runtimeConformance({
  name: 'local, walk executed again at every settlement',
  open: (world) => localRuntimeUnderTest(world, inMemory(), reExecuting),
  crashStride: 5,
  randomRuns: sized({ everyday: 12, full: 2_000 }),
});
