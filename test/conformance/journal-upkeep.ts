import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal, Lease, LeaseHolder, NewRun } from '../../src/engine/ports/journal.ts';
import type { Liveness } from '../../src/journal/ownership.ts';
import type { Json } from '../../src/shared/json.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import { verifies } from '../support/verifies.ts';
import type { JournalSite } from './journal.ts';

/** What every driver must show of forgetting. Register it once per driver. */
export function journalUpkeepConformance(driver: string, createSite: () => Promise<JournalSite>): void {
  describe(`the upkeep of a ${driver} journal`, () => {
    let site: JournalSite;
    let journal: Journal;
    let liveness: Liveness;
    const opened: Journal[] = [];

    const open = async (): Promise<Journal> => {
      const one = await site.open({ redactor: createRedactor(), livenessOf: () => liveness, now: () => 1_000 });
      opened.push(one);
      return one;
    };

    beforeEach(async () => {
      liveness = 'alive';
      site = await createSite();
      journal = await open();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await site.remove();
    });

    const holder: LeaseHolder = { pid: 1, host: 'here', bootId: 'boot', startTime: 't' };

    const createRun = async (id: string, more: Partial<NewRun> = {}, by = journal): Promise<void> => {
      const settings = await by.keep({ inputs: {} });
      const run = { id, pipeline: 'demo', bundle: 'b'.repeat(64), walkVersion: 1, cwd: '/', settings, at: 1, ...more };
      await by.createRun(run);
    };

    /** A run whose turns hold these payloads, ended and left. */
    const ended = async (id: string, payloads: readonly Json[] = [], more: Partial<NewRun> = {}): Promise<void> => {
      await createRun(id, more);
      const lease = await journal.acquire(id, holder);
      for (const payload of payloads) await append(lease, payload);
      await journal.append(lease, [], { state: 'completed' });
      await journal.release(lease);
    };

    const append = async (lease: Lease, payload: Json, by = journal) =>
      by.append(lease, [{ type: 'said', at: 1, payload: await by.keep(payload) }]);

    const payloadsOf = async (id: string): Promise<Json[]> => {
      const found: Json[] = [];
      for await (const { payload } of journal.tail(id, 0)) found.push(payload);
      return found;
    };

    /** Some text above 64 KB, another one for each letter. */
    const large = (letter: string): string => letter.repeat(70_000);

    const hashOf = (kept: Json): string => (kept as { readonly text: { readonly $blob: string } }).text.$blob;

    verifies(
      'prune:whole',
      'a removed run is gone with its turns, branches, commands and children; others are untouched',
      async () => {
        await ended('r1', [{ n: 1 }]);
        await ended('r1.child', [{ n: 2 }], { parent: { runId: 'r1', key: 'c#1' } });
        await ended('r1.grandchild', [{ n: 3 }], { parent: { runId: 'r1.child', key: 'c#1' } });
        await ended('r2', [{ n: 4 }]);
        const command = await journal.keep({ kind: 'pause' } as const);
        await journal.send('r1', { id: 'c1', command, by: 'me', at: 1 });
        await (await open()).remove('r1');
        expect((await journal.runs({ withChildren: true })).map(({ id }) => id)).toEqual(['r2']);
        for (const id of ['r1', 'r1.child', 'r1.grandchild']) {
          await expect(payloadsOf(id)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
        }
        expect(await payloadsOf('r2')).toEqual([{ n: 4 }]);
        await createRun('r1');
        expect(await payloadsOf('r1')).toEqual([]);
        expect(await journal.inbox('r1', 0)).toEqual([]);
        expect(await journal.leaseOf('r1')).toBeUndefined();
      },
    );

    test('removing what is gone already does nothing', async () => {
      await ended('r1');
      await journal.remove('r1');
      await journal.remove('r1');
      expect(await journal.runs()).toEqual([]);
    });

    verifies(
      'prune:owned',
      'a run is not removed while it, or a run it started, has a live owner; a dead one does not hold it',
      async () => {
        await ended('r1');
        await createRun('r1.child', { parent: { runId: 'r1', key: 'c#1' } });
        const lease = await journal.acquire('r1.child', holder);
        await expect(journal.remove('r1')).rejects.toMatchObject({ code: 'RUN_HELD', details: { pid: 1 } });
        expect(await journal.runs({ withChildren: true })).toHaveLength(2);
        liveness = 'dead';
        await journal.remove('r1');
        expect(await journal.runs({ withChildren: true })).toEqual([]);
        await expect(append(lease, {})).rejects.toMatchObject({ code: 'RUN_FENCED' });
      },
    );

    test('numbers of turns that were removed are not given again', async () => {
      await ended('r1', [1]);
      await createRun('r2');
      const lease = await journal.acquire('r2', holder);
      const [last] = await append(lease, 2);
      await journal.release(lease);
      await journal.remove('r2');
      await journal.remove('r1');
      await createRun('r3');
      const [next] = await append(await journal.acquire('r3', holder), 3);
      expect(next?.seq).toBeGreaterThan(last?.seq ?? 0);
    });

    verifies(
      'prune:blobs',
      'a sweep removes the blobs nothing refers to any more, and keeps those other runs share',
      async () => {
        await ended('r1', [{ text: large('a') }, { text: large('b') }]);
        await ended('r2', [{ text: large('b') }]);
        const hashes = (await payloadsOf('r1')).map(hashOf);
        expect(await journal.sweep()).toEqual({ count: 0, bytes: 0 });
        await journal.remove('r1');
        const swept = await journal.sweep();
        expect(swept.count).toBe(1);
        expect(swept.bytes).toBeGreaterThan(0);
        expect(await Promise.all(hashes.map(async (hash) => (await journal.getBlob(hash))?.length))).toEqual([
          undefined,
          70_000,
        ]);
      },
    );

    verifies(
      'prune:blobs',
      'what a kept blob refers to stays too; pipelines, settings and commands count like turns',
      async () => {
        const inner = await journal.keep({ text: large('i') });
        const list = Array.from({ length: 9_000 }, (_, index) => ({ index }));
        const bundle = await journal.putBlob('the pipeline');
        const settings = await journal.keep({ text: large('s') });
        await createRun('r1', { bundle, settings });
        await append(await journal.acquire('r1', holder), { deep: [inner, ...list] });
        const command = await journal.keep({ kind: 'steer' as const, text: large('c') });
        await journal.send('r1', { id: 'c1', command, by: 'me', at: 1 });
        await journal.putBlob('nobody names it');
        const [payload] = await payloadsOf('r1');
        expect(payload).toEqual({ deep: expect.objectContaining({ json: true }) as Json });
        expect((await journal.sweep()).count).toBe(1);
        for (const hash of [bundle, hashOf(settings), hashOf(command), hashOf(inner)]) {
          expect(await journal.getBlob(hash)).toBeDefined();
        }
      },
    );

    verifies(
      'prune:concurrent',
      'what another process has put and not yet referred to survives a sweep in between',
      async () => {
        await createRun('r1');
        const other = await open();
        const inner = await other.keep({ text: large('i') });
        const list = Array.from({ length: 9_000 }, (_, index) => ({ index }));
        const payload = await other.keep({ deep: [inner, ...list] });
        const bundle = await other.putBlob('the pipeline');
        const command = await other.keep({ kind: 'steer' as const, text: large('c') });
        expect((await journal.sweep()).count).toBe(4);
        await createRun('r2', { bundle }, other);
        await other.append(await other.acquire('r1', holder), [{ type: 'said', at: 1, payload }]);
        await other.send('r1', { id: 'c1', command, by: 'me', at: 1 });
        for (const hash of [bundle, hashOf(inner), hashOf(command)]) {
          expect(await journal.getBlob(hash)).toBeDefined();
        }
        expect((await journal.sweep()).count).toBe(0);
      },
    );

    test('weighing tells what would go, and changes nothing', async () => {
      await ended('r1', [{ text: large('a') }, { text: large('b') }, 'x'.repeat(100)]);
      await ended('r1.child', ['y'.repeat(100)], { parent: { runId: 'r1', key: 'c#1' } });
      await ended('r2', [{ text: large('b') }]);
      const { runs, blobs } = await journal.weigh(['r2', 'r1']);
      expect(runs.map(({ runId, tree }) => [runId, tree])).toEqual([
        ['r2', ['r2']],
        ['r1', ['r1', 'r1.child']],
      ]);
      expect(runs[1]?.bytes).toBeGreaterThan(runs[0]!.bytes + 200);
      expect(blobs.count).toBe(2);
      expect((await journal.weigh(['r1'])).blobs.count).toBe(1);
      expect((await journal.weigh([])).blobs).toEqual({ count: 0, bytes: 0 });
      expect(await journal.runs({ withChildren: true })).toHaveLength(3);
      expect((await journal.sweep()).count).toBe(0);
      await expect(journal.weigh(['nobody'])).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    });

    test('compacting keeps everything', async () => {
      await ended(
        'r1',
        Array.from({ length: 50 }, (_, n) => ({ n, text: 'x'.repeat(10_000) })),
      );
      await ended('r2', [{ n: 1 }]);
      await journal.remove('r1');
      const { before, after } = await journal.compact();
      expect(after).toBeLessThanOrEqual(before);
      expect(await payloadsOf('r2')).toEqual([{ n: 1 }]);
    });
  });
}
