import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outcome } from '../../contract/outcome.ts';
import type { NodeResult, StepCall, StepServices } from '../../engine/ports/step.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import { buildGraph, type GraphParts } from '../../language/graph/build.ts';
import { recordRun, type RecordedRun, type RecordedRunParts } from '../../../test/support/recorded-run.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { foldRun } from '../folds/fold-run.ts';
import { RunFold } from '../folds/run-fold.ts';
import { RunDirectory } from './run-directory.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'run-directory-'));
  folder = join(parent, 'runs', 'run-1');
});
afterEach(() => rm(parent, { recursive: true }));

const start = { shape: 'Mdiamond' };
const exit = { shape: 'Msquare' };

/** A step that keeps a prompt and an answer, as agents do. */
function speaking(outcomeOf: (call: StepCall) => Outcome = () => ({ status: 'success' })) {
  return async (call: StepCall, services: StepServices): Promise<NodeResult> => {
    services.artifact(`${call.nodeId}.prompt`, `prompt of ${services.key}`);
    services.artifact(`${call.nodeId}.response`, `response of ${services.key}`);
    return { outcome: outcomeOf(call) };
  };
}

async function project(run: RecordedRun, directory = directoryOf(run)): Promise<void> {
  await directory.write(await run.row(), await foldRun(run.journal, 'run-1'));
}

function directoryOf({ journal }: RecordedRun): RunDirectory {
  return new RunDirectory({ journal, folder, pipelineFile: 'pipelines/demo.dot' });
}

/** Every file with its text. */
async function contents(): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.toSorted().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts) as Record<string, string>;
}

const document = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, path), 'utf8')) as unknown;

const smoke: GraphParts = {
  name: 'test_pipeline',
  attributes: { goal: 'Create a hello world Python script' },
  nodes: { start, done: exit },
  edges: [
    ['start', 'plan'],
    ['plan', 'implement'],
    ['implement', 'review', { condition: 'outcome=success' }],
    ['implement', 'plan', { condition: 'outcome=fail', label: 'Retry' }],
    ['review', 'done', { condition: 'outcome=success' }],
    ['review', 'implement', { condition: 'outcome=fail', label: 'Fix' }],
  ],
};

verifies(
  ['run-dir:node-files', 'run-dir:checkpoint', 'checkpoint:content', 'smoke:execute', 'smoke:checkpoint'],
  'the smoke test of 11.13 leaves prompt, response and status of every stage, and a checkpoint at the exit',
  async () => {
    const run = await recordRun(buildGraph(smoke), { step: speaking() });
    expect(run.end.state).toBe('completed');
    await project(run);
    const files = await contents();
    for (const node of ['plan', 'implement', 'review']) {
      expect(files[`${node}/prompt.md`]).toBe(`prompt of ${node}#1`);
      expect(files[`${node}/response.md`]).toBe(`response of ${node}#1`);
      expect(JSON.parse(files[`${node}/status.json`]!)).toEqual({ outcome: 'success' });
    }
    expect(await document('checkpoint.json')).toEqual({
      timestamp: expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      current_node: 'done',
      completed_nodes: ['start', 'plan', 'implement', 'review', 'done'],
      node_retries: {},
      context: expect.objectContaining({
        outcome: 'success',
        current_node: 'done',
        'graph.goal': smoke.attributes?.['goal'],
      }) as object,
      logs: [],
      run_id: 'run-1',
      restart: 0,
    });
  },
);

verifies('run-dir:manifest', 'the manifest names pipeline, goal, times and what finds the run again', async () => {
  await project(await recordRun(buildGraph(smoke), { step: speaking() }));
  expect(await document('manifest.json')).toEqual({
    name: 'test_pipeline',
    goal: 'Create a hello world Python script',
    start_time: expect.stringMatching(/^2026-01-01T/) as string,
    end_time: expect.stringMatching(/^2026-01-01T/) as string,
    run_id: 'run-1',
    state: 'completed',
    restarts: 0,
    pipeline_file: 'pipelines/demo.dot',
    bundle: 'b'.repeat(64),
    cwd: '/project',
  });
});

