import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunsDocument } from '../../src/contract/command-documents.ts';
import type { RunDifference } from '../../src/contract/run-difference.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { settableClock } from '../support/other-clock.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Letter {
  graph [goal="Write a letter", inputs="tone"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  draft [prompt="Draft it", context_keys="mood"]
  count [shape=parallelogram, tool_command="echo counted >> counted.txt; wc -l < counted.txt"]
  review [prompt="Review it"]
  send [shape=hexagon, label="Send it?"]
  start -> draft -> count -> review -> send
  send -> exit [label="[Y] Yes"]
  send -> review [label="[N] No", max_visits=5]
}`;

const script = { draft: [{ text: 'Dear all', context_updates: { mood: 'kind' } }], review: [{ text: 'good' }] };

/** A project with a run of the pipeline that ended well. */
async function lettersProject(): Promise<{ readonly project: CliProject; readonly view: RunView }> {
  const project = newProject();
  project.write('letter.dot', pipeline);
  project.write('script.json', script);
  project.write('answers.json', ['Y']);
  const started = ['run', 'letter.dot', 'tone=dry', '--script', 'script.json', '--answers', 'answers.json'];
  const ran = await project.run(started);
  expect(ran.code, ran.stderr).toBe(0);
  return { project, view: await show(project, 'last') };
}

const show = async (project: CliProject, run: string, ...more: readonly string[]): Promise<RunView> =>
  (await project.run(['show', run, '--json', ...more])).document<RunView>();

const turnAfter = ({ turns }: RunView, node: string): string =>
  String(turns.find((point) => point.type === 'CheckpointSaved' && point.node === node)?.turn);

describe('orchestra replay --at', () => {
  verifies(
    ['returning:command:replay', 'returning:fork'],
    'goes on from a turn in a new run, without doing again what was finished, and leaves the run as it was',
    async () => {
      const { project, view } = await lettersProject();
      for (const flag of ['--at', '--turn', '--checkpoint']) {
        const forked = await project.run(['replay', view.runId, flag, turnAfter(view, 'count'), '--json']);
        expect(forked.code, forked.stderr).toBe(0);
        const fork = await show(project, forked.result().runId ?? '');
        expect(fork.runId).not.toBe(view.runId);
        expect(fork).toMatchObject({
          visited: view.visited,
          context: view.context,
          forkOf: { runId: view.runId, turn: Number(turnAfter(view, 'count')) },
        });
        expect(forked.events().filter(({ type }) => type === 'StageStarted')).toHaveLength(3);
      }
      expect(project.read('counted.txt')).toBe('counted\n');
      expect(await show(project, view.runId)).toEqual(view);
    },
  );

  verifies('returning:edit', 'takes other inputs and an edited pipeline', async () => {
    const { project, view } = await lettersProject();
    project.write('edited.dot', pipeline.replace('review -> send', 'review -> polish -> send'));
    const at = turnAfter(view, 'draft');
    const forked = await project.run(['replay', 'last', '--at', at, '--edit', 'edited.dot', 'tone=warm', '--json']);
    expect(forked.code, forked.stderr).toBe(0);
    const fork = await show(project, forked.result().runId ?? '');
    expect(fork.visited).toEqual(['start', 'draft', 'count', 'review', 'polish', 'send', 'exit']);
    expect(fork.context).toMatchObject({ tone: 'warm', mood: 'kind' });
    const first = fork.turns.at(-4)?.turn;
    expect((await show(project, fork.runId, '--at', String(first))).context).toMatchObject({ tone: 'warm' });
  });

  verifies('returning:edit', 'refuses a pipeline the record does not lead through, and leaves no run', async () => {
    const { project, view } = await lettersProject();
    project.write('edited.dot', pipeline.replaceAll('draft', 'sketch'));
    const at = turnAfter(view, 'review');
    const refused = await project.run(['replay', 'last', '--at', at, '--edit', 'edited.dot']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('error RUN_DIVERGED: ');
    expect((await project.run(['runs', '--json'])).document<RunsDocument>().runs).toHaveLength(1);
  });

  verifies('returning:turn-unknown', 'refuses what is no turn of the run, with the nearest ones', async () => {
    const { project, view } = await lettersProject();
    const [one, two] = view.turns;
    const between = (one?.turn ?? 0) + 1;
    const refused = await project.run(['replay', 'last', '--at', '99999']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^error TURN_UNKNOWN: [^]*Nearest: \d+ \(CheckpointSaved \w+\)[^]*show/);
    expect((await project.run(['replay', 'last', '--at', 'soon'])).stderr).toContain('error USAGE: "soon" is no turn');
    // Any turn is one to go on from, not only those that are listed.
    expect(between).toBeLessThan(two?.turn ?? 0);
    expect((await project.run(['replay', 'last', '--at', String(between)])).code).toBe(0);
    expect((await project.run(['replay', view.runId, '--at', 'last'])).code).toBe(0);
  });

  test('what is meant is said where it is not clear', async () => {
    const project = newProject();
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [['last'], /REPLAY_NOT_OFFLINE[^]*--at T[^]*--offline/],
      [['last', '--edit', 'x.dot', '--offline'], /USAGE[^]*--at T/],
      [['last', 'a=b', '--offline'], /USAGE[^]*--at T/],
      [['last', '--at', '1', '--turn', '2'], /USAGE[^]*mean the same/],
      [['--from', 'x', '--at', '1'], /USAGE[^]*name the run/],
    ];
    for (const [args, said] of refusals) expect((await project.run(['replay', ...args])).stderr).toMatch(said);
  });

  verifies(
    'returning:fork-clock',
    'has the whole budget of time, however old its source is, and so has a fork of the fork',
    async () => {
      const project = newProject();
      const hourMs = 60 * 60_000;
      project.write(
        'p.dot',
        `digraph P { graph [budget.time="1h", budget.on_exhausted=fail] start [shape=Mdiamond] exit [shape=Msquare]
          node [shape=parallelogram] b [tool_command="true"]
          a [tool_command="test -e clock || echo ${2 * hourMs} > clock", budget.time="1h"]
          start -> a -> b
          b -> a [weight=2, max_visits=2]
          b -> exit }`,
      );
      const clock = join(project.folder, 'clock');
      const env = { NODE_OPTIONS: settableClock(clock) };
      const spent = await project.run(['run', 'p.dot', '--json'], { env });
      expect(spent.result().failureReason).toContain('budget exhausted: time of the run');
      for (const hours of [4, 6]) {
        project.write('clock', String(hours * hourMs));
        const at = turnAfter(await show(project, 'last'), 'a');
        const forked = await project.run(['replay', 'last', '--at', at, '--json'], { env });
        expect(forked.code, JSON.stringify(forked.result())).toBe(0);
        expect(forked.result().visited).toEqual(['start', 'a', 'b', 'a', 'b', 'exit']);
      }
      // A record is walked again as it was walked.
      expect((await project.run(['replay', 'last', '--offline'], { env })).code).toBe(0);
    },
  );
});

describe('orchestra resume --turn', () => {
  verifies(
    ['returning:command:resume', 'returning:rewind'],
    'takes a run back that has ended, and walks it on from there',
    async () => {
      const { project, view } = await lettersProject();
      const at = turnAfter(view, 'draft');
      const resumed = await project.run(['resume', view.runId, '--turn', at, '--json']);
      expect(resumed.code, resumed.stderr).toBe(0);
      const again = await show(project, view.runId);
      expect(again.visited).toEqual(view.visited);
      expect(again.turns.slice(0, 2)).toEqual(view.turns.slice(0, 2));
      expect(again.turns[2]?.turn).toBeGreaterThan(view.turns.at(-1)?.turn ?? 0);
      expect(project.read('counted.txt')).toBe('counted\ncounted\n');
      expect((await project.run(['runs', '--json'])).document<RunsDocument>().runs).toHaveLength(1);
    },
  );

  verifies('returning:untaken', 'tells of commands that nobody had taken, and asks again', async () => {
    const project = newProject();
    project.write('letter.dot', pipeline);
    project.write('script.json', script);
    expect((await project.run(['run', 'letter.dot', 'tone=dry', '--script', 'script.json'])).code).toBe(3);
    expect((await project.run(['answer', 'last', 'Y'])).code).toBe(0);
    const at = turnAfter(await show(project, 'last'), 'draft');
    const resumed = await project.run(['resume', 'last', '--turn', at]);
    expect(resumed.code).toBe(3);
    expect(resumed.stderr).toMatch(/void: answer .*"Y".* to send#1\S* \(from cli\)/);
    const again = await project.run(['resume', 'last', '--turn', at]);
    expect(again.stderr).not.toContain('void');
  });

  verifies(
    ['returning:nothing-lost', 'returning:command:resume'],
    'a turn it went back behind is shown and forked, and not gone back to',
    async () => {
      const { project, view } = await lettersProject();
      const left = turnAfter(view, 'review');
      await project.run(['resume', 'last', '--turn', turnAfter(view, 'draft')]);
      const refused = await project.run(['resume', view.runId, '--turn', left]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/^error TURN_LEFT_BEHIND: [^]*orchestra replay \S+ --at \d+/);
      expect((await show(project, view.runId, '--at', left)).visited).toEqual(['start', 'draft', 'count', 'review']);
      const forked = await project.run(['replay', view.runId, '--at', left, '--json']);
      expect(forked.result()).toMatchObject({ status: 'success', visited: view.visited });
    },
  );
});

describe('looking back and beside', () => {
  verifies('returning:command:show', 'show --at tells what was known at that turn', async () => {
    const { project, view } = await lettersProject();
    const at = turnAfter(view, 'draft');
    const then = await show(project, 'last', '--at', at);
    expect(then).toMatchObject({ state: 'running', visited: ['start', 'draft'], context: { mood: 'kind' } });
    expect(then.turns.at(-1)?.turn).toBe(Number(at));
    expect(then.context).not.toHaveProperty('tools.count.output');
    const asked = view.turns.find(({ type }) => type === 'InterviewCompleted')?.turn ?? 0;
    expect(await show(project, 'last', '--at', String(asked - 2))).toMatchObject({
      state: 'waiting',
      questions: [{ stage: 'send' }],
    });
    const node = await project.run(['show', 'last', 'review', '--at', at, '--json']);
    expect(node.document()).toMatchObject({ node: 'review', visits: [] });
    const shown = await project.run(['show', 'last']);
    expect(shown.stdout).toContain(`${at}  after draft`);
  });

  verifies('returning:command:runs-tree', 'runs --tree shows forks below their source, with the turn', async () => {
    const { project, view } = await lettersProject();
    const at = turnAfter(view, 'review');
    const fork = (await project.run(['replay', 'last', '--at', at, '--json'])).result().runId ?? '';
    const deeper = (await project.run(['replay', fork, '--at', at, '--json'])).result().runId ?? '';
    const { stdout } = await project.run(['runs', '--tree']);
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${view.runId} `)),
      expect.stringMatching(new RegExp(`^└ ${fork} .*\\(forked at turn ${at}\\)$`)),
      expect.stringMatching(new RegExp(`^  └ ${deeper} .*\\(forked at turn ${at}\\)$`)),
    ]);
    const { runs } = (await project.run(['runs', '--json'])).document<RunsDocument>();
    expect(runs.map(({ forkOf }) => forkOf?.runId)).toEqual([fork, view.runId, undefined]);
  });

  verifies('returning:command:diff', 'diff tells how two runs differ, and that a run equals itself', async () => {
    const { project, view } = await lettersProject();
    project.write('edited.dot', pipeline.replace('review -> send', 'review -> polish -> send'));
    const at = turnAfter(view, 'count');
    const forked = await project.run(['replay', 'last', '--at', at, '--edit', 'edited.dot', 'tone=warm', '--json']);
    const fork = forked.result().runId ?? '';
    const compared = await project.run(['diff', view.runId, fork, '--json']);
    expect(compared.code).toBe(1);
    expect(compared.document<RunDifference>()).toMatchObject({
      one: { runId: view.runId, state: 'completed' },
      other: { runId: fork, state: 'completed' },
      shared: { runId: view.runId, turn: Number(at) },
      parting: { index: 4, one: 'send', other: 'polish' },
      visits: [{ visit: 'polish#1', other: 'success' }],
      context: expect.arrayContaining([{ key: 'tone', one: 'dry', other: 'warm' }]) as unknown,
      code: [],
    });
    const shown = await project.run(['diff', view.runId, fork]);
    expect(shown.stdout).toContain('Their ways part at visit 5: send here, polish there.');
    const same = await project.run(['diff', 'last', 'last']);
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('They went the same way.')]);
  });

  verifies('returning:prune', 'prune keeps a run while forks stand on it, and says so', async () => {
    const { project, view } = await lettersProject();
    const forked = await project.run(['replay', 'last', '--at', turnAfter(view, 'review'), '--json']);
    const fork = forked.result().runId ?? '';
    const refused = await project.run(['prune', view.runId, '--yes']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`error RUN_HAS_FORKS: `)]);
    expect(refused.stderr).toContain(fork);
    const kept = await project.run(['prune', '--keep', '1', '--yes']);
    expect(kept.stdout).toContain(`${view.runId} stays: ${fork} was forked from it.`);
    const both = await project.run(['prune', view.runId, fork, '--yes']);
    expect(both.code, both.stderr).toBe(0);
    expect((await project.run(['runs', '--json'])).document<RunsDocument>().runs).toEqual([]);
  });
});
