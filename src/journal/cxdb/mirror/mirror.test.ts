import { describe, expect, test } from 'vitest';
import { startCxdb } from '../../../../test/support/cxdb-server/start-cxdb.ts';
import {
  appendEvents,
  contextsOf,
  createRun,
  httpOf,
  mirroredTurns,
  newFolder,
  patientMs,
  recordRun,
  recordsOf,
  startMirror,
  turnsOf,
} from '../../../../test/support/cxdb-server/mirror-scene.ts';
import { UnsteadyNetwork } from '../../../../test/support/cxdb-server/unsteady-network.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import { openMemoryJournal } from '../../memory/memory-journal.ts';

describe('what is mirrored', () => {
  verifies(
    'cxdb:turns',
    'every turn of a run stands in its context as it stands in the journal, blobs included',
    async () => {
      const cxdb = await startCxdb();
      const journal = openMemoryJournal();
      await recordRun(journal, 'run-1');
      const { mirror, notices } = startMirror(cxdb, { journal, folder: newFolder() });
      mirror.note('run-1');
      expect(await mirror.flush(patientMs)).toBeUndefined();
      const [mirrored, recorded] = [await mirroredTurns(cxdb, 1n), await turnsOf(journal, 'run-1')];
      expect(mirrored).toEqual(recorded);
      expect(mirrored.map(({ payload }) => JSON.stringify(payload))).toEqual(
        recorded.map(({ payload }) => JSON.stringify(payload)),
      );
      const kinds = (await recordsOf(cxdb, 1n)).map((record) => record?.kind);
      expect(kinds.slice(0, 2)).toEqual(['run', 'turn']);
      expect((await recordsOf(cxdb, 1n)).at(-1)).toMatchObject({ kind: 'state', state: 'completed', seq: 8 });
      expect(notices).toEqual([]);
    },
  );

  test('a typed page shows turns by the names of their fields', async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    await recordRun(journal, 'run-1');
    const { mirror } = startMirror(cxdb, { journal, folder: newFolder() });
    mirror.note('run-1');
    await mirror.flush(patientMs);
    const page = await fetch(`${cxdb.url}/v1/contexts/1/turns?limit=100`);
    expect(page.status).toBe(200);
    const { turns } = (await page.json()) as { turns: { declared_type: { type_id: string }; data: object }[] };
    expect(turns.map(({ declared_type: { type_id: type } }) => type)).toContain('dev.orchestra.turn.StageStarted');
    expect(turns[1]?.data).toMatchObject({
      run: 'run-1',
      seq: '1',
      at: expect.stringContaining('2023-11-14T22:13:20.123'),
      payload: { name: 'Small' },
    });
  });

  verifies('cxdb:lineage', 'a child is a context that names its parent', async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    await createRun(journal, 'parent');
    await createRun(journal, 'child', { parent: { runId: 'parent', key: 'manager#1' } });
    await appendEvents(journal, 'child', 3);
    const { mirror } = startMirror(cxdb, { journal, folder: newFolder() });
    mirror.note('child');
    await mirror.flush(patientMs);
    const [parent = 0n, child = 0n] = await contextsOf(cxdb);
    expect((await recordsOf(cxdb, child))[0]).toMatchObject({ row: { parent: { runId: 'parent' } } });
    expect(await httpOf(cxdb).childrenOf(parent)).toEqual([child]);
  });

  test('a run that goes on is mirrored on, in this process and in the next', async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    const folder = newFolder();
    await createRun(journal, 'run-1');
    for (const process of [1, 2]) {
      const { mirror } = startMirror(cxdb, { journal, folder });
      for (const time of [1, 2]) {
        await appendEvents(journal, 'run-1', 40 * process * time);
        mirror.note('run-1');
        expect(await mirror.flush(patientMs)).toBeUndefined();
      }
      await mirror.close();
    }
    expect(await contextsOf(cxdb)).toEqual([1n]);
    expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, 'run-1'));
  });
});

