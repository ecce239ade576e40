import type { FoldSnapshot } from '../../engine/ports/journal-snapshots.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Blake3 } from '../../shared/hash.ts';
import { leadsThrough, type Path } from '../path.ts';
import { decodeBlob, encodeBlob, type StoredBlob } from './blobs.ts';
import type { Database } from './database.ts';
import { pathOfRun } from './paths.ts';

/** A snapshot in the form it is stored in. */
export interface StoredSnapshot extends Omit<FoldSnapshot, 'content'>, StoredBlob {
  /** Of the content, to tell damage. */
  readonly hash: string;
}

export async function encodeSnapshot({ content, ...what }: FoldSnapshot, digest: Blake3): Promise<StoredSnapshot> {
  return { ...what, hash: digest(content), ...(await encodeBlob(content)) };
}

/** Undefined where it is damaged: the turns it was made of say the same. */
export async function decodeSnapshot(stored: StoredSnapshot, digest: Blake3): Promise<FoldSnapshot | undefined> {
  const { seq, turns, form } = stored;
  try {
    return { seq, turns, form, content: await decodeBlob(stored.hash, stored, digest) };
  } catch (thrown) {
    if (thrown instanceof OrchestraError && thrown.code === 'JOURNAL_CORRUPT') return undefined;
    throw thrown;
  }
}

/** Stores it with the run its last turn belongs to, which may be a source of this one. Throws `RUN_UNKNOWN`. */
export function insertSnapshot(database: Database, runId: string, snapshot: StoredSnapshot): boolean {
  const { seq, turns, form, hash, bytes, encoding, data } = snapshot;
  const path = pathOfRun(database, runId, seq);
  const owner = database.get<{ run: number }>('select run from turn where seq = ?', seq)?.run;
  if (owner === undefined || !leadsThrough(path, owner, seq) || countOn(database, path) !== turns) return false;
  database.run('delete from snapshot where run = ? and form <> ?', owner, form);
  database.run(
    `insert into snapshot (run, seq, turns, form, hash, bytes, encoding, data) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (run, seq) do nothing`,
    owner,
    seq,
    turns,
    form,
    hash,
    bytes,
    encoding,
    data,
  );
  return true;
}

/** What was kept at a turn of a path was made of the turns of that path: going back later takes none of them away. */
export function readSnapshot(
  database: Database,
  runId: string,
  form: string,
  upToSeq: number | undefined,
): StoredSnapshot | undefined {
  for (const { run, afterSeq, upToSeq: last } of pathOfRun(database, runId, upToSeq).toReversed()) {
    const found = database.get<StoredSnapshot>(
      `select seq, turns, form, hash, bytes, encoding, data from snapshot
       where run = ? and form = ? and seq > ? and seq <= ? order by seq desc limit 1`,
      run,
      form,
      afterSeq,
      last,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function countOn(database: Database, path: Path<number>): number {
  return path.reduce((sum, { run, afterSeq, upToSeq }) => {
    const sql = 'select count(*) as turns from turn where run = ? and seq > ? and seq <= ?';
    return sum + (database.get<{ turns: number }>(sql, run, afterSeq, upToSeq)?.turns ?? 0);
  }, 0);
}
