import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, openMemoryJournal } from '../../src/journal/memory/memory-journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { journalConformance, type JournalSite } from './journal.ts';
import { journalOrderConformance } from './journal-order.ts';
import { journalPathsConformance } from './journal-paths.ts';
import { journalUpkeepConformance } from './journal-upkeep.ts';

const memorySite = async (): Promise<JournalSite> => {
  const store = new MemoryStore();
  return {
    open: async (options) => openMemoryJournal({ ...options, store }),
    remove: async () => undefined,
  };
};

const sqliteSite = async (): Promise<JournalSite> => {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-journal-'));
  return {
    open: (options) => openSqliteJournal({ ...options, folder }),
    remove: () => rm(folder, { recursive: true }),
  };
};

for (const register of [
  journalConformance,
  journalOrderConformance,
  journalPathsConformance,
  journalUpkeepConformance,
]) {
  register('memory', memorySite);
  register('sqlite', sqliteSite);
}
