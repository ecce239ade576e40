import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCxdb } from '../../test/support/cxdb-server/start-cxdb.ts';
import { mirroredTurns, turnsOf } from '../../test/support/cxdb-server/mirror-scene.ts';
import { verifies } from '../../test/support/verifies.ts';
import { armFailpoint } from '../shared/failpoint.ts';
import { defaultConfiguration } from './configuration/configuration.ts';
import { cxdbSettings } from './cxdb-settings.ts';
import { Orchestra } from './orchestra.ts';

const pipeline = `digraph Chain {
  start [shape=Mdiamond] exit [shape=Msquare]
  start -> ${Array.from({ length: 20 }, (_, index) => `step${index}`).join(' -> ')} -> exit
}`;

interface Walked {
  readonly runId: string;
  readonly commits: number;
  readonly notices: readonly string[];
}

/** A run of the chain on a journal of its own, and how many commits it took. */
async function walk(
  cxdb: object | undefined,
  isOffline = false,
  look?: (orchestra: Orchestra, runId: string) => unknown,
): Promise<Walked> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-mirroring-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (cxdb) writeFileSync(join(folder, 'orchestra.yaml'), JSON.stringify({ cxdb }));
  writeFileSync(join(folder, 'chain.dot'), pipeline);
  const notices: string[] = [];
  let commits = 0;
  using _counter = armFailpoint('journal:after-commit', () => (commits += 1));
  const orchestra = await Orchestra.open({ cwd: folder, env: {}, isOffline, onNotice: (text) => notices.push(text) });
  const file = join(folder, 'chain.dot');
  const compilation = await orchestra.compileFile(file);
  const { session } = await orchestra.start({ file, compilation, cwd: folder, backend: 'simulation' });
  expect((await session.done).state).toBe('completed');
  await orchestra.close();
  if (look) {
    const again = await Orchestra.open({ cwd: folder, env: {} });
    await look(again, session.runId);
    await again.close();
  }
  return { runId: session.runId, commits, notices };
}

verifies('cxdb:no-commit', 'a run takes as many commits with a mirror as without one', async () => {
  const cxdb = await startCxdb();
  const alone = await walk(undefined);
  const mirrored = await walk({ url: cxdb.url, binary_port: cxdb.binaryPort }, false, async ({ journal }, runId) => {
    expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, runId));
  });
  expect(mirrored.notices).toEqual([]);
  expect(mirrored.commits).toBe(alone.commits);
});

test('a run whose server is not there completes, and says what is not mirrored', async () => {
  const cxdb = await startCxdb();
  await cxdb.stop();
  const { runId, notices } = await walk({ url: cxdb.url, binary_port: cxdb.binaryPort });
  expect(notices.at(-1)).toContain(`run ${runId} is not mirrored to ${cxdb.url}/ yet`);
});

verifies('cxdb:off', 'offline, nothing is mirrored, which is said once', async () => {
  const { notices } = await walk({ url: 'http://127.0.0.1:9' }, true);
  expect(notices).toEqual([expect.stringContaining('offline')]);
});

test('a run is refused before it is created where a variable holds no address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-mirroring-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'chain.dot');
  writeFileSync(file, pipeline);
  const orchestra = await Orchestra.open({ cwd: folder, env: { ORCHESTRA_CXDB_URL: 'nowhere' } });
  const compilation = await orchestra.compileFile(file);
  const start = orchestra.start({ file, compilation, cwd: folder, backend: 'simulation' });
  await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await orchestra.runs()).toEqual([]);
  await orchestra.close();
});

test('the own variable stands above orchestra.yaml and CXDB_URL, and switches mirroring off when it is empty', () => {
  const settings = (url: string | undefined, env: Record<string, string>) =>
    cxdbSettings({ ...defaultConfiguration('.', env), ...(url !== undefined && { cxdb: { url, binary_port: 7 } }) });
  const [own, yaml, common] = ['http://own:9010', 'http://yaml:9010', 'https://common'];
  const variables = { ORCHESTRA_CXDB_URL: own, CXDB_URL: common };
  expect(settings(yaml, variables)?.server).toEqual({ http: new URL(own), binary: { host: 'own', port: 9009 } });
  expect(settings(yaml, { CXDB_URL: common })?.server.binary).toEqual({ host: 'yaml', port: 7 });
  expect(settings(undefined, { CXDB_URL: common })?.server.binary).toEqual({ host: 'common', port: 442 });
  expect(settings(yaml, { ORCHESTRA_CXDB_URL: '' })).toBeUndefined();
  expect(settings(undefined, {})).toBeUndefined();
  expect(() => settings(undefined, { CXDB_URL: 'localhost:9010' })).toThrow('CXDB_URL holds no address');
});
