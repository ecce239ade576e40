import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { packFields } from '../../src/journal/cxdb/records/message-pack.ts';
import { cxdbServer } from '../../src/journal/cxdb/server.ts';
import { ConnectionLost, CxdbConnection } from '../../src/journal/cxdb/wire/connection.ts';
import { encodeFrame, FrameReader, type Frame } from '../../src/journal/cxdb/wire/frames.ts';
import { loadBlake3 } from '../../src/shared/hash.ts';
import { httpOf, patientMs } from '../support/cxdb-server/mirror-scene.ts';
import { startCxdb } from '../support/cxdb-server/start-cxdb.ts';
import type { TestCxdb } from '../support/cxdb-server/test-cxdb.ts';

/*
 * What the mirror and the import rely on, or are built around, of a CXDB server. Our own server in test/support follows the
 * real one in this; with CXDB_TEST_SERVER the same tests show that the real one is still so.
 */

function open(cxdb: TestCxdb): Promise<CxdbConnection> {
  const { binary } = cxdbServer(cxdb.url, cxdb.binaryPort);
  return CxdbConnection.open(binary, { clientTag: 'test', timeoutMs: patientMs });
}

async function newTurn(context: bigint, text: string, { parent = 0n, type = 'test.Unregistered' } = {}) {
  const payload = packFields([[1, text]]);
  return { context, parent, type, version: 1, payload, hash: (await loadBlake3())(payload) };
}

async function contextWith(cxdb: TestCxdb, ...texts: readonly string[]): Promise<bigint> {
  const connection = await open(cxdb);
  const context = await connection.createContext(0n);
  for (const text of texts) await connection.append(await newTurn(context, text));
  connection.close();
  return context;
}

/** One message, and how the server answers; undefined where it ends the connection instead. */
async function ask(cxdb: TestCxdb, type: number, payload: Buffer): Promise<Frame | undefined> {
  const socket = connect(cxdb.binaryPort, '127.0.0.1');
  const reader = new FrameReader();
  try {
    return await new Promise((resolve) => {
      socket.on('data', (chunk) => {
        for (const frame of reader.take(chunk)) resolve(frame);
      });
      socket.on('close', () => resolve(undefined));
      socket.on('error', () => resolve(undefined));
      socket.write(encodeFrame({ type, requestId: 7n, payload }));
    });
  } finally {
    socket.destroy();
  }
}

function page(cxdb: TestCxdb, context: bigint, query: string): Promise<Response> {
  return fetch(`${cxdb.url}/v1/contexts/${context}/turns?${query}`);
}

interface Page {
  readonly turns: readonly { readonly turn_id: unknown; readonly depth: unknown; readonly data?: unknown }[];
  readonly next_before_turn_id: unknown;
  readonly meta: unknown;
}

test('the same turn sent twice is there twice', async () => {
  const cxdb = await startCxdb();
  const context = await contextWith(cxdb, 'same', 'same');
  expect(await httpOf(cxdb).turns(context, { limit: 10 })).toHaveLength(2);
});

test('a refusal is the end of the connection', async () => {
  const cxdb = await startCxdb();
  const connection = await open(cxdb);
  await expect(connection.append(await newTurn(77n, 'to a context that is not there'))).rejects.toThrow(ConnectionLost);
  const again = await open(cxdb);
  await expect(again.getBlob('0'.repeat(64))).rejects.toThrow(ConnectionLost);
  const third = await open(cxdb);
  const context = await third.createContext(0n);
  await expect(third.append({ ...(await newTurn(context, 'x')), hash: '0'.repeat(64) })).rejects.toThrow(
    ConnectionLost,
  );
  expect(await httpOf(cxdb).turns(context, { limit: 1 })).toEqual([]);
});

test('only an unknown kind of message is answered with an error', async () => {
  const cxdb = await startCxdb();
  expect(await ask(cxdb, 7, Buffer.alloc(16))).toMatchObject({ type: 255, requestId: 7n });
  expect(await ask(cxdb, 4, Buffer.alloc(8, 9))).toBeUndefined();
  expect(await ask(cxdb, 6, Buffer.alloc(2))).toBeUndefined();
});