verifies(
  'outcome:failure-reason',
  'a status file says everything the outcome said, in the words of Appendix C',
  async () => {
    const outcome: Outcome = {
      status: 'fail',
      preferredLabel: 'Fix',
      suggestedNextIds: ['implement'],
      contextUpdates: { 'nested.key': 'value' },
      notes: 'two tests fail',
      failureReason: 'tests',
    };
    await project(
      await recordRun(buildGraph(smoke), {
        step: speaking(({ nodeId }) => (nodeId === 'plan' ? outcome : { status: 'success' })),
      }),
    );
    expect(await document('plan/status.json')).toEqual({
      outcome: 'fail',
      preferred_label: 'Fix',
      suggested_next_ids: ['implement'],
      context_updates: { 'nested.key': 'value' },
      notes: 'two tests fail',
      failure_reason: 'tests',
    });
    expect(await document('checkpoint.json')).toMatchObject({ logs: [expect.stringMatching(/Z plan: tests$/)] });
  },
);

test('the newest visit lies in the folder of its node; older visits, retried attempts and branch nodes under visits/', async () => {
  const graph: GraphParts = {
    nodes: {
      start,
      exit,
      fan: { shape: 'component' },
      join: { shape: 'tripleoctagon' },
      judge: { shape: 'diamond' },
      write: { max_retries: 2 },
    },
    edges: [
      ['start', 'write'],
      ['write', 'fan'],
      ['fan', 'left'],
      ['fan', 'right'],
      ['left', 'join'],
      ['right', 'join'],
      ['join', 'judge'],
      ['judge', 'write', { condition: 'context.verdict=again' }],
      ['judge', 'exit'],
    ],
  };
  const outcomes: Readonly<Record<string, readonly Outcome[]>> = {
    write: [
      { status: 'retry', failureReason: 'busy' },
      { status: 'success', contextUpdates: { verdict: 'again' } },
      { status: 'success', contextUpdates: { verdict: 'fine' } },
    ],
  };
  const step = speaking(({ nodeId, execution }) => outcomes[nodeId]?.[execution] ?? { status: 'success' });
  await project(await recordRun(buildGraph(graph), { step }));
  const files = await contents();
  expect(Object.keys(files).filter((path) => /^(?:write|left)\//.test(path))).toEqual([
    'left/visits/fan%231%2Fleft%2Fleft%231/prompt.md',
    'left/visits/fan%231%2Fleft%2Fleft%231/response.md',
    'left/visits/fan%231%2Fleft%2Fleft%231/status.json',
    'left/visits/fan%232%2Fleft%2Fleft%231/prompt.md',
    'left/visits/fan%232%2Fleft%2Fleft%231/response.md',
    'left/visits/fan%232%2Fleft%2Fleft%231/status.json',
    'write/prompt.md',
    'write/response.md',
    'write/status.json',
    'write/visits/write%231%402/prompt.md',
    'write/visits/write%231%402/response.md',
    'write/visits/write%231%402/status.json',
    'write/visits/write%231/prompt.md',
    'write/visits/write%231/response.md',
    'write/visits/write%231/status.json',
  ]);
  expect(files['write/response.md']).toBe('response of write#2');
  expect(files['write/visits/write%231/status.json']).toContain('"outcome": "retry"');
  expect(files['write/visits/write%231%402/response.md']).toBe('response of write#1@2');
});

test('a directory brought up to date turn by turn ends as one that is written once', async () => {
  const loop: GraphParts = {
    nodes: { start, exit, judge: { shape: 'diamond' } },
    edges: [
      ['start', 'write'],
      ['write', 'judge'],
      ['judge', 'write', { condition: 'outcome=fail' }],
      ['judge', 'exit'],
    ],
  };
  const statuses = ['fail', 'fail', 'success'] as const;
  const run = await recordRun(buildGraph(loop), {
    step: speaking(({ execution }) => ({ status: statuses[execution] ?? 'success' })),
  });
  await project(run);
  const once = await contents();
  await rm(folder, { recursive: true });

  const directory = directoryOf(run);
  const fold = new RunFold();
  for await (const turn of run.journal.tail('run-1', 0)) {
    fold.add(turn);
    await directory.write(await run.row(), fold);
  }
  expect(await contents()).toEqual(once);
});

