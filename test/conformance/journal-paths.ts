import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ForkPoint, Journal, Lease, LeaseHolder, NewRun, Turn } from '../../src/engine/ports/journal.ts';
import type { FoldSnapshot } from '../../src/engine/ports/journal-snapshots.ts';
import type { Liveness } from '../../src/journal/ownership.ts';
import type { Json } from '../../src/shared/json.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import { verifies } from '../support/verifies.ts';
import type { JournalSite } from './journal.ts';

/** What every driver must show of runs that are forked and rewound. Register it once per driver. */
export function journalPathsConformance(driver: string, createSite: () => Promise<JournalSite>): void {
  describe(`the paths of a ${driver} journal`, () => {
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

    const start = async (id: string, more: Partial<NewRun> = {}): Promise<Lease> => {
      const settings = await journal.keep({ inputs: {} });
      const run = { id, pipeline: 'demo', bundle: 'b'.repeat(64), walkVersion: 1, cwd: '/', settings, at: 1, ...more };
      await journal.createRun(run);
      return journal.acquire(id, holder);
    };

    const fork = (id: string, runId: string, turn: number, more: Partial<NewRun> = {}): Promise<Lease> =>
      start(id, { forkOf: { runId, turn }, ...more });

    /** Appends one turn each to the main branch; gives their numbers. */
    const say = async (lease: Lease, ...types: readonly string[]): Promise<number[]> => {
      const payload: Json = {};
      const turns = await Promise.all(
        types.map(async (type) => ({ type, at: 1, payload: await journal.keep(payload) })),
      );
      return (await journal.append(lease, turns)).map(({ seq }) => seq);
    };

    /** Opens the branch of an operation and appends one turn each. */
    const work = async (lease: Lease, key: string, ...types: readonly string[]): Promise<readonly Turn[]> => {
      const branch = await journal.openBranch(lease, key);
      const turns = await Promise.all(types.map(async (type) => ({ type, at: 1, payload: await journal.keep({}) })));
      return journal.appendToBranch(branch, turns);
    };

    const types = async (turns: AsyncIterable<Turn>): Promise<string[]> => {
      const found: string[] = [];
      for await (const { type } of turns) found.push(type);
      return found;
    };

    const path = (id: string, by = journal): Promise<string[]> => types(by.tail(id, 0));

    describe('forks', () => {
      verifies(
        ['durability:journal:fork', 'returning:fork'],
        'begin with the turns of their source up to where they left it, in every branch, then go their own way',
        async () => {
          const source = await start('source');
          await say(source, 'a');
          const [, cut] = await work(source, 'step#1', 'one', 'two', 'three');
          await say(source, 'b');
          const lease = await fork('fork', 'source', cut!.seq);
          await say(lease, 'own');
          await say(source, 'c');

          const other = await open();
          expect(await path('fork', other)).toEqual(['a', 'one', 'two', 'own']);
          expect(await types(other.turns('fork'))).toEqual(['a', 'own']);
          expect(await types(other.turns('fork', { branch: 'step#1' }))).toEqual(['one', 'two']);
          expect(await path('source', other)).toEqual(['a', 'one', 'two', 'three', 'b', 'c']);
          expect(await other.run('fork')).toMatchObject({ forkOf: { runId: 'source', turn: cut!.seq } });
          expect(await other.run('source')).not.toHaveProperty('forkOf');
        },
      );

      test('are read from any place, to any place, over any number of pages', async () => {
        const source = await start('source');
        const early = await say(source, ...Array.from({ length: 300 }, (_, index) => `s${index}`));
        const lease = await fork('fork', 'source', early[249]!);
        const late = await say(lease, ...Array.from({ length: 150 }, (_, index) => `f${index}`));
        expect(await path('fork')).toHaveLength(400);
        expect(await types(journal.tail('fork', early[248]!, late[0]))).toEqual(['s249', 'f0']);
        const few = { afterSeq: early[247]!, limit: 4, payloadsOf: new Set<string>() };
        expect(await types(journal.turns('fork', few))).toEqual(['s248', 's249', 'f0', 'f1']);
        expect(await types(journal.turns('fork', { afterSeq: late[147]!, upToSeq: late[148]! }))).toEqual(['f148']);
        expect(await types(journal.turns('fork', { upToSeq: early[1]! }))).toEqual(['s0', 's1']);
        expect(await types(journal.tail('fork', late[149]!))).toEqual([]);
      });

      test('have a tree of turns without a gap', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const [first] = await work(source, 'step#1', 'one');
        await say(source, 'b');
        const lease = await fork('fork', 'source', first!.seq);
        await say(lease, 'own');
        const [again] = await work(lease, 'step#1', 'two');
        const [other] = await work(lease, 'step#2', 'other');
        const own = (await Array.fromAsync(journal.turns('fork'))).at(-1);
        expect(own?.parent).toBe(a);
        expect(again?.parent).toBe(first!.seq);
        expect(other?.parent).toBe(own?.seq);
      });

      test('start an operation again above the epochs of their source, and what it never began at the first', async () => {
        const source = await start('source');
        await work(source, 'step#1', 'one');
        const [cut] = await work(source, 'step#1', 'two');
        await work(source, 'late#1', 'late');
        const lease = await fork('fork', 'source', cut!.seq);
        expect((await journal.openBranch(lease, 'step#1')).epoch).toBe(3);
        expect((await journal.openBranch(lease, 'step#1')).epoch).toBe(4);
        expect((await journal.openBranch(lease, 'late#1')).epoch).toBe(1);
        const deeper = await fork('deeper', 'fork', cut!.seq);
        expect((await journal.openBranch(deeper, 'step#1')).epoch).toBeGreaterThan(2);
      });

      test('have a lease, a state and an inbox of their own', async () => {
        const source = await start('source');
        const [cut] = await say(source, 'a');
        await journal.append(source, [], { state: 'completed' });
        const command = await journal.keep({ kind: 'pause' } as const);
        await journal.send('source', { id: 'c1', command, by: 'me', at: 1 });
        const lease = await fork('fork', 'source', cut!);
        expect(await journal.run('fork')).toMatchObject({ state: 'created' });
        expect(await journal.inbox('fork', 0)).toEqual([]);
        expect(await journal.send('fork', { id: 'c1', command, by: 'me', at: 1 })).toBe('accepted');
        await say(lease, 'own');
        expect(await journal.run('source')).toMatchObject({ state: 'completed' });
      });

      test('of forks, and of children, have the turns of all before them', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const child = await start('child', { parent: { runId: 'source', key: 'sub#1' } });
        const [, work2] = await say(child, 'work 1', 'work 2', 'work 3');
        const one = await fork('one', 'source', a!);
        const [b] = await say(one, 'b', 'c');
        await fork('two', 'one', b!);
        await fork('before', 'one', a!);
        await fork('of child', 'child', work2!, { parent: { runId: 'one', key: 'sub#1' } });
        expect(await path('two')).toEqual(['a', 'b']);
        expect(await path('before')).toEqual(['a']);
        expect(await path('of child')).toEqual(['work 1', 'work 2']);
        const ids = async (forkOf: string) => (await journal.runs({ forkOf, withChildren: true })).map(({ id }) => id);
        expect(await ids('one')).toEqual(['before', 'two']);
        expect(await ids('child')).toEqual(['of child']);
        expect(await journal.runs({ forkOf: 'child' })).toEqual([]);
      });

      test('of what the source never had are refused, and leave no run', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const stranger = await start('stranger');
        const [b] = await say(stranger, 'b');
        for (const turn of [0, b!, b! + 7])
          await expect(fork('fork', 'source', turn)).rejects.toMatchObject({ code: 'TURN_UNKNOWN' });
        await expect(fork('fork', 'nobody', a!)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
        expect(await journal.run('fork')).toBeUndefined();
      });

      test('made again are the same run, and another one from another turn', async () => {
        const source = await start('source');
        const [a, b] = await say(source, 'a', 'b');
        const settings = await journal.keep({ inputs: {} });
        const run = { id: 'fork', pipeline: 'demo', bundle: 'b'.repeat(64), walkVersion: 1, cwd: '/', settings, at: 1 };
        const at = (turn: number): ForkPoint => ({ runId: 'source', turn });
        expect(await journal.createRun({ ...run, forkOf: at(a!) })).toEqual(
          await journal.createRun({ ...run, forkOf: at(a!) }),
        );
        for (const other of [{ ...run, forkOf: at(b!) }, run])
          await expect(journal.createRun(other)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
      });

      test('have a summary of their own', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const lease = await fork('fork', 'source', a!);
        const [own] = await say(lease, 'own');
        await journal.summarize('fork', own!, await journal.keep({ done: 1 }));
        expect(await journal.run('fork')).toMatchObject({ summary: { done: 1 } });
        expect(await journal.run('source')).not.toHaveProperty('summary');
      });
    });

    describe('rewinds', () => {
      verifies('returning:rewind', 'take what came after a turn off the path, and say so', async () => {
        const lease = await start('run');
        const [a, b] = await say(lease, 'a', 'b');
        await work(lease, 'step#1', 'one');
        await say(lease, 'c');
        await journal.rewind(lease, b!);
        await say(lease, 'again');

        const other = await open();
        expect(await path('run', other)).toEqual(['a', 'b', 'RunRewound', 'again']);
        expect(await types(other.turns('run', { branch: 'step#1' }))).toEqual([]);
        const turns = await Array.fromAsync(other.turns('run'));
        expect(turns[2]).toMatchObject({ payload: { to: b }, parent: b });
        expect(turns[3]?.parent).toBe(turns[2]?.seq);
        expect(await other.run('run')).toMatchObject({ rewinds: [{ to: b, by: turns[2]?.seq }] });
        expect(await types(other.tail('run', a!))).toEqual(['b', 'RunRewound', 'again']);
      });

      test('can follow on each other, in any order', async () => {
        const lease = await start('run');
        const [a, b] = await say(lease, 'a', 'b', 'c');
        await journal.rewind(lease, b!);
        const [d] = await say(lease, 'd', 'e');
        await journal.rewind(lease, d!);
        expect(await path('run')).toEqual(['a', 'b', 'RunRewound', 'd', 'RunRewound']);
        await journal.rewind(lease, a!);
        await say(lease, 'f');
        expect(await path('run')).toEqual(['a', 'RunRewound', 'f']);
        expect((await journal.run('run'))?.rewinds).toHaveLength(3);
      });

      verifies('returning:nothing-lost', 'leave turns that can still be read and forked from', async () => {
        const lease = await start('run');
        const [a, b] = await say(lease, 'a', 'b', 'c');
        const standing = await fork('before', 'run', b!);
        await journal.rewind(lease, a!);
        await fork('after', 'run', b!);
        await say(standing, 'own');
        expect(await path('before')).toEqual(['a', 'b', 'own']);
        expect(await path('after')).toEqual(['a', 'b']);
        expect(await types(journal.tail('run', 0, b))).toEqual(['a', 'b']);
      });

      test('of a fork go back before it was forked, too', async () => {
        const source = await start('source');
        const [a, b] = await say(source, 'a', 'b');
        const lease = await fork('fork', 'source', b!);
        await say(lease, 'c');
        await journal.rewind(lease, a!);
        await say(lease, 'd');
        expect(await path('fork')).toEqual(['a', 'RunRewound', 'd']);
        expect(await path('source')).toEqual(['a', 'b']);
      });

      test('to what is not on the path are refused and change nothing', async () => {
        const lease = await start('run');
        const [a, b] = await say(lease, 'a', 'b');
        const stranger = await start('stranger');
        const [c] = await say(stranger, 'c');
        await expect(journal.rewind(lease, c!)).rejects.toMatchObject({ code: 'TURN_UNKNOWN' });
        await journal.rewind(lease, a!);
        await expect(journal.rewind(lease, b!)).rejects.toMatchObject({
          code: 'TURN_LEFT_BEHIND',
          hint: expect.stringContaining(`replay run --at ${b}`),
        });
        await journal.release(lease);
        await expect(journal.rewind(lease, a!)).rejects.toMatchObject({ code: 'RUN_FENCED' });
        expect(await path('run')).toEqual(['a', 'RunRewound']);
      });

      test('make an ended run one that was cut off, without what lay in its inbox', async () => {
        const lease = await start('run');
        const [a] = await say(lease, 'a', 'b');
        const command = await journal.keep({ kind: 'cancel', reason: 'enough' } as const);
        await journal.send('run', { id: 'c1', command, by: 'me', at: 1 });
        const [last] = await say(lease, 'end');
        await journal.append(lease, [], { state: 'cancelled' });
        await journal.summarize('run', last!, await journal.keep({ done: 2 }));
        await journal.rewind(lease, a!);
        await journal.release(lease);
        const row = await journal.run('run');
        expect(row).toMatchObject({ state: 'interrupted' });
        expect(row).not.toHaveProperty('summary');
        expect(await journal.inbox('run', 0)).toEqual([]);
        expect(await journal.send('run', { id: 'c1', command, by: 'me', at: 1 })).toBe('accepted');
      });

      test('refuse the writes of earlier starts, and start operations above their epochs', async () => {
        const lease = await start('run');
        const [a] = await say(lease, 'a');
        const early = await journal.openBranch(lease, 'early#1');
        const said = async (type: string) => [{ type, at: 1, payload: await journal.keep({}) }];
        const [first] = await journal.appendToBranch(early, await said('first'));
        const late = await journal.openBranch(lease, 'late#1');
        await journal.appendToBranch(early, await said('second'));
        await journal.rewind(lease, first!.seq);
        for (const branch of [early, late])
          await expect(journal.appendToBranch(branch, await said('zombie'))).rejects.toMatchObject({
            code: 'RUN_FENCED',
          });
        const [again] = await work(lease, 'early#1', 'again');
        expect(again?.parent).toBe(first!.seq);
        expect(await types(journal.turns('run', { branch: 'early#1' }))).toEqual(['first', 'again']);
        expect((await journal.openBranch(lease, 'late#1')).epoch).toBeGreaterThan(late.epoch);
        expect(await types(journal.turns('run', { afterSeq: a! }))).toEqual(['RunRewound']);
      });

      test('take the runs below back to what they were then, and leave those alone that had ended', async () => {
        const lease = await start('run');
        const below = async (id: string, parent: string): Promise<Lease> =>
          start(id, { parent: { runId: parent, key: `${id}#1` } });
        const done = await below('done', 'run');
        await say(done, 'all');
        await journal.append(done, [], { state: 'completed' });
        const flying = await below('flying', 'run');
        await say(flying, 'one');
        const [cut] = await say(lease, 'cut');
        await say(flying, 'two');
        await journal.append(flying, [], { state: 'completed' });
        const late = await below('late', 'flying');
        await say(late, 'late');
        for (const each of [done, flying, late]) await journal.release(each);
        await journal.rewind(lease, cut!);
        expect(await path('done')).toEqual(['all']);
        expect(await path('flying')).toEqual(['one', 'RunRewound']);
        expect(await path('late')).toEqual(['RunRewound']);
        const states = ['done', 'flying', 'late'].map(async (id) => (await journal.run(id))?.state);
        expect(await Promise.all(states)).toEqual(['completed', 'interrupted', 'created']);
      });

      test('wait for whoever still walks a run below', async () => {
        const lease = await start('run');
        const [a] = await say(lease, 'a', 'b');
        const child = await start('child', { parent: { runId: 'run', key: 'sub#1' } });
        await say(child, 'busy');
        await expect(journal.rewind(lease, a!)).rejects.toMatchObject({ code: 'RUN_HELD' });
        expect(await path('run')).toEqual(['a', 'b']);
        liveness = 'dead';
        await journal.rewind(lease, a!);
        expect(await path('run')).toEqual(['a', 'RunRewound']);
      });

      test('wake who watches', async () => {
        const lease = await start('run');
        const [a] = await say(lease, 'a', 'b');
        const woken = new Promise<string>((resolve) => journal.watch('run', resolve));
        await journal.rewind(lease, a!);
        expect(await woken).toBe('anything');
      });
    });

    describe('removing', () => {
      verifies('returning:prune', 'a run is refused while forks stand on its turns', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const child = await start('child', { parent: { runId: 'source', key: 'sub#1' } });
        const [b] = await say(child, 'b');
        const fork1 = await fork('one', 'source', a!);
        const fork2 = await fork('two', 'child', b!);
        for (const lease of [source, child, fork1, fork2]) await journal.release(lease);
        await expect(journal.remove('source')).rejects.toMatchObject({
          code: 'RUN_HAS_FORKS',
          details: { runId: 'source', forks: ['one', 'two'] },
        });
        const { runs } = await journal.weigh(['source', 'one']);
        expect(runs.map(({ forks }) => forks)).toEqual([['one', 'two'], []]);
        expect(await path('one')).toEqual(['a']);
        await journal.remove('one');
        await journal.remove('two');
        await journal.remove('source');
        expect(await journal.runs({ withChildren: true })).toEqual([]);
      });

      test('a fork goes with the parent that started it', async () => {
        const source = await start('source');
        const [a] = await say(source, 'a');
        const child = await start('child', { parent: { runId: 'source', key: 'sub#1' } });
        const [b] = await say(child, 'b');
        const lease = await fork('fork', 'source', a!);
        const below = await fork('below', 'child', b!, { parent: { runId: 'fork', key: 'sub#1' } });
        for (const each of [source, child, lease, below]) await journal.release(each);
        await journal.remove('fork');
        await journal.remove('source');
        expect(await journal.runs({ withChildren: true })).toEqual([]);
      });

      test('blobs that only turns off the path refer to are kept', async () => {
        const large = 'x'.repeat(70_000);
        const lease = await start('run');
        const [a] = await say(lease, 'a');
        const payload = await journal.keep({ large });
        const [b] = await journal.append(lease, [{ type: 'large', at: 1, payload }]);
        await journal.rewind(lease, a!);
        expect(await (await open()).sweep()).toEqual({ count: 0, bytes: 0 });
        await fork('fork', 'run', b!.seq);
        expect(await path('fork')).toEqual(['a', 'large']);
        // `keep` has just made it a reference.
        expect(await journal.getBlob((payload as unknown as { large: { $blob: string } }).large.$blob)).toBeDefined();
      });
    });

    describe('snapshots', () => {
      const snapshotAt = (seq: number, turns: number, form = 'f1'): FoldSnapshot => ({
        seq,
        turns,
        form,
        content: new TextEncoder().encode(`${turns} turns `.repeat(100)),
      });
      const found = async (id: string, upToSeq?: number, form = 'f1'): Promise<number | undefined> =>
        (await (await open()).snapshot(id, form, upToSeq))?.seq;

      test('are given back as they were: the newest before a turn', async () => {
        const lease = await start('run');
        const [a, b, c] = await say(lease, 'a', 'b', 'c');
        expect(await found('run')).toBeUndefined();
        expect(await journal.keepSnapshot('run', snapshotAt(c!, 3))).toBe(true);
        expect(await journal.keepSnapshot('run', snapshotAt(a!, 1))).toBe(true);
        const { content, ...what } = (await (await open()).snapshot('run', 'f1')) ?? snapshotAt(0, 0);
        const { content: given, ...said } = snapshotAt(c!, 3);
        expect([what, new Uint8Array(content)]).toEqual([said, given]);
        expect([await found('run', c), await found('run', b), await found('run', a! - 1)]).toEqual([c, a, undefined]);
      });

      test('that leave out a turn, or end at none of the run, are refused', async () => {
        const lease = await start('run');
        const other = await start('other');
        const [a, b] = await say(lease, 'a', 'b');
        const [elsewhere] = await say(other, 'a');
        await work(lease, 'step#1', 'one');
        const [c] = await say(lease, 'c');
        for (const [seq, turns] of [
          [b!, 1],
          [c!, 3],
          [c! + 1, 4],
          [elsewhere!, 1],
        ] as const)
          expect(await journal.keepSnapshot('run', snapshotAt(seq, turns)), `${seq}`).toBe(false);
        expect(await journal.keepSnapshot('run', snapshotAt(c!, 4))).toBe(true);
        expect([await found('run'), await found('other'), await found('run', a)]).toEqual([c, undefined, undefined]);
        const unknown = { code: 'RUN_UNKNOWN' };
        await expect(journal.keepSnapshot('nobody', snapshotAt(a!, 1))).rejects.toMatchObject(unknown);
        await expect(journal.snapshot('nobody', 'f1')).rejects.toMatchObject(unknown);
      });

      test('of another form are none, and go when one of a new form is kept', async () => {
        const lease = await start('run');
        const [a, b] = await say(lease, 'a', 'b');
        await journal.keepSnapshot('run', snapshotAt(a!, 1));
        expect(await found('run', undefined, 'f2')).toBeUndefined();
        await journal.keepSnapshot('run', snapshotAt(b!, 2, 'f2'));
        expect([await found('run'), await found('run', undefined, 'f2')]).toEqual([undefined, b]);
      });

      test('serve forks up to where they left, whichever of the two kept them', async () => {
        const source = await start('source');
        const [a, b, c] = await say(source, 'a', 'b', 'c');
        await journal.keepSnapshot('source', snapshotAt(c!, 3));
        const lease = await fork('fork', 'source', b!);
        const [own] = await say(lease, 'own');
        expect(await found('fork')).toBeUndefined();
        expect(await journal.keepSnapshot('fork', snapshotAt(c!, 3))).toBe(false);
        expect(await journal.keepSnapshot('fork', snapshotAt(a!, 1))).toBe(true);
        expect([await found('fork'), await found('source', b)]).toEqual([a, a]);
        expect(await journal.keepSnapshot('fork', snapshotAt(own!, 3))).toBe(true);
        expect([await found('fork'), await found('source')]).toEqual([own, c]);
      });

      test('behind the turn a run went back to count for what it was, not for what it is', async () => {
        const lease = await start('run');
        const [a, b, c] = await say(lease, 'a', 'b', 'c');
        await journal.keepSnapshot('run', snapshotAt(a!, 1));
        await journal.keepSnapshot('run', snapshotAt(c!, 3));
        await journal.rewind(lease, b!);
        const [d] = await say(lease, 'd');
        expect([await found('run'), await found('run', c)]).toEqual([a, c]);
        // a, b, that it went back, and d
        expect(await journal.keepSnapshot('run', snapshotAt(d!, 4))).toBe(true);
        expect(await found('run')).toBe(d);
      });

      test('go with their run', async () => {
        const lease = await start('run');
        const [a] = await say(lease, 'a');
        await journal.keepSnapshot('run', snapshotAt(a!, 1));
        await journal.release(lease);
        await journal.remove('run');
        await start('run');
        expect(await found('run')).toBeUndefined();
      });
    });
  });
}
