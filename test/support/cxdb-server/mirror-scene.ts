import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Journal, NewRun, NewTurn, Turn } from '../../../src/engine/ports/journal.ts';
import { CxdbHttp } from '../../../src/journal/cxdb/http-client.ts';
import { Mirror, type MirrorOptions } from '../../../src/journal/cxdb/mirror/mirror.ts';
import { decodeRecord, type ContextRecord } from '../../../src/journal/cxdb/records/record.ts';
import { cxdbServer } from '../../../src/journal/cxdb/server.ts';
import type { Json } from '../../../src/shared/json.ts';
import { thisProcess } from '../../../src/shared/process/identity.ts';
import type { TestCxdb } from './test-cxdb.ts';

/** Long enough for any server; nothing waits for it where all goes well. */
export const patientMs = 30_000;

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-mirror-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface MirrorScene {
  readonly mirror: Mirror;
  readonly notices: string[];
}

/** A mirror without pauses; closed when the test ends. */
export function startMirror(
  cxdb: TestCxdb,
  options: Pick<MirrorOptions, 'journal' | 'folder'> & { readonly binaryPort?: number },
): MirrorScene {
  const { journal, folder, binaryPort = cxdb.binaryPort } = options;
  const notices: string[] = [];
  const mirror = new Mirror({
    journal,
    folder,
    server: cxdbServer(cxdb.url, binaryPort),
    notice: (text) => notices.push(text),
    timing: { gatherMs: 0, firstRetryMs: 1, mostRetryMs: 20 },
  });
  onTestFinished(() => mirror.close());
  return { mirror, notices };
}

export async function createRun(
  journal: Journal,
  id: string,
  more: Partial<Pick<NewRun, 'parent' | 'forkOf'>> & { readonly settings?: Json } = {},
): Promise<void> {
  const { settings = { file: 'a.dot' }, ...rest } = more;
  await journal.createRun({
    id,
    pipeline: 'Small',
    bundle: await journal.putBlob('{"graph":"of the run"}'),
    walkVersion: 1,
    cwd: '/project',
    settings: await journal.keep(settings),
    at: 1_700_000_000_000,
    ...rest,
  });
}

export async function newTurn(journal: Journal, type: string, payload: Json, key?: string): Promise<NewTurn> {
  return { type, at: 1_700_000_000_123, payload: await journal.keep(payload), ...(key !== undefined && { key }) };
}

/** A run with two branches, a long text, a moved object and odd values; completed. */
export async function recordRun(journal: Journal, id: string): Promise<void> {
  await createRun(journal, id);
  const lease = await journal.acquire(id, thisProcess());
  const main = async (type: string, payload: Json): Promise<void> => {
    await journal.append(lease, [await newTurn(journal, type, payload)], { state: 'running' });
  };
  await main('PipelineStarted', { name: 'Small', id, goal: 'see' });
  const first = await journal.openBranch(lease, 'one#1');
  await main('StageStarted', { name: 'one', scope: '', index: 0, visit: 1, attempt: 1, handler: 'codergen' });
  const second = await journal.openBranch(lease, 'two#1');
  await journal.appendToBranch(first, [await newTurn(journal, 'AgentText', { text: 'a'.repeat(100_000) }, 'one#1')]);
  await journal.appendToBranch(second, [
    await newTurn(journal, 'AgentMessage', { content: oddValues }, 'two#1'),
    await newTurn(journal, 'AgentMessage', { content: { many: texts, more: texts } }, 'two#1'),
    await newTurn(journal, 'AgentText', { text: 'half a pair: \ud83d' }, 'two#1'),
  ]);
  await journal.appendToBranch(first, [await newTurn(journal, 'FromTheFuture', { x: 1 }, 'one#1')]);
  const end = await newTurn(journal, 'PipelineCompleted', { durationMs: 3_000_000_000_000, artifactCount: 0 });
  await journal.append(lease, [end], { state: 'completed' });
  await journal.release(lease);
}

const texts = Array.from({ length: 400 }, (_, index) => `text ${index} `.repeat(10));

const oddValues: Json = JSON.parse(
  '{"z":1,"a":[null,true,-1,0.5,1e300,4294967296,9007199254740993],"__proto__":{"deep":"\\u0000"},"":"e\\u0301"}',
) as Json;

/** Appends events to a run that somebody else may have appended to before. */
export async function appendEvents(journal: Journal, run: string, count: number): Promise<void> {
  const lease = await journal.acquire(run, thisProcess());
  const turns = Array.from({ length: count }, (_, index) =>
    newTurn(journal, 'RunWarning', { message: `event ${index}` }),
  );
  await journal.append(lease, await Promise.all(turns), { state: 'running' });
  await journal.release(lease);
}

export async function turnsOf(journal: Pick<Journal, 'tail'>, run: string): Promise<readonly Turn[]> {
  return Array.fromAsync(journal.tail(run, 0));
}

/** Numbers of the contexts of a server, in the order they were made. */
export async function contextsOf(cxdb: TestCxdb): Promise<readonly bigint[]> {
  const http = httpOf(cxdb);
  const known: bigint[] = [];
  for (let context = 1n; (await http.turns(context, { limit: 1 })) !== undefined; context += 1n) known.push(context);
  return known;
}

/** What a context says, oldest first. */
export async function recordsOf(cxdb: TestCxdb, context: bigint): Promise<readonly (ContextRecord | undefined)[]> {
  const turns = await Array.fromAsync(httpOf(cxdb).backward(context, 100));
  return turns.toReversed().map(decodeRecord);
}

/** The journal's turns as a context has them, oldest first. */
export async function mirroredTurns(cxdb: TestCxdb, context: bigint): Promise<readonly Turn[]> {
  const records = await recordsOf(cxdb, context);
  return records.flatMap((record) => (record?.kind === 'turn' ? [record.turn] : []));
}

export function httpOf(cxdb: TestCxdb): CxdbHttp {
  return new CxdbHttp(new URL(cxdb.url), { timeoutMs: patientMs });
}
