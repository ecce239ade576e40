import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  Journal,
  Kept,
  Lease,
  LeaseHolder,
  NewRun,
  NewTurn,
  RunChange,
  Turn,
} from '../../src/engine/ports/journal.ts';
import { hydrate } from '../../src/journal/hydrate.ts';
import type { Liveness } from '../../src/journal/ownership.ts';
import type { Json } from '../../src/shared/json.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import { verifies } from '../support/verifies.ts';

/** One place where things are remembered, on which several journals can be opened as if by several processes. */
export interface JournalSite {
  open(options: SiteOptions): Promise<Journal>;
  remove(): Promise<void>;
}

export interface SiteOptions {
  readonly redactor: ReturnType<typeof createRedactor>;
  readonly livenessOf: (holder: LeaseHolder) => Liveness;
  readonly now: () => number;
}

const secret = 'correct-horse-battery';

/** What every driver of the Journal port must show. Register it once per driver. */
export function journalConformance(driver: string, createSite: () => Promise<JournalSite>): void {
  describe(`a ${driver} journal`, () => {
    let site: JournalSite;
    let journal: Journal;
    let clock: number;
    let liveness: Map<number, Liveness>;
    const opened: Journal[] = [];

    const open = async () => {
      const one = await site.open({
        redactor: createRedactor({ PASSPHRASE: secret }),
        livenessOf: ({ pid }) => liveness.get(pid) ?? 'unknown',
        now: () => clock,
      });
      opened.push(one);
      return one;
    };

    beforeEach(async () => {
      clock = 1_000_000;
      liveness = new Map();
      site = await createSite();
      journal = await open();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await site.remove();
    });

    const holder = (pid: number): LeaseHolder => ({ pid, host: 'here', bootId: 'boot', startTime: `t${pid}` });

    const newRun = async (id: string, more: Partial<NewRun> = {}): Promise<NewRun> => ({
      id,
      pipeline: 'demo',
      bundle: 'b'.repeat(64),
      walkVersion: 1,
      cwd: '/work',
      settings: await journal.keep({ inputs: { a: 1 } }),
      at: 500,
      ...more,
    });

    const startRun = async (id: string, more: Partial<NewRun> = {}): Promise<Lease> => {
      await journal.createRun(await newRun(id, more));
      return journal.acquire(id, holder(1));
    };

    const turn = async (type: string, payload: Json = {}, key?: string): Promise<NewTurn> => ({
      type,
      at: clock,
      payload: await journal.keep(payload),
      ...(key === undefined ? {} : { key }),
    });

    const all = async (turns: AsyncIterable<Turn>) => {
      const list: Turn[] = [];
      for await (const each of turns) list.push(each);
      return list;
    };

    const types = async (turns: AsyncIterable<Turn>) => (await all(turns)).map(({ type }) => type);

    describe('runs', () => {
      test('a created run is read back whole', async () => {
        const run = await newRun('r1', { parent: { runId: 'r0', key: 'child#1' } });
        const row = await journal.createRun(run);
        expect(row).toEqual({ ...run, state: 'created', updatedAt: 500 });
        expect(await (await open()).run('r1')).toEqual(row);
        expect(await journal.run('nobody')).toBeUndefined();
      });

      test('creating the same run again changes nothing; another one under its id is refused', async () => {
        const lease = await startRun('r1');
        await journal.append(lease, [], { state: 'paused' });
        expect(await journal.createRun(await newRun('r1'))).toMatchObject({ state: 'paused' });
        await expect(journal.createRun(await newRun('r1', { bundle: 'c'.repeat(64) }))).rejects.toMatchObject({
          code: 'RUN_EXISTS',
        });
      });

      test('runs are listed newest first, children only when asked for', async () => {
        await startRun('r1');
        await startRun('r2', { parent: { runId: 'r1', key: 'child#1' } });
        const lease = await startRun('r3');
        await journal.append(lease, [], { state: 'completed' });
        const ids = async (...filter: Parameters<Journal['runs']>) =>
          (await journal.runs(...filter)).map(({ id }) => id);
        expect(await ids()).toEqual(['r3', 'r1']);
        expect(await ids({ withChildren: true, limit: 2 })).toEqual(['r3', 'r2']);
        expect(await ids({ parent: 'r1' })).toEqual(['r2']);
        expect(await ids({ state: 'completed' })).toEqual(['r3']);
      });

      test('runs are found by pipeline, time of creation and beginning of their id', async () => {
        await startRun('a%1', { pipeline: 'one', at: 100 });
        await startRun('a_2', { pipeline: 'two', at: 200 });
        await startRun('a_23', { pipeline: 'one', at: 300, parent: { runId: 'a_2', key: 'child#1' } });
        await startRun('b', { pipeline: 'one', at: 300 });
        const ids = async (...filter: Parameters<Journal['runs']>) =>
          (await journal.runs(...filter)).map(({ id }) => id);
        expect(await ids({ pipeline: 'one' })).toEqual(['b', 'a%1']);
        expect(await ids({ createdSince: 200 })).toEqual(['b', 'a_2']);
        expect(await ids({ idPrefix: 'a_2', withChildren: true })).toEqual(['a_23', 'a_2']);
        expect(await ids({ idPrefix: 'a', pipeline: 'one', createdSince: 101 })).toEqual([]);
        expect(await ids({ idPrefix: 'c' })).toEqual([]);
      });

      test('a limit is met however many runs are left out on the way', async () => {
        for (let number = 0; number < 40; number += 1) {
          const lease = await startRun(`r${number}`);
          await journal.append(lease, [], { state: 'running' });
          if (number >= 2) await journal.release(lease);
        }
        expect((await journal.runs({ state: 'running', limit: 2 })).map(({ id }) => id)).toEqual(['r1', 'r0']);
      });

      test('a summary stands in the row until the run has another turn, in any branch', async () => {
        const lease = await startRun('r1');
        const branch = await journal.openBranch(lease, 'work#1');
        const [one] = await journal.append(lease, [await turn('one')]);
        const summary = await journal.keep({ done: 1, secret });
        await journal.summarize('r1', one!.seq, summary);
        const read = async () => (await (await open()).run('r1'))?.summary;
        expect(await read()).toEqual({ done: 1, secret: '[redacted:PASSPHRASE]' });
        expect((await journal.runs())[0]).toHaveProperty('summary');
        const [two] = await journal.appendToBranch(branch, [await turn('two')]);
        expect(await read()).toBeUndefined();
        await journal.summarize('r1', two!.seq, await journal.keep({ done: 2 }));
        await journal.summarize('r1', one!.seq, summary);
        expect(await read()).toEqual({ done: 2 });
        await expect(journal.summarize('nobody', 1, summary)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
      });

      test('the state is that of the newest append, and questions in it are redacted', async () => {
        const lease = await startRun('r1');
        clock += 7;
        const waiting = [
          { for: 'answer', key: 'gate#1', question: `is ${secret} right?`, since: 1, until: 2_000_000 },
        ] as const;
        await journal.append(lease, [await turn('InterviewStarted')], { state: 'waiting', waiting });
        expect(await journal.run('r1')).toMatchObject({
          state: 'waiting',
          waiting: [{ ...waiting[0], question: 'is [redacted:PASSPHRASE] right?' }],
          updatedAt: clock,
        });
        await journal.append(lease, [], { state: 'running' });
        expect(await journal.run('r1')).not.toHaveProperty('waiting');
      });

      test('a run that should move and has no live owner is interrupted, not running (R5)', async () => {
        const lease = await startRun('r1');
        await journal.append(lease, [], { state: 'running' });
        expect(await journal.run('r1')).toMatchObject({ state: 'running' });
        liveness.set(1, 'dead');
        expect(await journal.run('r1')).toMatchObject({ state: 'interrupted' });
        expect(await journal.runs({ state: 'running' })).toEqual([]);
        expect(await journal.runs({ state: 'interrupted' })).toHaveLength(1);
      });

      test('a run that waits for a timer is due once the time has come and nobody owns it', async () => {
        const lease = await startRun('r1');
        const waiting = [{ for: 'timer', key: 't#1', since: 1, until: clock + 1_000 }] as const;
        await journal.append(lease, [], { state: 'waiting', waiting });
        const due = () => journal.runs({ dueBefore: clock });
        clock += 1_000;
        expect(await due()).toEqual([]);
        await journal.release(lease);
        expect(await due()).toMatchObject([{ id: 'r1', state: 'interrupted' }]);
        clock -= 1;
        expect(await due()).toEqual([]);
        expect(await journal.run('r1')).toMatchObject({ state: 'waiting' });
      });
    });

    describe('turns', () => {
      test('an append is a chain of turns that any reader sees whole and in order', async () => {
        const lease = await startRun('r1');
        const written = await journal.append(lease, [await turn('a', { n: 1 }, 'k#1'), await turn('b', [null, 'ß'])]);
        const [third] = await journal.append(lease, [{ ...(await turn('c')), version: 3 }]);
        expect(written[1]?.parent).toBe(written[0]?.seq);
        expect(third?.parent).toBe(written[1]?.seq);
        expect(third?.version).toBe(3);
        expect(await all((await open()).turns('r1'))).toEqual([...written, third]);
      });

      test('reading goes on after a sequence number, over any number of pages', async () => {
        const lease = await startRun('r1');
        const batch = await Promise.all(Array.from({ length: 300 }, (_, index) => turn(`t${index}`)));
        const written = await journal.append(lease, batch);
        expect(await types(journal.turns('r1'))).toEqual(batch.map(({ type }) => type));
        expect(await types(journal.tail('r1', written[297]!.seq))).toEqual(['t298', 't299']);
        expect(await types(journal.turns('r1', { afterSeq: written[299]!.seq }))).toEqual([]);
        expect(await types(journal.turns('r1', { afterSeq: written[9]!.seq, limit: 2 }))).toEqual(['t10', 't11']);
        expect(await types(journal.turns('r1', { limit: 256 }))).toHaveLength(256);
        expect(await types(journal.turns('r1', { limit: 0 }))).toEqual([]);
        const some = await all(journal.turns('r1', { payloadsOf: new Set(['t1']), limit: 3 }));
        expect(some.map(({ payload }) => payload)).toEqual([null, written[1]!.payload, null]);
      });

      test('a reader in the middle of a run is not disturbed by appends', async () => {
        const lease = await startRun('r1');
        await journal.append(lease, await Promise.all(Array.from({ length: 200 }, () => turn('early'))));
        let seen = 0;
        for await (const { seq } of journal.tail('r1', 0)) {
          if (seen === 0) await journal.append(lease, [await turn('late')]);
          expect(seq).toBeGreaterThan(seen);
          seen = seq;
        }
        expect(await types(journal.tail('r1', seen - 1))).toEqual(['late']);
      });

      test('appends that are not awaited are kept in the order of the calls', async () => {
        const lease = await startRun('r1');
        const turns = await Promise.all(['a', 'b', 'c', 'd'].map((type) => turn(type)));
        await Promise.all(turns.map((each) => journal.append(lease, [each])));
        expect(await types(journal.turns('r1'))).toEqual(['a', 'b', 'c', 'd']);
      });

      verifies(
        'durability:journal:fork',
        'an operation has its own branch, forked from the head of the run at its first start',
        async () => {
          const lease = await startRun('r1');
          const [before] = await journal.append(lease, [await turn('before')]);
          const branch = await journal.openBranch(lease, 'work#1');
          await journal.append(lease, [await turn('meanwhile')]);
          const [first] = await journal.appendToBranch(branch, [await turn('step')]);
          const again = await journal.openBranch(lease, 'work#1');
          const [second] = await journal.appendToBranch(again, [await turn('step again')]);
          expect([branch.epoch, again.epoch]).toEqual([1, 2]);
          expect(first).toMatchObject({ parent: before?.seq, branch: 'work#1' });
          expect(second?.parent).toBe(first?.seq);
          expect(await types(journal.turns('r1'))).toEqual(['before', 'meanwhile']);
          expect(await types(journal.turns('r1', { branch: 'work#1' }))).toEqual(['step', 'step again']);
          expect(await types(journal.turns('r1', { branch: 'other#1' }))).toEqual([]);
          expect(await types(journal.tail('r1', 0))).toEqual(['before', 'meanwhile', 'step', 'step again']);
        },
      );

      test('runs do not see each other', async () => {
        const one = await startRun('r1');
        const two = await startRun('r2');
        await Promise.all([journal.append(one, [await turn('of one')]), journal.append(two, [await turn('of two')])]);
        expect(await types(journal.turns('r2'))).toEqual(['of two']);
        const [first] = await all(journal.turns('r2'));
        expect(first?.parent).toBeUndefined();
      });

      test('an unknown run is an error for everything that names it', async () => {
        const command = await journal.keep({ kind: 'pause' } as const);
        const calls = [
          () => journal.acquire('nobody', holder(1)),
          () => journal.leaseOf('nobody'),
          () => journal.inbox('nobody', 0),
          () => journal.send('nobody', { id: 'c1', command, by: 'me', at: 1 }),
          () => all(journal.turns('nobody')),
          () => all(journal.tail('nobody', 0)),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
      });
    });

    describe('leases and epochs (R5)', () => {
      test('a live owner keeps its run, and the refusal names process and age', async () => {
        await startRun('r1');
        clock += 4_000;
        await expect((await open()).acquire('r1', holder(2))).rejects.toMatchObject({
          code: 'RUN_HELD',
          details: { pid: 1, ageMs: 4_000 },
        });
        expect(await journal.leaseOf('r1')).toEqual({
          ...holder(1),
          token: 1,
          heartbeatAt: 1_000_000,
          ageMs: 4_000,
          alive: true,
        });
      });

      test('a dead owner is replaced at once, and everything it still writes is refused', async () => {
        const lost = await startRun('r1');
        await journal.append(lost, [await turn('mine')]);
        liveness.set(1, 'dead');
        const taken = await (await open()).acquire('r1', holder(2));
        expect(taken.token).toBeGreaterThan(lost.token);
        const late = await turn('late');
        const attempts = [
          () => journal.append(lost, [late], { state: 'failed' }),
          () => journal.heartbeat(lost),
          () => journal.openBranch(lost, 'work#1'),
        ];
        for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'RUN_FENCED' });
        await journal.release(lost);
        expect(await journal.leaseOf('r1')).toMatchObject({ pid: 2, alive: true });
        expect(await types(journal.tail('r1', 0))).toEqual(['mine']);
        expect(await journal.run('r1')).toMatchObject({ state: 'created' });
      });

      test('who has taken a run over takes its children at once, and nobody else does', async () => {
        const parent = { runId: 'r1', key: 'sub#1' };
        await startRun('r1');
        clock += 20_000;
        const lost = await startRun('c1', { parent });
        clock += 11_000;
        await expect(journal.acquire('c1', holder(2))).rejects.toMatchObject({ code: 'RUN_HELD' });
        await journal.acquire('r1', holder(2));
        await expect(journal.acquire('c1', holder(3))).rejects.toMatchObject({ code: 'RUN_HELD' });
        await journal.acquire('c1', holder(2));
        await expect(journal.heartbeat(lost)).rejects.toMatchObject({ code: 'RUN_FENCED' });
        await expect(journal.acquire('c1', holder(2))).rejects.toMatchObject({ code: 'RUN_HELD' });
      });

      test.each(['unknown', 'alive'] as const)(
        'an owner (%s) not heard of for 30 s is replaced; a heartbeat keeps it',
        async (word) => {
          liveness.set(1, word);
          const lease = await startRun('r1');
          clock += 29_000;
          await journal.heartbeat(lease);
          clock += 30_000;
          await expect(journal.acquire('r1', holder(2))).rejects.toMatchObject({ code: 'RUN_HELD' });
          clock += 1;
          expect(await journal.leaseOf('r1')).toMatchObject({ alive: false });
          await journal.acquire('r1', holder(2));
          await expect(journal.heartbeat(lease)).rejects.toMatchObject({ code: 'RUN_FENCED' });
        },
      );

      test('after a clock set back or a long sleep, an owner that beats first stays the owner', async () => {
        const lease = await startRun('r1');
        for (const jump of [-3_600_000, 8 * 3_600_000]) {
          clock += jump;
          expect(await journal.leaseOf('r1')).toMatchObject({ alive: false });
          await journal.heartbeat(lease);
          await expect(journal.acquire('r1', holder(2))).rejects.toMatchObject({ code: 'RUN_HELD' });
        }
      });

      test('a released run is free, and the old lease is worth nothing', async () => {
        const lease = await startRun('r1');
        await journal.release(lease);
        await journal.release(lease);
        expect(await journal.leaseOf('r1')).toBeUndefined();
        await expect(journal.append(lease, [await turn('late')])).rejects.toMatchObject({ code: 'RUN_FENCED' });
        expect((await journal.acquire('r1', holder(2))).token).toBeGreaterThan(lease.token);
      });

      test('an operation that was started again refuses the writes of its earlier start', async () => {
        const lease = await startRun('r1');
        const old = await journal.openBranch(lease, 'work#1');
        await journal.openBranch(lease, 'work#1');
        await expect(journal.appendToBranch(old, [await turn('late')])).rejects.toMatchObject({ code: 'RUN_FENCED' });
        expect(await types(journal.tail('r1', 0))).toEqual([]);
      });

      test('a step may finish writing its branch while its run has no owner', async () => {
        const lease = await startRun('r1');
        const branch = await journal.openBranch(lease, 'work#1');
        await journal.release(lease);
        await journal.appendToBranch(branch, [await turn('done')]);
        expect(await types(journal.turns('r1', { branch: 'work#1' }))).toEqual(['done']);
      });

      test('a refused append harms none of those made beside it', async () => {
        const good = await startRun('r1');
        const bad = await startRun('r2');
        await journal.release(bad);
        const one = await turn('one');
        const results = await Promise.allSettled([
          journal.append(good, [one]),
          journal.append(bad, [one]),
          journal.append(good, [one, one]),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await types(journal.tail('r1', 0))).toEqual(['one', 'one', 'one']);
        expect(await types(journal.tail('r2', 0))).toEqual([]);
      });
    });

    describe('the door', () => {
      verifies(
        ['durability:redaction:door', 'defect:secrets-stored'],
        'secrets do not pass, in values and keys, blobs and commands',
        async () => {
          const lease = await startRun('r1');
          const payload = { [secret]: [`say ${secret}`], token: `ghp_${'a1B2'.repeat(9)}` };
          await journal.append(lease, [await turn('leak', payload)]);
          const [read] = await all(journal.turns('r1'));
          expect(read?.payload).toEqual({
            '[redacted:PASSPHRASE]': ['say [redacted:PASSPHRASE]'],
            token: '[redacted:github-token]',
          });
          for (const content of [`x ${secret}`, new TextEncoder().encode(`x ${secret}`)]) {
            expect(await textOf(await journal.putBlob(content))).toBe('x [redacted:PASSPHRASE]');
          }
          const command = await journal.keep({ kind: 'steer' as const, text: `use ${secret}` });
          expect(command).toEqual({ kind: 'steer', text: 'use [redacted:PASSPHRASE]' });
        },
      );

      test('what is kept is what is read back, so that live and resumed agree', async () => {
        const lease = await startRun('r1');
        const loose = { a: undefined, b: -0, c: Number.NaN, d: { e: [] } } as unknown as Json;
        const kept = await journal.keep(loose);
        await journal.append(lease, [{ type: 'x', at: 1, payload: kept }]);
        const [read] = await all(journal.turns('r1'));
        expect(read?.payload).toStrictEqual(kept);
      });

      test('keeping what was kept changes nothing', async () => {
        const kept = await journal.keep({ text: `${secret} `.repeat(8_000), small: 1 });
        expect(await journal.keep(kept)).toEqual(kept);
      });

      test('a text above 64 KB becomes a blob, one of 64 KB does not', async () => {
        const large = 'ä'.repeat(40_000);
        const kept: Json = await journal.keep({ large, small: 'x' });
        expect(kept).toEqual({ large: { $blob: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 80_000 }, small: 'x' });
        expect(await textOf(blobOf(kept, 'large'))).toBe(large);
        expect(await journal.keep('y'.repeat(65_000))).toBe('y'.repeat(65_000));
      });

      test('of a payload that is too large as a whole, the largest texts go first', async () => {
        const part = (letter: string, size: number) => letter.repeat(size);
        const kept: Json = await journal.keep({
          a: part('a', 30_000),
          b: { c: part('c', 40_000) },
          d: part('d', 20_000),
        });
        expect(kept).toEqual({
          a: part('a', 30_000),
          b: { c: { $blob: expect.any(String), bytes: 40_000 } },
          d: part('d', 20_000),
        });
      });

      test('a large value without large texts becomes one JSON blob, as deep down as possible', async () => {
        const numbers = Array.from({ length: 30_000 }, (_, index) => index);
        const kept: Json = await journal.keep({ outcome: { status: 'success', contextUpdates: { numbers } } });
        expect(kept).toEqual({
          outcome: {
            status: 'success',
            contextUpdates: { numbers: { $blob: expect.any(String), bytes: expect.any(Number), json: true } },
          },
        });
        const reference = (kept as { outcome: { contextUpdates: Json } }).outcome.contextUpdates;
        expect(JSON.parse((await textOf(blobOf(reference, 'numbers'))) ?? '')).toEqual(numbers);
      });

      test('equal contents are one blob; other bytes come back exactly; an unknown hash is nothing', async () => {
        const bytes = Uint8Array.from({ length: 3_000 }, (_, index) => (index * 7) % 256);
        const hash = await journal.putBlob(bytes);
        expect(await journal.putBlob(bytes)).toBe(hash);
        expect(await (await open()).getBlob(hash)).toEqual(expect.objectContaining({ length: 3_000 }));
        expect(Buffer.compare((await journal.getBlob(hash))!, bytes)).toBe(0);
        expect(await journal.getBlob('0'.repeat(64))).toBeUndefined();
        expect(await textOf(await journal.putBlob(''))).toBe('');
      });

      verifies(
        'durability:journal:forged-reference',
        'what only looks like a reference is data, and one with a wrong claim about its blob is still read',
        async () => {
          const large = 'not json '.repeat(10_000);
          const hash = await journal.putBlob(large);
          const lies = [
            { $blob: '0'.repeat(64), bytes: 70_000 },
            { $blob: 'f'.repeat(64), bytes: 1, json: true },
            { $blob: hash, bytes: 1, json: true },
            { $blob: 'no hash', bytes: 1 },
          ];
          const kept = await journal.keep({ lies });
          expect(await journal.keep(kept)).toEqual(kept);
          expect(await hydrate(journal, kept)).toEqual({
            lies: [{ ...lies[0], $data: true }, { ...lies[1], $data: true }, large, lies[3]],
          });
        },
      );

      const textOf = async (hash: string) => {
        const content = await journal.getBlob(hash);
        return content && new TextDecoder().decode(content);
      };

      // The tests above have just seen a reference in this place.
      const blobOf = (value: Json, key: string) => (value as Record<string, { $blob: string }>)[key]!.$blob;
    });

    describe('the inbox', () => {
      const entry = (id: string, command: Kept<{ readonly kind: 'steer'; readonly text: string }>) => ({
        id,
        command,
        by: 'someone',
        at: 9,
      });

      test('commands lie in the order of their arrival; a known id is told so and ignored', async () => {
        await startRun('r1');
        const other = await open();
        const [first, second] = [
          await journal.keep({ kind: 'steer', text: 'left' } as const),
          await journal.keep({ kind: 'steer', text: `no, ${secret}` } as const),
        ];
        expect(await other.send('r1', entry('c1', first))).toBe('accepted');
        expect(await journal.send('r1', entry('c2', second))).toBe('accepted');
        expect(await journal.send('r1', entry('c1', second))).toBe('already');
        const entries = await journal.inbox('r1', 0);
        expect(entries).toMatchObject([
          { id: 'c1', command: { kind: 'steer', text: 'left' }, by: 'someone', at: 9 },
          { id: 'c2', command: { kind: 'steer', text: 'no, [redacted:PASSPHRASE]' } },
        ]);
        expect(await journal.inbox('r1', entries[0]!.seq)).toEqual([entries[1]]);
      });

      test('the same id may be used for another run', async () => {
        await startRun('r1');
        await startRun('r2');
        const command = await journal.keep({ kind: 'steer', text: 'left' } as const);
        expect(await journal.send('r1', entry('c1', command))).toBe('accepted');
        expect(await journal.send('r2', entry('c1', command))).toBe('accepted');
      });
    });

    describe('watching', () => {
      test('a watcher is woken by its own process and by others, for its run alone, until it stops', async () => {
        const lease = await startRun('r1');
        await startRun('r2');
        const command = await journal.keep({ kind: 'pause' } as const);
        const other = await open();
        let wake: (change: RunChange) => void = () => undefined;
        const woken = () => new Promise<RunChange>((resolve) => (wake = resolve));
        let strangers = 0;
        const stop = journal.watch('r1', (change) => wake(change));
        const stopOther = journal.watch('r2', () => (strangers += 1));

        let next = woken();
        await journal.append(lease, [await turn('here')]);
        // It may be woken for nothing, but never told less than what happened.
        while ((await next) !== 'turns') next = woken();
        next = woken();
        await journal.send('r1', { id: 'c0', command, by: 'here', at: 1 });
        expect(await next).toBe('anything');
        next = woken();
        await other.send('r1', { id: 'c1', command, by: 'there', at: 1 });
        expect(await next).toBe('anything');
        expect(strangers).toBe(0);

        stop();
        stop();
        wake = () => expect.unreachable('the watcher had stopped');
        const last = new Promise<RunChange>((resolve) => journal.watch('r1', resolve));
        await other.append(lease, [await turn('there')]);
        await last;
        stopOther();
      });
    });
  });
}
