import type { Compaction } from '../../engine/ports/journal-upkeep.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Database } from './database.ts';

/** Below this share of unused pages, copying the file would cost more than it gives. */
const worthwhileShare = 1 / 8;

/** Rewrites the file without its unused pages, where they are many. Throws `BusyError` while another process writes. */
export function compactFile(database: Database): Compaction {
  const before = sizeOf(database);
  if (numberOf(database, 'freelist_count') < numberOf(database, 'page_count') * worthwhileShare) {
    return { before, after: before };
  }
  failpoint('journal:before-compact');
  database.exec('vacuum');
  // The copy went through the log; this shortens the file itself, unless somebody reads at this moment.
  database.all('pragma wal_checkpoint(truncate)');
  return { before, after: sizeOf(database) };
}

function sizeOf(database: Database): number {
  return numberOf(database, 'page_count') * numberOf(database, 'page_size');
}

function numberOf(database: Database, pragma: 'freelist_count' | 'page_count' | 'page_size'): number {
  return database.get<Record<string, number>>(`pragma ${pragma}`)?.[pragma] ?? 0;
}
