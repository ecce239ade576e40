import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { BlobHash } from '../../engine/ports/journal.ts';
import type { Swept } from '../../engine/ports/journal-upkeep.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Database } from './database.ts';
import { Marks } from './marks.ts';

/** How the database is reached: reads are tried again while it is busy, writes are committed in order. */
export interface Access {
  read<T>(look: () => T): Promise<T>;
  write<T>(change: () => T): Promise<T>;
}

/** Blobs looked at in one transaction: others wait for no longer than it takes. */
const batchSize = 200;

/** Removes every blob that is not referred to, a batch at a time. */
export async function sweepBlobs(database: Database, access: Access): Promise<Swept> {
  const marks = new Marks(database);
  await markAll(marks, access);
  const swept = { count: 0, bytes: 0 };
  let after: BlobHash | undefined = '';
  while (after !== undefined) {
    const from: BlobHash = after;
    const batch = await access.write(() => {
      // What others wrote since: nobody writes until this transaction has ended.
      marks.rest();
      return removeBatch(database, marks, from);
    });
    swept.count += batch.count;
    swept.bytes += batch.bytes;
    after = batch.next;
  }
  return swept;
}

/** Blobs that a sweep would remove if the runs of these numbers were gone. */
export async function weighBlobs(database: Database, access: Access, ignored: ReadonlySet<number>): Promise<Swept> {
  const marks = new Marks(database, ignored);
  await markAll(marks, access);
  const weight = { count: 0, bytes: 0 };
  let after: BlobHash | undefined = '';
  while (after !== undefined) {
    const from: BlobHash = after;
    const page = await access.read(() => readBatch(database, from));
    for (const { hash, bytes } of page.blobs) {
      if (marks.has(hash)) continue;
      weight.count += 1;
      weight.bytes += bytes;
    }
    after = page.next;
  }
  return weight;
}

async function markAll(marks: Marks, access: Access): Promise<void> {
  while (await access.read(() => marks.page())) await nextLoopTurn();
}

function removeBatch(
  database: Database,
  marks: Marks,
  after: BlobHash,
): Swept & { readonly next: BlobHash | undefined } {
  const { blobs, next } = readBatch(database, after);
  const unused = blobs.filter(({ hash }) => !marks.has(hash));
  for (const { hash } of unused) {
    database.run('delete from blob where hash = ?', hash);
    failpoint('journal:mid-sweep');
  }
  return { count: unused.length, bytes: unused.reduce((sum, { bytes }) => sum + bytes, 0), next };
}

interface BlobBatch {
  readonly blobs: readonly { readonly hash: BlobHash; readonly bytes: number }[];
  /** Where the next batch begins; undefined when this was the last. */
  readonly next: BlobHash | undefined;
}

function readBatch(database: Database, after: BlobHash): BlobBatch {
  const blobs = database.all<BlobBatch['blobs'][number]>(
    'select hash, length(data) as bytes from blob where hash > ? order by hash limit ?',
    after,
    batchSize,
  );
  return { blobs, next: blobs.length < batchSize ? undefined : blobs.at(-1)?.hash };
}
