import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Orchestra } from '../../src/app/orchestra.ts';
import type { PruneDocument, RunsDocument } from '../../src/contract/command-documents.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { Database } from '../../src/journal/sqlite/database.ts';
import { upkeepFailpoints } from '../../src/shared/failpoint.ts';
import { newProject, until, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** Its tool says more than fits into a turn: each run has blobs, the pipeline and its text. */
const talkative = `digraph Talkative {
  start [shape=Mdiamond] exit [shape=Msquare]
  talk [shape=parallelogram, tool_command="head -c 100000 /dev/zero | tr '\\\\0' \\"$LETTER\\""]
  start -> talk -> exit
}`;

const gate = `digraph Gate {
  start [shape=Mdiamond] exit [shape=Msquare]
  ask [shape=hexagon, label="Go on?"]
  start -> ask
  ask -> exit [label="[Y] Yes"]
}`;

async function runTalkative(project: CliProject, letter: string): Promise<string> {
  project.write('talkative.dot', talkative.replace('$LETTER', letter));
  const ran = await project.run(['run', 'talkative.dot', '--json']);
  expect(ran.code).toBe(0);
  return ran.result().runId;
}

async function runGate(project: CliProject): Promise<string> {
  project.write('gate.dot', gate);
  const ran = await project.run(['run', 'gate.dot', '--json']);
  expect(ran.code).toBe(3);
  return ran.result().runId;
}

const runsOf = async (project: CliProject): Promise<readonly string[]> =>
  (await project.run(['runs', '--json'])).document<RunsDocument>().runs.map(({ runId }) => runId);

/** Every run there is; throws where one of them cannot be read. */
async function readable(project: CliProject): Promise<readonly string[]> {
  const orchestra = await Orchestra.open({ cwd: project.folder, env: project.environment });
  try {
    const rows = await orchestra.runs();
    await Promise.all(rows.map((row) => orchestra.view(row)));
    return rows.map(({ id }) => id);
  } finally {
    await orchestra.close();
  }
}

const prune = async (project: CliProject, ...args: readonly string[]): Promise<PruneDocument> => {
  const pruned = await project.run(['prune', '--json', ...args]);
  expect(pruned.code, pruned.stdout).toBe(0);
  return pruned.document<PruneDocument>();
};

function inJournal<T>(project: CliProject, look: (database: Database) => T): T {
  const database = new Database(join(project.folder, '.orchestra/journal.db'));
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const blobsOf = (project: CliProject): number =>
  inJournal(project, (database) => database.all('select hash from blob').length);

/** Hashes of the blobs that turns and settings of all runs refer to, the pipelines included. */
const references = (project: CliProject): readonly string[] =>
  inJournal(project, (database) => {
    const texts = database.all<{ text: string }>(
      'select payload as text from turn union all select settings || json_quote(bundle) from run',
    );
    return texts.flatMap(({ text }) => [...text.matchAll(/"([0-9a-f]{64})"/g)].map(([, hash]) => hash ?? ''));
  });

const missingBlobs = (project: CliProject): readonly string[] =>
  references(project).filter((hash) =>
    inJournal(project, (database) => database.get('select 1 from blob where hash = ?', hash) === undefined),
  );

/** Makes a run look as if it had ended so many days ago. */
function age(project: CliProject, runId: string, days: number): void {
  const at = Date.now() - days * 86_400_000;
  inJournal(project, (database) => {
    database.run('update status set updated_at = ? where run = (select number from run where id = ?)', at, runId);
    database.run('update turn set at = ? where run = (select number from run where id = ?)', at, runId);
  });
}

verifies(
  ['prune:selection', 'prune:directories', 'prune:blobs'],
  'runs that ended long ago go with directory and blobs; those that wait stay, however old',
  async () => {
    const project = newProject();
    const [old, young, waiting] = [
      await runTalkative(project, 'a'),
      await runTalkative(project, 'b'),
      await runGate(project),
    ];
    age(project, old, 31);
    age(project, young, 29);
    age(project, waiting, 400);
    const planned = await prune(project, '--dry-run');
    expect(planned).toMatchObject({ removed: false, runs: [{ runId: old, children: [] }] });
    expect(planned.runs[0]?.journalBytes).toBeGreaterThan(100);
    expect(planned.runs[0]?.directoryBytes).toBeGreaterThan(100_000);
    expect(planned.blobs.count).toBeGreaterThanOrEqual(2);
    expect(await runsOf(project)).toHaveLength(3);

    expect(await prune(project, '--yes')).toMatchObject({ removed: true, runs: planned.runs, blobs: planned.blobs });
    expect(await runsOf(project)).toEqual([waiting, young]);
    expect(readdirSync(join(project.folder, '.orchestra/runs')).toSorted()).toEqual([young, waiting].toSorted());
    expect(missingBlobs(project)).toEqual([]);
    expect((await project.run(['show', young, '--json'])).document<RunView>().state).toBe('completed');
    expect(await prune(project, '--yes')).toMatchObject({ runs: [], blobs: { count: 0, bytes: 0 } });
  },
);

verifies('prune:selection', '--keep protects the newest, and named runs go in whatever state', async () => {
  const project = newProject();
  const [first, second, third, waiting] = [
    await runTalkative(project, 'a'),
    await runTalkative(project, 'a'),
    await runTalkative(project, 'a'),
    await runGate(project),
  ];
  const idsOf = ({ runs }: PruneDocument): readonly string[] => runs.map(({ runId }) => runId);
  expect(idsOf(await prune(project, '--keep', '2', '--dry-run'))).toEqual([first]);
  expect(idsOf(await prune(project, '--keep', '2', '--older-than', '1h', '--dry-run'))).toEqual([]);
  expect(idsOf(await prune(project, '--older-than', '0s', '--dry-run'))).toEqual([third, second, first]);
  expect(idsOf(await prune(project, waiting, first))).toEqual([waiting, first]);
  expect(await runsOf(project)).toEqual([third, second]);
  const said = await project.run(['prune', '--keep', '1']);
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout).toMatch(
    /^RUN +STATE +ENDED +SIZE +PIPELINE\n.*completed.*Talkative\n(?:.*uses.*\n)?Removed 1 run and /,
  );
  expect((await project.run(['prune'])).stdout).toBe('No run ended more than 30 days ago.\n');
});

test('what cannot be meant is refused, and nothing goes', async () => {
  const project = newProject();
  const done = await runTalkative(project, 'a');
  age(project, done, 100);
  const refusals: readonly (readonly [readonly string[], string])[] = [
    [['prune'], '`--yes`'],
    [['prune', '--older-than', 'long'], '`30d`'],
    [['prune', '--keep', '-1'], '--keep'],
    [['prune', done, '--keep', '1'], '--older-than'],
    [['prune', 'nothing'], 'RUN_UNKNOWN'],
  ];
  for (const [args, told] of refusals) {
    const refused = await project.run(args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(told);
  }
  expect(await runsOf(project)).toEqual([done]);
});

verifies(
  'prune:owned',
  'a run that is walked is refused with its process, and so is a child without its run',
  async () => {
    const project = newProject();
    project.write(
      'slow.dot',
      talkative.replace(/tool_command=.*\]/, 'tool_command="touch on; while [ ! -e go ]; do sleep 0.02; done"]'),
    );
    project.write(
      'parent.dot',
      `digraph Parent {
      start [shape=Mdiamond] exit [shape=Msquare]
      child [type="sub_pipeline", sub_pipeline.dotfile="slow.dot"]
      start -> child -> exit
    }`,
    );
    const running = project.start(['run', 'parent.dot', '--json']);
    await until(() => project.has('on'));
    const held = await project.run(['prune', 'last', '--json']);
    expect(held.document()).toMatchObject({ code: 'RUN_HELD', details: { pid: running.process.pid } });
    const child = inJournal(project, (database) =>
      database.get<{ id: string }>('select id from run where parent_run is not null'),
    );
    expect((await project.run(['prune', child?.id ?? '', '--json'])).document()).toMatchObject({ code: 'USAGE' });
    expect((await prune(project, '--older-than', '0s')).runs).toEqual([]);
    project.write('go', '');
    expect((await running.finished).code).toBe(0);
    expect((await prune(project, '--older-than', '0s')).runs).toMatchObject([{ children: [child?.id] }]);
    expect(inJournal(project, (database) => database.all('select id from run'))).toEqual([]);
  },
);

describe('directories', () => {
  verifies('prune:directories', 'one named with --run-dir is the user’s and stays', async () => {
    const project = newProject();
    project.write('gate.dot', gate);
    await project.run(['run', 'gate.dot', '--run-dir', 'mine']);
    const { runs } = await prune(project, 'last');
    expect(runs).toMatchObject([{ leftDirectory: join(project.folder, 'mine'), directoryBytes: 0 }]);
    expect(project.has('mine/manifest.json')).toBe(true);
  });

  verifies(
    'prune:directories',
    'symbolic links are not followed: not in them, not for one, not on the way',
    async () => {
      const project = newProject();
      const precious = join(project.folder, 'precious');
      mkdirSync(precious);
      writeFileSync(join(precious, 'file'), 'dear');
      const runs = join(project.folder, '.orchestra/runs');

      const inside = await runTalkative(project, 'a');
      symlinkSync(precious, join(runs, inside, 'link'));
      await prune(project, inside);
      expect(existsSync(join(runs, inside))).toBe(false);

      const replaced = await runTalkative(project, 'a');
      renameSync(join(runs, replaced), join(project.folder, 'moved'));
      symlinkSync(precious, join(runs, replaced));
      await prune(project, replaced);
      expect(lstatSync(join(runs, replaced)).isSymbolicLink()).toBe(true);

      const elsewhere = await runTalkative(project, 'a');
      renameSync(runs, join(project.folder, 'elsewhere'));
      symlinkSync(join(project.folder, 'elsewhere'), runs);
      await prune(project, elsewhere);
      expect(project.has(`elsewhere/${elsewhere}/manifest.json`)).toBe(true);

      expect(project.read('precious/file')).toBe('dear');
      expect(await runsOf(project)).toEqual([]);
    },
  );
});

const killedAt = Object.keys(upkeepFailpoints).filter((name) => name !== 'journal:mid-migration');

verifies('prune:crash', 'killed at any of its seams, the journal is whole and the next prune finishes', async () => {
  const project = newProject();
  const kept = await runTalkative(project, 'k');
  const blobs = blobsOf(project);
  for (const place of killedAt) {
    const gone = [await runTalkative(project, 'a'), await runTalkative(project, 'b')];
    const killed = await project.run(['prune', ...gone], { env: { ORCHESTRA_FAILPOINTS: `${place}=kill` } });
    expect(killed.signal, place).toBe('SIGKILL');
    expect(missingBlobs(project), place).toEqual([]);
    const left = (await readable(project)).filter((runId) => runId !== kept);
    await prune(project, ...(left.length > 0 ? left : ['--yes']));
    expect(await runsOf(project), place).toEqual([kept]);
    expect(readdirSync(join(project.folder, '.orchestra/runs')), place).toEqual([kept]);
    expect(blobsOf(project), place).toBe(blobs);
  }
});

verifies('prune:concurrent', 'runs that are walked while others are removed lose nothing', async () => {
  const project = newProject();
  project.write(
    'busy.dot',
    `digraph Busy {
      graph [default_max_visits=100]
      start [shape=Mdiamond] exit [shape=Msquare]
      node [shape=parallelogram]
      talk  [tool_command="n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) > n; seq $((n*1000)) $((n*1000+20000))"]
      more  [tool_command="[ $(cat n) -lt 12 ] && printf more || printf enough"]
      choose [shape=diamond]
      start -> talk -> more -> choose
      choose -> talk [condition="context.tool.output=more"]
      choose -> exit
    }`,
  );
  const running = project.start(['run', 'busy.dot', '--json']);
  const done = { now: false };
  void running.finished.then(() => (done.now = true));
  let pruned = 0;
  while (!done.now) {
    const gone = await runTalkative(project, 'abcdefgh'[pruned % 8] ?? '');
    await prune(project, gone);
    pruned += 1;
  }
  const ran = await running.finished;
  expect(ran.code, ran.stderr).toBe(0);
  expect(pruned).toBeGreaterThan(0);
  const again = await project.run(['show', 'last', '--json']);
  expect(again.document<RunView>().state).toBe('completed');
  expect(references(project).length).toBeGreaterThan(10);
  expect(missingBlobs(project)).toEqual([]);
});
