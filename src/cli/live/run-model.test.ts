import { describe, expect, test } from 'vitest';
import { ToldRun } from '../../../test/support/told-run.ts';
import type { Question } from '../../contract/question.ts';
import { remarkText } from './activity-text.ts';
import type { Row } from './row.ts';
import { RunModel } from './run-model.ts';

function told(plan: readonly string[] = []): { readonly model: RunModel; readonly run: ToldRun } {
  const model = new RunModel({ runId: 'run', pipeline: 'Sample' }, { topLevel: plan, inBranches: [] });
  return { model, run: new ToldRun(model).pipeline('goal') };
}

/** The rows as an indented outline of names and states. */
function outline(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ name, at, state, depth, children }) => [
    `${'  '.repeat(depth)}${name}${at === undefined ? '' : `>${at}`} ${state}`,
    ...outline(children),
  ]);
}

const outlineOf = ({ tree }: RunModel): readonly string[] => outline(tree.roots);

const gate: Question = {
  text: 'Ship?',
  type: 'MULTIPLE_CHOICE',
  stage: 'gate',
  options: [
    { key: 'Y', label: '[Y] Yes' },
    { key: 'N', label: '[N] No' },
  ],
};

describe('nodes', () => {
  test('those of the plan are pending until the run comes to them, others appear when it does', () => {
    const { model, run } = told(['start', 'work', 'exit']);
    run.starts('start', 'start').ends('start').starts('work').starts('surprise');
    expect(outlineOf(model)).toEqual(['start done', 'work running', 'exit pending', 'surprise running']);
    expect(model.tree.topLevelEnded).toBe(1);
  });

  test('a second visit and a further attempt go on in the same row', () => {
    const { model, run } = told();
    run.starts('work').ends('work', { status: 'fail', text: 'broken' }).after(5_000);
    run.starts('work', 'codergen', { visit: 2 }).stumbles('work', 'busy', { visit: 2 });
    expect(outlineOf(model)).toEqual(['work retrying']);
    expect(model.tree.roots.map(remarkText)).toEqual(['visit 2, attempt 2, busy']);
    run.starts('work', 'codergen', { visit: 2, attempt: 2 }).after(1_000).ends('work', {}, { visit: 2, attempt: 2 });
    const [row] = model.tree.roots;
    expect(row).toMatchObject({ state: 'done', visit: 2, attempt: 2 });
    expect((row?.endedAt ?? 0) - (row?.startedAt ?? 0)).toBe(1_000);
  });

  test.each([
    ['success', 'done'],
    ['partial_success', 'partial'],
    ['skipped', 'skipped'],
    ['fail', 'failed'],
  ] as const)('an outcome %s is shown as %s', (status, state) => {
    const { model, run } = told();
    run.starts('work').ends('work', { status });
    expect(outlineOf(model)).toEqual([`work ${state}`]);
  });

  test('a diamond that passes a failure on has not failed', () => {
    const { model, run } = told();
    run.starts('passed', 'conditional');
    run.tell({
      type: 'StageCompleted',
      name: 'passed',
      scope: '',
      visit: 1,
      attempt: 1,
      index: 0,
      durationMs: 0,
      outcome: { status: 'fail' },
    });
    expect(outlineOf(model)).toEqual(['passed done']);
  });

  test('what is open when the run ends was dropped', () => {
    const { model, run } = told(['work', 'exit']);
    run.starts('work').asks('work#1', gate).tell({ type: 'PipelineCancelled', reason: 'enough', durationMs: 0 });
    expect(outlineOf(model)).toEqual(['work cancelled', 'exit pending']);
    expect(model.questions).toEqual([]);
    expect(model.endedAt).toBe(run.now);
  });
});

describe('fan-outs', () => {
  test('branches stand below their fan-out and say at which node they are', () => {
    const { model, run } = told();
    run.fansOut('fan', ['a', 'b'], 5);
    const scope = run.scopeOf('fan', 'a');
    run.ends('a', {}, { scope }).starts('a2', 'codergen', { scope }).branchEnds('fan', 'b', 'fail');
    expect(outlineOf(model)).toEqual(['fan running', '  a>a2 running', '  b failed']);
    expect(model.tree.roots.map(remarkText)).toEqual(['1 of 5 branches, 1 failed']);
  });

  test('an inner fan-out lies below its branch and goes when the branch goes on', () => {
    const { model, run } = told();
    run.fansOut('outer', ['a']);
    const scope = run.scopeOf('outer', 'a');
    run.ends('a', {}, { scope }).fansOut('inner', ['x', 'y'], 2, { scope });
    expect(outlineOf(model)).toEqual(['outer running', '  a>inner running', '    x running', '    y running']);
    for (const branch of ['x', 'y']) run.branchEnds('inner', branch, 'success', { scope });
    run.ends('inner', {}, { scope }).starts('last', 'codergen', { scope });
    expect(outlineOf(model)).toEqual(['outer running', '  a>last running']);
    expect(model.tree.size).toBe(2);
  });

  test('a branch that is cancelled takes what runs below it and its questions along', () => {
    const { model, run } = told();
    run.fansOut('outer', ['a', 'b']);
    const scope = run.scopeOf('outer', 'a');
    run.fansOut('inner', ['x'], 1, { scope });
    const inner = run.scopeOf('inner', 'x', { scope });
    run.starts('gate', 'wait.human', { scope: inner }).asks(`${inner}/gate#1`, gate);
    expect(model.questions).toHaveLength(1);
    expect(outlineOf(model)).toContain('    x>gate waiting');
    run.branchEnds('outer', 'a', 'cancelled');
    expect(outlineOf(model)).toEqual(['outer running', '  a>inner cancelled', '    x>gate cancelled', '  b running']);
    expect(model.questions).toEqual([]);
  });

  test('another round of a loop has its branches anew', () => {
    const { model, run } = told();
    run.fansOut('fan', ['a', 'b']);
    for (const branch of ['a', 'b']) run.branchEnds('fan', branch);
    run.ends('fan').fansOut('fan', ['b'], 1, { visit: 2 });
    expect(outlineOf(model)).toEqual(['fan running', '  b running']);
    expect(model.tree.count('done')).toBe(0);
  });
});

