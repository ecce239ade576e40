import { writeSync } from 'node:fs';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { thisProcess } from '../../src/shared/process/identity.ts';

/**
 * A process that appends batches of three turns to a run until it is killed or has done `count`, and
 * prints the number of each batch once the journal has acknowledged it.
 * `node journal-writer.ts FOLDER RUN COUNT`
 */
const [folder = '', runId = '', count = '0'] = process.argv.slice(2);

const journal = await openSqliteJournal({ folder });
const settings = await journal.keep({});
await journal.createRun({ id: runId, pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings, at: 1 });
const lease = await journal.acquire(runId, thisProcess());
const before = await journal.run(runId);
const first = Number(before?.waiting?.[0]?.key ?? 0) + 1;
writeSync(1, `ready ${first}\n`);

for (let batch = first; batch < first + Number(count); batch++) {
  const turns = await Promise.all(
    [1, 2, 3].map(async (part) => ({ type: 'Batch', at: batch, payload: await journal.keep({ batch, part }) })),
  );
  // The state carries the number of the batch: it must never differ from the turns it was committed with.
  await journal.append(lease, turns, {
    state: 'running',
    waiting: [{ for: 'timer', key: String(batch), since: batch }],
  });
  writeSync(1, `done ${batch}\n`);
}
await journal.release(lease);
await journal.close();
