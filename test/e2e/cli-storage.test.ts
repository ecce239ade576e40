import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { Database } from '../../src/journal/sqlite/database.ts';
import { parseStat, readOptional } from '../../src/shared/process/identity.ts';
import { newProject, until, type CliProject, type Finished } from '../support/cli.ts';
import { limitDisk, limitFiles, unprivileged } from '../support/limited-disk.ts';
import { verifies } from '../support/verifies.ts';

const chain = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9', 'n10', 'n11', 'n12'];

/** Each node notes that it runs, and says what nearly fills a turn. */
const talking = `digraph Talking {
  node [shape=parallelogram, tool_command="echo $ORCHESTRA_KEY >> log; head -c 20000 /dev/urandom | base64 -w0"]
  start [shape=Mdiamond] exit [shape=Msquare]
  start -> ${chain.join(' -> ')} -> exit
}`;

const gate = `digraph Gate {
  start [shape=Mdiamond] exit [shape=Msquare]
  before [shape=parallelogram, tool_command="echo before >> log; seq 30000"]
  ask [shape=hexagon, label="Go on?"]
  start -> before -> ask
  ask -> exit [label="[Y] Yes"]
}`;

const journalOf = (project: CliProject): string => join(project.folder, '.orchestra/journal.db');

function changeJournal(project: CliProject, sql: string, ...values: readonly (string | number)[]): void {
  const database = new Database(journalOf(project));
  database.run(sql, ...values);
  database.close();
}

/** A run that waits at its gate. */
async function waitingRun(): Promise<{ readonly project: CliProject; readonly runId: string }> {
  const project = newProject();
  project.write('gate.dot', gate);
  const ran = await project.run(['run', 'gate.dot', '--json']);
  expect(ran.code).toBe(3);
  return { project, runId: ran.result().runId };
}

/** Checks that a command was refused with a code and says what to do next. */
function expectRefused(refused: Finished, code: string, hint: string | RegExp): void {
  expect({ code: refused.code, stderr: refused.stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`error ${code}: `),
  });
  expect(refused.stderr.split('\n').at(-2)).toMatch(hint);
}

async function goesOn(project: CliProject): Promise<void> {
  expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
  const resumed = await project.run(['resume', 'last', '--json']);
  expect(resumed.result(), resumed.stderr).toMatchObject({ status: 'success' });
  expect(project.read('log')).toBe('before\n');
}

describe('a full disk', () => {
  verifies(
    'durability:journal:storage',
    'under the journal ends the run with what to do; once there is room, it goes on without repeating anything finished',
    async () => {
      const project = newProject();
      project.write('talking.dot', talking);
      const disk = limitDisk(join(project.folder, '.orchestra'), 500_000);
      const full = await project.run(['run', 'talking.dot'], { prefix: disk.prefix });
      expectRefused(full, 'JOURNAL_UNAVAILABLE', 'orchestra resume RUN');
      expect((await project.run(['status'])).stdout).toContain('interrupted');
      const before = project.read('log').trimEnd().split('\n');
      expect(before.length).toBeGreaterThan(1);
      disk.lift();
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.result(), resumed.stderr).toMatchObject({
        status: 'success',
        visited: ['start', ...chain, 'exit'],
      });
      const log = project.read('log').trimEnd().split('\n');
      // Once more at most for what was in flight.
      expect(log.length - new Set(log).size).toBeLessThanOrEqual(1);
      expect(new Set(log)).toEqual(new Set(chain.map((node) => `${node}#1`)));
    },
  );

  verifies('durability:journal:storage', 'or a limit of file sizes is told as well', async () => {
    const project = newProject();
    project.write('talking.dot', talking);
    const limited = await project.run(['run', 'talking.dot'], { prefix: limitFiles(300_000) });
    expectRefused(limited, 'JOURNAL_UNAVAILABLE', 'ulimit');
    expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
  });

  verifies('durability:journal:storage', 'under the output of a tool fails no node: the run can go on', async () => {
    const project = newProject();
    project.write(
      'loud.dot',
      `digraph Loud {
        start [shape=Mdiamond] exit [shape=Msquare]
        loud [shape=parallelogram, tool_command="head -c 3000000 /dev/zero | tr '\\\\0' x"]
        start -> loud -> exit
      }`,
    );
    const disk = limitDisk(join(project.folder, '.orchestra'), 2_000_000);
    const full = await project.run(['run', 'loud.dot'], { prefix: disk.prefix });
    expectRefused(full, 'STORAGE_FAILED', 'orchestra resume RUN');
    disk.lift();
    expect((await project.run(['resume', 'last', '--json'])).result()).toMatchObject({ status: 'success' });
  });

  test('or anything else in the way of the run directory does not hold the run, and is told', async () => {
    const project = newProject();
    project.write('gate.dot', gate.replace('echo before', 'rm -rf copy; echo in the way > copy; echo before'));
    const ran = await project.run(['run', 'gate.dot', '--run-dir', 'copy']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('the run directory could not be written');
    rmSync(join(project.folder, 'copy'));
    await goesOn(project);
    expect(JSON.parse(project.read('copy/manifest.json'))).toMatchObject({ state: 'completed' });
    expect(project.has('copy/before/status.json')).toBe(true);
  });
});