describe('a server that is away', () => {
  verifies(
    ['defect:cxdb-outage', 'cxdb:away'],
    'down at the start: the run is told once, and mirrored when it is there',
    async () => {
      const cxdb = await startCxdb();
      await cxdb.stop();
      const journal = openMemoryJournal();
      await createRun(journal, 'run-1');
      await appendEvents(journal, 'run-1', 10);
      const { mirror, notices } = startMirror(cxdb, { journal, folder: newFolder() });
      mirror.note('run-1');
      await expect.poll(() => notices).toHaveLength(1);
      await cxdb.start();
      await expect.poll(async () => contextsOf(cxdb)).toEqual([1n]);
      expect(await mirror.flush(patientMs)).toBeUndefined();
      expect(await mirroredTurns(cxdb, 1n)).toHaveLength(10);
      expect(notices).toEqual([expect.stringContaining('cannot be reached')]);
    },
  );

  verifies(
    'cxdb:goes-on',
    'never there: nobody waits for it at the end, and the next process goes on by itself',
    async () => {
      const cxdb = await startCxdb();
      await cxdb.stop();
      const journal = openMemoryJournal();
      const folder = newFolder();
      await createRun(journal, 'run-1');
      await appendEvents(journal, 'run-1', 10);
      const first = startMirror(cxdb, { journal, folder });
      first.mirror.note('run-1');
      expect(await first.mirror.flush(patientMs)).toMatchObject({ runs: ['run-1'] });
      await first.mirror.close();

      await cxdb.start();
      const second = startMirror(cxdb, { journal, folder });
      await second.mirror.resume();
      expect(await second.mirror.flush(patientMs)).toBeUndefined();
      expect(await mirroredTurns(cxdb, 1n)).toHaveLength(10);
      await second.mirror.close();

      const third = startMirror(cxdb, { journal, folder });
      await third.mirror.resume();
      expect(await third.mirror.flush(patientMs)).toBeUndefined();
      expect(await contextsOf(cxdb)).toEqual([1n]);
    },
  );

  for (const answers of [0, 1, 2, 3, 5]) {
    verifies(
      ['defect:cxdb-outage', 'cxdb:away'],
      `lost after ${answers} answers: no turn is lost and none doubled`,
      async () => {
        const cxdb = await startCxdb();
        const network = await UnsteadyNetwork.to(cxdb.binaryPort);
        const journal = openMemoryJournal();
        await createRun(journal, 'run-1');
        const { mirror } = startMirror(cxdb, { journal, folder: newFolder(), binaryPort: network.port });
        await appendEvents(journal, 'run-1', 100);
        mirror.note('run-1');
        await mirror.flush(patientMs);
        network.cutAfter(answers);
        // One after the other, so that there are answers to lose.
        for (let time = 0; time < 20; time += 1) {
          await appendEvents(journal, 'run-1', 30);
          mirror.note('run-1');
          await mirror.flush(patientMs);
        }
        expect(network.cuts).toBe(1);
        expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, 'run-1'));
      },
    );
  }

  verifies(
    ['defect:cxdb-outage', 'cxdb:lost-data'],
    'restarted empty in the middle: all of it is mirrored again',
    async () => {
      const cxdb = await startCxdb();
      const journal = openMemoryJournal();
      await createRun(journal, 'other');
      await createRun(journal, 'run-1');
      await appendEvents(journal, 'other', 5);
      await appendEvents(journal, 'run-1', 50);
      const { mirror, notices } = startMirror(cxdb, { journal, folder: newFolder() });
      for (const run of ['other', 'run-1']) mirror.note(run);
      await mirror.flush(patientMs);
      await cxdb.stop();
      await cxdb.start();
      await appendEvents(journal, 'run-1', 50);
      mirror.note('run-1');
      expect(await mirror.flush(patientMs)).toBeUndefined();
      expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, 'run-1'));
      expect(notices.filter((text) => text.includes('has lost'))).toHaveLength(1);
    },
  );

  verifies(
    'cxdb:lost-data',
    'restarted empty between two processes, and its numbers given to another run: all of it is mirrored again',
    async () => {
      const cxdb = await startCxdb();
      const journal = openMemoryJournal();
      const folder = newFolder();
      for (const run of ['run-1', 'run-2']) {
        await createRun(journal, run);
        await appendEvents(journal, run, 20);
      }
      const first = startMirror(cxdb, { journal, folder });
      first.mirror.note('run-1');
      await first.mirror.flush(patientMs);
      await first.mirror.close();
      await cxdb.stop();
      await cxdb.start();

      const second = startMirror(cxdb, { journal, folder });
      second.mirror.note('run-2');
      second.mirror.note('run-1');
      expect(await second.mirror.flush(patientMs)).toBeUndefined();
      expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, 'run-2'));
      expect(await mirroredTurns(cxdb, 2n)).toEqual(await turnsOf(journal, 'run-1'));
      expect(second.notices).toEqual([expect.stringContaining('has lost what it had of run run-1')]);
    },
  );
});

test('two processes do not mirror one run at a time', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  const folder = newFolder();
  await createRun(journal, 'run-1');
  await appendEvents(journal, 'run-1', 20);
  const [first, second] = [startMirror(cxdb, { journal, folder }), startMirror(cxdb, { journal, folder })];
  for (const { mirror } of [first, second]) mirror.note('run-1');
  await Promise.all([first.mirror.flush(patientMs), second.mirror.flush(patientMs)]);
  expect(await contextsOf(cxdb)).toEqual([1n]);
  expect(await mirroredTurns(cxdb, 1n)).toHaveLength(20);
});