test('only what changed is written again', async () => {
  const run = await recordRun(buildGraph(smoke), { step: speaking() });
  const turns: Turn[] = await Array.fromAsync(run.journal.tail('run-1', 0));
  const half =
    turns.findIndex(
      ({ type, payload }) => type === 'StageCompleted' && (payload as { name: string }).name === 'implement',
    ) + 1;
  const directory = directoryOf(run);
  const fold = new RunFold();
  for (const turn of turns.slice(0, half)) fold.add(turn);
  await directory.write(await run.row(), fold);
  await writeFile(join(folder, 'plan', 'response.md'), 'marked');
  const checkpoint = await stat(join(folder, 'checkpoint.json'));

  await directory.write(await run.row(), fold);
  expect((await stat(join(folder, 'checkpoint.json'))).ino).toBe(checkpoint.ino);
  for (const turn of turns.slice(half)) fold.add(turn);
  await directory.write(await run.row(), fold);
  const files = await contents();
  expect(files['plan/response.md']).toBe('marked');
  expect(files['review/response.md']).toBe('response of review#1');
});

test('a later process leaves files that are right alone and mends the others', async () => {
  const run = await recordRun(buildGraph(smoke), { step: speaking() });
  const fold = await foldRun(run.journal, 'run-1');
  await directoryOf(run).write(await run.row(), fold);
  const whole = await contents();
  const inode = async (path: string): Promise<number> => (await stat(join(folder, path))).ino;
  const kept = await inode('review/response.md');
  await writeFile(join(folder, 'plan/response.md'), '');

  await directoryOf(run).write(await run.row(), fold);
  expect(await contents()).toEqual(whole);
  expect(await inode('review/response.md')).toBe(kept);
});

verifies(
  'durability:R6:run-dir-is-projection',
  'a directory that was removed is made again, by the same process and by another',
  async () => {
    const run = await recordRun(buildGraph(smoke), { step: speaking() });
    const directory = directoryOf(run);
    await project(run, directory);
    const before = await contents();
    await rm(folder, { recursive: true });
    await project(run, directory);
    expect(await contents()).toEqual(before);
    await rm(folder, { recursive: true });
    await project(run);
    expect(await contents()).toEqual(before);
  },
);

verifies(
  'run-dir:artifacts',
  'artifacts above 100 KB are files of artifacts/, in full; prompts and answers are in full too',
  async () => {
    const large = 'line of a log\n'.repeat(10_000);
    const run = await recordRun(buildGraph(smoke), {
      step: async ({ nodeId }, services) => {
        services.artifact(`${nodeId}.response`, large);
        services.artifact('../small', 'x');
        services.artifact('build/log', { text: large, ok: true });
        return { outcome: { status: 'success' } };
      },
    });
    await project(run);
    const files = await contents();
    expect(files['review/response.md']).toBe(large);
    expect(Object.keys(files).filter((path) => path.startsWith('artifacts/'))).toEqual([
      'artifacts/build%2Flog.json',
      'artifacts/implement.response.json',
      'artifacts/plan.response.json',
      'artifacts/review.response.json',
    ]);
    expect(JSON.parse(files['artifacts/build%2Flog.json']!)).toEqual({ text: large, ok: true });
    expect(JSON.parse(files['artifacts/plan.response.json']!)).toBe(large);
  },
);