describe('a place that cannot be written', () => {
  verifies('durability:journal:storage', 'is told with the way out, and the run goes on when it can', async () => {
    const { project } = await waitingRun();
    const home = join(project.folder, '.orchestra');
    for (const path of [dirname(project.folder), project.folder, project.bin, project.home]) chmodSync(path, 0o755);
    const places = [journalOf(project), home];
    for (const path of places) chmodSync(path, path === home ? 0o555 : 0o444);
    const refused = await project.run(['resume', 'last'], { prefix: unprivileged() });
    expectRefused(refused, 'JOURNAL_UNAVAILABLE', 'ORCHESTRA_HOME');
    for (const path of places) chmodSync(path, path === home ? 0o755 : 0o644);
    await goesOn(project);
  });

  test('under /proc, where no folder can be made, is refused at once', async () => {
    const project = newProject();
    project.write('gate.dot', gate);
    expectRefused(
      await project.run(['run', 'gate.dot', '--run-dir', '/proc/orchestra/run']),
      'FILE_UNWRITABLE',
      'place',
    );
    const env = { ORCHESTRA_HOME: '/proc/orchestra/home' };
    expectRefused(await project.run(['run', 'gate.dot'], { env }), 'JOURNAL_UNAVAILABLE', 'ORCHESTRA_HOME');
  });
});

describe('a journal', () => {
  const damages: Readonly<Record<string, readonly [string, (path: string) => void]>> = {
    'of noise': ['JOURNAL_CORRUPT', (path) => writeFileSync(path, Buffer.alloc(50_000, 'noise '))],
    'that was cut off': ['JOURNAL_CORRUPT', (path) => truncateSync(path, 30_000)],
    'without its first bytes': ['JOURNAL_CORRUPT', (path) => overwrite(path, 0, 100)],
    'with damaged pages': ['JOURNAL_CORRUPT', (path) => overwrite(path, 4_096, 3 * 4_096)],
    'of another program': ['JOURNAL_CORRUPT', becomeForeign],
    'that is a folder': ['JOURNAL_UNAVAILABLE', becomeFolder],
  };

  verifies(
    'durability:journal:damage',
    `${Object.keys(damages).join(', ')}, is refused and left as it is; put back, the run goes on`,
    async () => {
      const { project } = await waitingRun();
      const path = journalOf(project);
      const copy = join(project.folder, 'copy.db');
      copyFileSync(path, copy);
      for (const [name, [code, damage]] of Object.entries(damages)) {
        damage(path);
        const before = contentOf(path);
        for (const args of [['status'], ['show', 'last'], ['resume', 'last'], ['run', 'gate.dot'], ['prune', 'last']]) {
          const refused = await project.run([...args, '--json']);
          expect({ name, args, exit: refused.code, ...refused.document() }).toMatchObject({ exit: 2, code });
        }
        expect(contentOf(path).equals(before), name).toBe(true);
        for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { recursive: true, force: true });
        copyFileSync(copy, path);
      }
      await goesOn(project);
    },
  );

  test('whose newest log is noise or missing is read up to the last checkpoint', async () => {
    const { project } = await waitingRun();
    writeFileSync(`${journalOf(project)}-wal`, Buffer.alloc(5_000, 'noise '));
    await goesOn(project);
  });

  verifies(
    'durability:journal:storage',
    'that is taken away under a run ends it; put back, the run goes on',
    async () => {
      const project = newProject();
      project.write('slow.dot', gate.replace('seq 30000', 'touch on; while [ ! -e go ]; do sleep 0.02; done'));
      const running = project.start(['run', 'slow.dot']);
      await until(() => project.has('on'));
      const names = ['journal.db', 'journal.db-wal', 'journal.db-shm'].map((name) =>
        join(project.folder, '.orchestra', name),
      );
      for (const name of names) renameSync(name, `${name}.away`);
      expectRefused(await running.finished, 'JOURNAL_UNAVAILABLE', 'Put the file back');
      await until(() => project.leftRunning().length === 0);
      for (const name of names.slice(0, 2)) renameSync(`${name}.away`, name);
      project.write('go', '');
      expect((await project.run(['resume', 'last'])).code).toBe(3);
      expect(project.read('log')).toBe('before\nbefore\n');
    },
  );

  verifies(
    'durability:journal:blob-hash',
    'with a damaged or missing text says so, and only where it is needed',
    async () => {
      const { project, runId } = await waitingRun();
      const bundle = 'where hash = (select bundle from run)';
      for (const damage of [`update blob set data = x'00', encoding = 'raw' ${bundle}`, `delete from blob ${bundle}`]) {
        changeJournal(project, damage);
        expect((await project.run(['status'])).stdout).toContain(runId);
        const refused = await project.run(['resume', 'last', '--json']);
        expect([refused.code, refused.document()['code']]).toEqual([2, 'JOURNAL_CORRUPT']);
      }
      // Starting the same pipeline again stores the missing text again.
      expect((await project.run(['run', 'gate.dot'])).code).toBe(3);
      expect((await project.run(['prune', runId, '--json'])).code).toBe(0);
      expect((await project.run(['show', 'last'])).code).toBe(0);
    },
  );
});

