import { describe, expect, test } from 'vitest';
import { walk, type WalkSetup } from '../../../test/support/walk.ts';
import type { MergePolicy } from '../ports/step.ts';

interface Attributes {
  readonly fan?: string;
  readonly join?: string;
}

function joined(setup: WalkSetup, { fan = '', join = '' }: Attributes = {}) {
  return walk(
    `start -> fan
     fan [shape=component${fan}]
     join [shape=tripleoctagon${join}]
     fan -> b -> join
     fan -> a -> join
     fan -> c -> join
     join -> after -> exit`,
    { mergeBranches: 'merge', ...setup },
  );
}

type Run = Awaited<ReturnType<typeof joined>>;
const merges = (run: Run) => run.steps.filter(({ handler }) => handler === 'workspace.merge');
const outcome = (run: Run) =>
  [...run.of('StageCompleted'), ...run.of('StageFailed')].find(({ name }) => name === 'join')?.outcome;

describe('a fan-in whose branches have folders of their own', () => {
  test('has their work put together in their order, and goes on when it is', async () => {
    const run = await joined({});
    expect(merges(run)).toMatchObject([
      {
        key: 'join#1:merge',
        scope: '',
        merge: { policy: 'merge', scopes: ['fan#1/b', 'fan#1/a', 'fan#1/c'] },
      },
    ]);
    expect(run).toMatchObject({ state: 'completed', visited: ['start', 'fan', 'join', 'after', 'exit'] });
    expect(outcome(run)).toMatchObject({ status: 'success', notes: 'Selected best candidate: a' });
  });

  test('leaves out what failed or was cancelled', async () => {
    const failed = await joined({ script: { a: ['fail'] } });
    expect(merges(failed)[0]?.merge?.scopes).toEqual(['fan#1/b', 'fan#1/c']);
    const cancelled = await joined(
      { script: { a: [{ durationMs: 5 }], b: [{ durationMs: 1 }], c: [{ durationMs: 9 }] } },
      { fan: ', join_policy=first_success' },
    );
    expect(merges(cancelled)[0]?.merge?.scopes).toEqual(['fan#1/b']);
    const none = await joined({ script: { a: ['fail'], b: ['fail'], c: ['fail'] } });
    expect(merges(none)).toEqual([]);
  });

  test('takes the policy from itself, else from its fan-out, else from the run', async () => {
    const policyOf = async (attributes: Attributes, mergeBranches: MergePolicy = 'ask') =>
      merges(await joined({ mergeBranches }, attributes))[0]?.merge?.policy;
    expect(await policyOf({})).toBe('ask');
    expect(await policyOf({ fan: ', merge_policy=agent_resolves' })).toBe('agent_resolves');
    expect(await policyOf({ fan: ', merge_policy=agent_resolves', join: ', merge_policy=merge' })).toBe('merge');
    expect(await policyOf({ join: ', merge_policy=none_such' })).toBe('ask');
  });

  test('takes the work of the best one alone under pick_best', async () => {
    const script = { b: [{ contextUpdates: { score: 3 } }] };
    const run = await joined({ script }, { join: ', merge_policy=pick_best' });
    expect(merges(run)[0]?.merge).toEqual({ policy: 'pick_best', scopes: ['fan#1/b'] });
  });

  test('leaves the work of each on its own under keep_all, and says so', async () => {
    const run = await joined({}, { fan: ', merge_policy=keep_all' });
    expect(merges(run)).toEqual([]);
    expect(outcome(run)?.notes).toBe('Selected best candidate: a; the work of each branch stays on its own (keep_all)');
  });

  test('fails with the reason of a merge that failed, and tells what did not fit', async () => {
    const run = await joined({
      merges: [
        { status: 'fail', failureReason: 'x.ts does not fit', contextUpdates: { 'parallel.merge_conflicts': 'x' } },
      ],
    });
    expect(run).toMatchObject({ state: 'failed' });
    expect(outcome(run)).toMatchObject({
      status: 'fail',
      failureReason: 'x.ts does not fit',
      contextUpdates: { 'parallel.fan_in.best_id': 'a', 'parallel.merge_conflicts': 'x' },
    });
  });

  test('has the status of its merge, its notes, and what it set', async () => {
    const run = await joined({
      merges: [{ status: 'partial_success', notes: 'one file was left', contextUpdates: { 'parallel.merged': ['a'] } }],
    });
    expect(outcome(run)).toMatchObject({
      status: 'partial_success',
      notes: 'Selected best candidate: a; one file was left',
    });
    expect(run.context['parallel.merged']).toEqual(['a']);
  });

  test('tries again when its merge says so', async () => {
    const run = await joined({ merges: ['retry', 'success'] }, { join: ', max_retries=1' });
    expect(merges(run).map(({ key }) => key)).toEqual(['join#1:merge', 'join#1@2:merge']);
    expect(run.state).toBe('completed');
  });

  test('lets its merge set nothing else of the engine, and no other step what it may set', async () => {
    const wrong = await joined({ merges: [{ contextUpdates: { 'parallel.results': [] } }] });
    expect(wrong.failureReason).toContain('context key "parallel.results" is reserved');
    const other = await joined({ script: { after: [{ contextUpdates: { 'parallel.merged': [] } }] } });
    expect(other.failureReason).toContain('context key "parallel.merged" is reserved');
  });

  test('asks a person where its merge does, and the cost of ranking and merging counts', async () => {
    const question = {
      text: 'Which side?',
      type: 'MULTIPLE_CHOICE',
      options: [{ key: 'O', label: 'Ours' }],
      stage: 'join',
    } as const;
    const usage = { inputTokens: 1, outputTokens: 1 };
    const run = await joined(
      {
        script: { join: [{ usage, contextUpdates: { 'parallel.fan_in.best_id': 'c' } }] },
        merges: [{ status: 'fail', question, usage }, { usage }],
        answers: ['O'],
      },
      { join: ', prompt="Choose"' },
    );
    expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['join#1:merge:ask#1']);
    expect(merges(run).at(-1)).toMatchObject({ key: 'join#1:merge:answered#1', answers: ['O'] });
    expect(run.of('StageCompleted').find(({ name }) => name === 'join')?.usage?.inputTokens).toBe(3);
    expect(run.context['parallel.fan_in.best_id']).toBe('c');
  });

  test('within a branch puts its own branches together into that branch', async () => {
    const run = await walk(
      `start -> outer
       outer [shape=component]
       inner [shape=component]
       inner_join [shape=tripleoctagon]
       join [shape=tripleoctagon]
       outer -> inner
       inner -> x -> inner_join
       inner -> y -> inner_join
       inner_join -> join
       outer -> z -> join
       join -> exit`,
      { mergeBranches: 'merge' },
    );
    expect(merges(run).map(({ key, scope, merge }) => [key, scope, merge?.scopes])).toEqual([
      ['outer#1/inner/inner_join#1:merge', 'outer#1/inner', ['outer#1/inner/inner#1/x', 'outer#1/inner/inner#1/y']],
      ['join#1:merge', '', ['outer#1/inner', 'outer#1/z']],
    ]);
  });

  test('merges nothing where none of its branches were run', async () => {
    const run = await walk('start -> join -> exit\n join [shape=tripleoctagon]', {
      mergeBranches: 'merge',
      inputs: { 'parallel.results': [{ id: 'a', status: 'success' }] },
    });
    expect(run).toMatchObject({ state: 'completed', steps: [] });
  });
});

test('branches that never meet keep their work, with a warning', async () => {
  const text = 'start -> fan\n fan [shape=component]\n fan -> a -> exit\n fan -> b -> exit';
  const run = await walk(text, { mergeBranches: 'merge' });
  expect(run.of('RunWarning').map(({ message }) => message)).toEqual([
    'the branches of fan have no common fan-in: their work stays on branches of its own',
  ]);
  expect((await walk(text)).of('RunWarning')).toEqual([]);
});

test('branches that share a folder have nothing to put together', async () => {
  const run = await walk(
    'start -> fan\n fan [shape=component]\n j [shape=tripleoctagon, merge_policy=merge]\n fan -> a -> j -> exit',
  );
  expect(run.steps.map(({ key }) => key)).toEqual(['fan#1/a/a#1']);
});
