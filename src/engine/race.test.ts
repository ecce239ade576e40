import { describe, expect, test } from 'vitest';
import { graphOf, walkGraph, type WalkSetup } from '../../test/support/walk.ts';
import { applyTransforms } from '../language/transforms/apply-transforms.ts';

/** Walks a pipeline whose node `work` two agents race on. */
function raced(attributes: string, setup: WalkSetup = {}, more = '', entry = 'start -> work') {
  const text = `work [prompt="p", race="one,two"${attributes}]
    ${entry}
    work -> after [condition="outcome=success"]
    work -> mend [condition="outcome=fail"]
    after -> exit
    mend -> exit
    ${more}`;
  return walkGraph(applyTransforms(graphOf(text)).graph, { mergeBranches: 'merge', ...setup });
}

const answer = (text: string, more = {}) => ({ contextUpdates: { last_response: text, ...more } });

describe('agents in a race', () => {
  test('work at the same time, and the best result is that of the node, with all it set', async () => {
    const run = await raced(', context_keys=verdict', {
      script: {
        'work.one': [answer('mine', { verdict: 'poor', score: 1 })],
        'work.two': [answer('better', { verdict: 'good', score: 2 })],
      },
    });
    expect(run.visited).toEqual(['start', 'work', 'work.result', 'after', 'exit']);
    expect(run.steps.map(({ key }) => key)).toEqual([
      'work#1/work.one/work.one#1',
      'work#1/work.two/work.two#1',
      'work.result#1:merge',
      'after#1',
    ]);
    expect(run.steps[2]?.merge).toEqual({ policy: 'pick_best', scopes: ['work#1/work.two'] });
    expect(run.context).toMatchObject({
      last_response: 'better',
      verdict: 'good',
      'parallel.fan_in.best_id': 'work.two',
    });
  });

  test('fail together only, with the reason of each', async () => {
    const one = await raced('', { script: { 'work.one': ['fail'] } });
    expect(one.visited).toContain('after');
    const both = await raced('', { script: { 'work.one': ['fail'], 'work.two': ['fail'] } });
    expect(both.visited).toContain('mend');
    expect(both.of('StageFailed').at(-1)?.error).toBe(
      'all candidates failed: work.one: work.one said fail; work.two: work.two said fail',
    );
  });

  test('are told as much as the edge to the node says, in the thread it names', async () => {
    const run = await raced('', {}, '', 'start -> work [fidelity=full, thread_id=design]');
    const calls = run.steps.filter(({ handler }) => handler === 'codergen').slice(0, 2);
    expect(calls.map(({ fidelity, thread }) => [fidelity, thread])).toEqual([
      ['full', 'work#1/work.one:design'],
      ['full', 'work#1/work.two:design'],
    ]);
  });

  test('follow the thread of the node before where no other is named', async () => {
    const run = await raced(', fidelity=full');
    expect(run.steps[0]).toMatchObject({ fidelity: 'full', thread: 'work#1/work.one:start' });
  });

  test('are retried each on its own', async () => {
    const run = await raced(', max_retries=1', { script: { 'work.one': ['retry', 'success'], 'work.two': ['fail'] } });
    expect(run.context['parallel.fan_in.best_id']).toBe('work.one');
    expect(run.steps.map(({ key }) => key)).toContain('work#1/work.one/work.one#1@2');
  });

  test('give the node their label, and its gate is satisfied by a second race', async () => {
    const run = await walkGraph(
      applyTransforms(
        graphOf(`work [prompt="p", race="one,two", goal_gate=true, retry_target=work]
          start -> work
          work -> left [label=Left]
          work -> right [label=Right]
          left -> exit  right -> exit`),
      ).graph,
      { script: { 'work.one': ['fail', { preferredLabel: 'Right' }], 'work.two': ['fail'] } },
    );
    expect(run.visited).toEqual(['start', 'work', 'work.result', 'work', 'work.result', 'right', 'exit']);
  });

  test('are judged by a model, whose answer gives way to that of the winner', async () => {
    const run = await raced(', race.judge="Which one?"', {
      script: {
        'work.one': [answer('one')],
        'work.result': [answer('work.one', { 'parallel.fan_in.best_id': 'work.one' })],
      },
    });
    expect(run.steps.map(({ handler }) => handler)).toContain('parallel.fan_in');
    expect(run.context).toMatchObject({ 'parallel.fan_in.best_id': 'work.one', last_response: 'one' });
  });
});

describe('a person who judges', () => {
  const script = { 'work.one': [answer('mine', { score: 2 })], 'work.two': [answer('better')] };

  test('is asked with the results as options, and none of them as the safe one', async () => {
    const run = await raced(', race.judge=person', { script, answers: ['work.two'] });
    expect(run.questions).toEqual([
      {
        text: 'Which one does work.result take?\n- work.one (success, score 2): mine\n- work.two (success): better',
        type: 'MULTIPLE_CHOICE',
        options: [
          { key: 'N', label: 'None of them' },
          { key: '1', label: 'work.one' },
          { key: '2', label: 'work.two' },
        ],
        defaultKey: 'N',
        stage: 'work.result',
      },
    ]);
    expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['work.result#1']);
    expect(run.context).toMatchObject({ 'parallel.fan_in.best_id': 'work.two', last_response: 'better' });
  });

  test.each(['N', 'SKIPPED', 'the second', 'TIMEOUT'])('takes none of them with the answer %s', async (said) => {
    const run = await raced(', race.judge=person', { script, answers: [said] });
    expect(run.visited).toContain('mend');
    expect(run.of('StageFailed').at(-1)?.error).toBe('none of the candidates was chosen');
    expect(run.steps.some(({ handler }) => handler === 'workspace.merge')).toBe(false);
  });

  test('need not hurry: a timeout of the node is that of its agents', async () => {
    const run = await raced(', race.judge=person, timeout="5m"', { script });
    expect(run.state).toBe('waiting');
    const asked = await walkGraph(
      graphOf(`fan [shape=component] join [shape=tripleoctagon, select=person, timeout="5m"]
        start -> fan  fan -> a -> join  fan -> b -> join -> exit`),
    );
    expect(asked).toMatchObject({ state: 'failed', failureReason: 'none of the candidates was chosen' });
  });
});
