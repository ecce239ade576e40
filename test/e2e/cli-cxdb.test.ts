import { expect } from 'vitest';
import type { DoctorDocument, ImportDocument, MirrorDocument } from '../../src/contract/command-documents.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { startCxdb } from '../support/cxdb-server/start-cxdb.ts';
import type { TestCxdb } from '../support/cxdb-server/test-cxdb.ts';
import { verifies } from '../support/verifies.ts';

/** With a text too long for a turn, and a pipeline below it. */
const pipeline = `digraph Parent {
  start [shape=Mdiamond] exit [shape=Msquare]
  talk [shape=parallelogram, tool_command="head -c 100000 /dev/zero | tr '\\\\0' x"]
  plan [prompt="Plan it"]
  start -> talk -> plan -> exit
}`;

function projectWith(cxdb: TestCxdb): CliProject {
  const project = newProject();
  project.write('orchestra.yaml', { cxdb: { url: cxdb.url, binary_port: cxdb.binaryPort } });
  project.write('parent.dot', pipeline);
  return project;
}

/** What `doctor` finds, by subject. */
async function findings(project: CliProject): Promise<ReadonlyMap<string, DoctorDocument['findings'][number]>> {
  const document = (await project.run(['doctor', '--json'])).document<DoctorDocument>();
  return new Map(document.findings.map((finding) => [finding.subject, finding]));
}

const run = ['run', 'parent.dot', '--backend', 'simulation', '--json'];

verifies(
  ['cxdb:turns', 'cxdb:import'],
  'a run is mirrored as it is walked, and comes back into another project',
  async () => {
    const cxdb = await startCxdb();
    const project = projectWith(cxdb);
    const ran = await project.run(run);
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('CXDB');
    const { runId } = ran.result();
    const found = await findings(project);
    expect(found.get('cxdb')).toMatchObject({ ok: true, detail: expect.stringContaining('orchestra.yaml') });
    expect(found.get(`cxdb ${runId}`)).toMatchObject({ ok: true, detail: 'in context 1, all of it' });

    const other = projectWith(cxdb);
    const imported = await other.run(['import', '--cxdb', '1', '--json']);
    expect(imported.document<ImportDocument>()).toMatchObject({ runs: [{ runId, outcome: 'imported' }], notes: [] });
    const [theirs, ours] = await Promise.all(
      [project, other].map(async (where) => (await where.run(['show', runId, '--json'])).document<RunView & object>()),
    );
    const numberless = (view: object | undefined): object => ({
      ...view,
      updatedAt: '',
      turns: [],
      artifacts: [],
      path: '',
    });
    expect(JSON.stringify(numberless(ours)).replaceAll(other.folder, '')).toBe(
      JSON.stringify(numberless(theirs)).replaceAll(project.folder, ''),
    );
    const replayed = await other.run(['replay', runId, '--offline', '--json']);
    expect(replayed.code, replayed.stdout).toBe(0);
    expect((await other.run(['import', '--cxdb', '1'])).stdout).toContain('here already and the same');
  },
);

verifies(
  ['cxdb:away', 'cxdb:goes-on'],
  'without its server a run ends as ever, says so, and `mirror` makes up for it',
  async () => {
    const cxdb = await startCxdb();
    await cxdb.stop();
    const project = projectWith(cxdb);
    const ran = await project.run(run);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('the next run or `orchestra mirror` goes on with it');
    expect((await findings(project)).get('cxdb')).toMatchObject({ ok: false, required: false });
    const failed = await project.run(['mirror', '--json']);
    expect(failed.code).toBe(1);
    expect(failed.document<MirrorDocument>()).toMatchObject({
      runs: [{ complete: false }],
      problem: expect.any(String),
    });

    await cxdb.start();
    const mirrored = await project.run(['mirror', '--json']);
    expect(mirrored.code).toBe(0);
    expect(mirrored.document<MirrorDocument>()).toMatchObject({ runs: [{ context: '1', complete: true }] });
  },
);

verifies('cxdb:off', 'without a server, commands that need one say how to name it', async () => {
  const project = newProject();
  for (const command of [['mirror'], ['import', '--cxdb', '1']]) {
    const refused = await project.run([...command, '--json']);
    expect(refused.code).toBe(2);
    expect(refused.document()).toMatchObject({ code: 'CXDB_NOT_CONFIGURED' });
  }
});