test('answers come in the order of the requests, however many are sent ahead', async () => {
  const cxdb = await startCxdb();
  const connection = await open(cxdb);
  const context = await connection.createContext(0n);
  const turns = await Promise.all(Array.from({ length: 300 }, (_, index) => newTurn(context, `turn ${index}`)));
  const numbers = await Promise.all(turns.map((turn) => connection.append(turn)));
  expect(numbers).toEqual(turns.map((_, index) => BigInt(index + 1)));
  connection.close();
});

test('the first turn has depth 0, and the last page names a next one all the same', async () => {
  const cxdb = await startCxdb();
  const context = await contextWith(cxdb, 'first', 'second');
  const whole = (await (await page(cxdb, context, 'view=raw')).json()) as Page;
  expect(whole.turns.map(({ turn_id: id, depth }) => [id, depth])).toEqual([
    ['1', 0],
    ['2', 1],
  ]);
  expect(whole.next_before_turn_id).toBe('1');
  expect(whole.meta).toMatchObject({ head_turn_id: '2', head_depth: 1 });
  const empty = (await (await page(cxdb, context, 'view=raw&before_turn_id=1')).json()) as Page;
  expect(empty.turns).toEqual([]);
});

test('one turn of an unknown type, and a typed page is refused; a raw one is not', async () => {
  const cxdb = await startCxdb();
  const context = await contextWith(cxdb, 'of a type nobody has registered');
  expect((await page(cxdb, context, 'view=typed')).status).toBe(424);
  expect((await page(cxdb, context, 'view=raw')).status).toBe(200);
});

test('typed pages show whole numbers as texts', async () => {
  const cxdb = await startCxdb();
  const http = httpOf(cxdb);
  const fields = {
    1: { name: 'count', type: 'u64' },
    2: { name: 'more', type: 'map' },
    3: { name: 'text', type: 'string' },
  };
  const bundle = {
    registry_version: 1,
    bundle_id: 'test.v1',
    types: { 'test.Numbers': { versions: { 1: { fields } } } },
    enums: {},
  };
  expect(await http.putBundle('test.v1', JSON.stringify(bundle))).toBe('registered');
  expect(await http.putBundle('test.v1', JSON.stringify(bundle))).toBe('known');
  expect(await http.putBundle('test.v1', JSON.stringify({ ...bundle, registry_version: 2 }))).toBe('different');
  const connection = await open(cxdb);
  const context = await connection.createContext(0n);
  const payload = packFields([
    [1, 5],
    [
      2,
      new Map([
        ['n', 3],
        ['negative', -3],
      ]),
    ],
    [3, 7],
  ]);
  const hash = (await loadBlake3())(payload);
  await connection.append({ context, parent: 0n, type: 'test.Numbers', version: 1, payload, hash });
  connection.close();
  const { turns } = (await (await page(cxdb, context, 'view=typed')).json()) as Page;
  expect(turns[0]?.data).toEqual({ count: '5', more: { n: '3', negative: -3 }, text: null });
});

test('a turn may follow any turn of its context: what came between stays, and is off the way to the head', async () => {
  const cxdb = await startCxdb();
  const connection = await open(cxdb);
  const context = await connection.createContext(0n);
  const first = await connection.append(await newTurn(context, 'first'));
  await connection.append(await newTurn(context, 'left'));
  const third = await connection.append(await newTurn(context, 'third', { parent: first }));
  const turns = await httpOf(cxdb).turns(context, { limit: 10 });
  expect(turns?.map(({ turn }) => turn)).toEqual([first, third]);
  const fork = await connection.createContext(first);
  expect((await httpOf(cxdb).turns(fork, { limit: 10 }))?.map(({ turn }) => turn)).toEqual([first]);
  connection.close();
});

test('started again it has forgotten everything but the types, and counts from 1', async () => {
  const cxdb = await startCxdb();
  const http = httpOf(cxdb);
  const bundle = JSON.stringify({ registry_version: 1, bundle_id: 'test.v1', types: {}, enums: {} });
  await http.putBundle('test.v1', bundle);
  await contextWith(cxdb, 'one');
  await cxdb.stop();
  await cxdb.start();
  expect(await http.turns(1n, { limit: 1 })).toBeUndefined();
  expect(await http.hasBundle('test.v1')).toBe(true);
  expect(await contextWith(cxdb, 'another')).toBe(1n);
});