verifies(
  ['walk:loop-restart', 'attr:edge:loop_restart'],
  'each restart has a folder of its own, and the first segment stays at the top',
  async () => {
    const restarting: GraphParts = {
      nodes: { start, exit, judge: { shape: 'diamond' } },
      edges: [
        ['start', 'draft'],
        ['draft', 'judge'],
        ['judge', 'draft', { condition: 'context.verdict=again', loop_restart: true }],
        ['judge', 'exit'],
      ],
    };
    const verdicts = ['again', 'again', 'fine'];
    const step = speaking(({ execution }) => ({
      status: 'success',
      contextUpdates: { verdict: verdicts[execution] ?? 'fine' },
    }));
    await project(await recordRun(buildGraph(restarting), { step }));
    const files = await contents();
    expect([
      files['draft/response.md'],
      files['restart-1/draft/response.md'],
      files['restart-2/draft/response.md'],
    ]).toEqual(['response of draft#1', 'response of draft#2', 'response of draft#3']);
    expect(await document('checkpoint.json')).toMatchObject({
      current_node: 'judge',
      completed_nodes: ['start', 'draft', 'judge'],
    });
    expect(await document('restart-2/checkpoint.json')).toMatchObject({
      current_node: 'exit',
      completed_nodes: ['draft', 'judge', 'exit'],
      restart: 2,
    });
    expect(await document('manifest.json')).toMatchObject({ state: 'completed', restarts: 2 });
    expect(Object.keys(files).filter((path) => path.endsWith('manifest.json'))).toEqual(['manifest.json']);
  },
);

verifies(
  ['run-dir:encoded-ids', 'defect:path-escape'],
  'stages and artifacts with names that are no plain words stay inside the directory',
  async () => {
    const ids = ['..', 'con', 'artifacts', 'checkpoint.json', 'prüfen', 'a/../../b'];
    const path = ['start', ...ids, 'exit'];
    const edges = path.slice(1).map((id, index) => [path[index]!, id] as const);
    const leaving = (call: StepCall, services: StepServices): Promise<NodeResult> => {
      services.artifact(`../../${call.nodeId}`, 'x'.repeat(150_000));
      return speaking()(call, services);
    };
    await project(await recordRun(buildGraph({ nodes: { start, exit }, edges }), { step: leaving }));
    const artifacts = await readdir(join(folder, 'artifacts'));
    expect(artifacts).toHaveLength(ids.length);
    expect(artifacts).toContain('%2E.%2F..%2Fa%2F..%2F..%2Fb.json');
    expect((await readdir(folder)).toSorted()).toEqual([
      '%2E%2E',
      '%61rtifacts',
      '%63heckpoint.json',
      '%63on',
      'a%2F..%2F..%2Fb',
      'artifacts',
      'checkpoint.json',
      'exit',
      'manifest.json',
      'pr%C3%BCfen',
      'start',
    ]);
    expect(await readdir(parent)).toEqual(['runs']);
    expect(await readdir(join(parent, 'runs'))).toEqual(['run-1']);
  },
);

test('instructions lie in the folder of the stage they reached', async () => {
  const commands: RecordedRunParts['commands'] = [
    { kind: 'steer', text: 'Keep it short.', node: 'plan' },
    { kind: 'steer', text: 'No comments.', node: 'plan' },
  ];
  await project(await recordRun(buildGraph(smoke), { step: speaking(), commands }));
  expect((await contents())['plan/steer.md']).toBe('Keep it short.\n\nNo comments.\n');
});

test('two calls at once write one after the other', async () => {
  const run = await recordRun(buildGraph(smoke), { step: speaking() });
  const directory = directoryOf(run);
  await Promise.all([project(run, directory), project(run, directory)]);
  expect(Object.keys(await contents()).filter((path) => path.endsWith('.tmp'))).toEqual([]);
});

test('what a process left that was killed in the middle of a file or a folder is gone after the next one has written', async () => {
  const run = await recordRun(buildGraph(smoke), { step: speaking() });
  await project(run);
  const whole = Object.keys(await contents());
  await writeFile(join(folder, `plan/response.md.${randomUUID()}.tmp`), 'response of pl');
  const begun = join(folder, `later.${randomUUID()}.tmp`);
  await mkdir(begun);
  await writeFile(join(begun, 'status.json'), '{}');
  await rm(join(folder, 'manifest.json'));
  await project(run);
  expect(Object.keys(await contents())).toEqual(whole);
});