describe('child runs', () => {
  const begin = () => {
    const { model, run } = told();
    run.starts('manager', 'stack.manager_loop');
    model.addChild({ runId: 'child', pipeline: 'Child', parent: { runId: 'run', key: 'manager#1:child' } });
    return { model, run, child: new ToldRun(model, 'child').pipeline() };
  };

  test('their nodes stand below the node that runs them, with their questions', () => {
    const { model, child } = begin();
    child.starts('start', 'start').ends('start').starts('gate', 'wait.human').asks('gate#1', gate);
    expect(outlineOf(model)).toEqual(['manager running', '  start done', '  gate waiting']);
    expect(model.questions).toMatchObject([{ runId: 'child', id: 'gate#1' }]);
    child.isAnswered('gate#1', gate);
    expect(outlineOf(model)).toContain('  gate running');
  });

  test('a child that is no longer needed changes nothing any more', () => {
    const { model, run, child } = begin();
    child.starts('work');
    run.stumbles('manager', 'stuck').starts('manager', 'stack.manager_loop', { attempt: 2 });
    model.addChild({ runId: 'second', pipeline: 'Child', parent: { runId: 'run', key: 'manager#1@2:child' } });
    new ToldRun(model, 'second').starts('again');
    child.ends('work').starts('more');
    expect(outlineOf(model)).toEqual(['manager running', '  again running']);
    expect(model.tree.size).toBe(2);
  });

  test('events of a run nobody told of are passed over', () => {
    const { model } = begin();
    new ToldRun(model, 'stranger').starts('work');
    expect(outlineOf(model)).toEqual(['manager running']);
  });
});

describe('tokens and cost', () => {
  const use = (key: string, inputTokens: number, costUsd?: number) =>
    ({ type: 'AgentUsage', key, inputTokens, outputTokens: 1, ...(costUsd !== undefined && { costUsd }) }) as const;

  test('what is reported counts at once, and what the result says instead of it in the end', () => {
    const { model, run } = told();
    run.starts('work').tell(use('work#1', 10)).tell(use('work#1', 20));
    expect(model.tree.usage).toEqual({ inputTokens: 30, outputTokens: 2 });
    run.ends('work', { usage: { inputTokens: 35, outputTokens: 4, costUsd: 0.5 } });
    expect(model.tree.usage).toEqual({ inputTokens: 35, outputTokens: 4, costUsd: 0.5 });
  });

  test('a fan-out has the sum of its branches, of all its rounds', () => {
    const { model, run } = told();
    run
      .fansOut('fan', ['a', 'b'])
      .tell(use('fan#1/a/a#1', 10, 0.25))
      .tell(use('fan#1/b/b#1', 20));
    expect(model.tree.roots[0]?.usage).toEqual({ inputTokens: 30, outputTokens: 2, costUsd: 0.25 });
    run.ends('fan').fansOut('fan', ['a'], 1, { visit: 2 }).tell(use('fan#2/a/a#1', 5));
    expect(model.tree.roots[0]?.usage.inputTokens).toBe(35);
    expect(model.tree.roots[0]?.children[0]?.usage.inputTokens).toBe(5);
  });
});

test('what a node tells last is said beside it while it goes on', () => {
  const { model, run } = told();
  run.starts('work');
  const said = (): string | undefined => model.tree.roots.map(remarkText)[0];
  run.tell({ type: 'AgentToolCall', key: 'work#1', id: '1', tool: 'Bash', input: { command: 'npm test' } });
  expect(said()).toBe('Bash npm test');
  run.tell({ type: 'ToolOutput', key: 'work#1', stream: 'stdout', text: 'one\ntwo\n' });
  expect(said()).toBe('two');
  run.ends('work', { text: 'all is well' }).tell({ type: 'AgentText', key: 'work#1', text: 'late' });
  expect(said()).toBe('all is well');
});