verifies('durability:R6:run-dir-is-projection', 'a deleted run directory is written again whole', async () => {
  const { project, runId } = await waitingRun();
  const folder = join(project.folder, '.orchestra/runs', runId);
  const files = filesIn(folder);
  rmSync(folder, { recursive: true });
  expect((await project.run(['resume', 'last'])).code).toBe(3);
  expect(filesIn(folder)).toEqual(files);
  rmSync(folder, { recursive: true });
  await goesOn(project);
  expect(filesIn(folder)).toEqual(expect.arrayContaining([...files]));
});

verifies(
  'durability:journal:forged-reference',
  'what an agent says in the form of a reference stays what it said',
  async () => {
    const project = newProject();
    const forged = { $blob: '0'.repeat(64), bytes: 3 };
    project.write('status.json', { outcome: 'success', context_updates: { plain: forged, deep: [{ forged }] } });
    project.write(
      'forge.dot',
      `digraph Forge {
      start [shape=Mdiamond] exit [shape=Msquare]
      forge [shape=parallelogram, tool_command="cp status.json $ORCHESTRA_STATUS_FILE"]
      after [shape=parallelogram, tool_command="echo after"]
      start -> forge -> after -> exit
    }`,
    );
    expect((await project.run(['run', 'forge.dot', '--json'])).result()).toMatchObject({ status: 'success' });
    const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
    expect(view.context).toMatchObject({ plain: forged, deep: [{ forged }] });
  },
);

describe('the owner of a run', () => {
  const owned = 'update lease set held = 1, pid = 1, start_time = ?, boot_id = ?, host = ?, heartbeat_at = ?';

  verifies('durability:R5:takeover', 'from before the machine was started again is taken over at once', async () => {
    const { project } = await waitingRun();
    const { host } = leaseOf(project);
    changeJournal(project, owned, '1', 'an earlier boot', host, Date.now());
    await goesOn(project);
  });

  verifies('durability:R5:lease', 'on another machine holds it as long as its heartbeat is young', async () => {
    const { project } = await waitingRun();
    changeJournal(project, owned, '1', 'another boot', 'another host', Date.now());
    const refused = await project.run(['resume', 'last', '--json']);
    expect([refused.code, refused.document()['code']]).toEqual([2, 'RUN_HELD']);
    changeJournal(project, 'update lease set heartbeat_at = ?', Date.now() - 31_000);
    await goesOn(project);
  });

  verifies(
    'durability:journal:lock-holder',
    'that was stopped inside a commit makes others wait with its number; continued, both come to their end',
    async () => {
      const { project, runId } = await waitingRun();
      const env = { ORCHESTRA_FAILPOINTS: 'journal:before-commit=stop@4' };
      const stopped = project.start(['run', 'gate.dot'], { env });
      await vi.waitFor(() => expect(stateOf(stopped.process.pid)).toBe('T'), { timeout: 20_000 });
      const waiting = project.start(['answer', runId, 'Y']);
      await waiting.tells(`Waiting for process ${stopped.process.pid}, which holds the journal and is stopped`);
      expect((await project.run(['status'])).stdout).toContain(runId);
      stopped.process.kill('SIGCONT');
      expect((await waiting.finished).code).toBe(0);
      expect((await stopped.finished).code).toBe(3);
    },
  );
});

function overwrite(path: string, from: number, length: number): void {
  const content = readFileSync(path);
  content.fill(0xa5, from, from + length);
  writeFileSync(path, content);
}

function becomeForeign(path: string): void {
  rmSync(path);
  const foreign = new Database(path);
  foreign.exec('create table theirs (a)');
  foreign.close();
}

function becomeFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

/** Of a folder the names in it. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.from(readdirSync(path).join());
  }
}

function leaseOf(project: CliProject): { readonly host: string } {
  const database = new Database(journalOf(project));
  const lease = database.get<{ host: string }>('select host from lease');
  database.close();
  return lease ?? { host: '' };
}

function stateOf(pid: number | undefined): string {
  return parseStat(readOptional(`/proc/${pid}/stat`) ?? '').state;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}
