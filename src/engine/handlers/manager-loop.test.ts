import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Walked, type WalkSetup } from '../../../test/support/walk.ts';

const child = 'start -> build -> test -> exit';

/** A manager over `child`, with a poll interval of one second unless the attributes say otherwise. */
async function manage(attributes: string, setup: WalkSetup = {}): Promise<Walked> {
  const poll = attributes.includes('manager.poll_interval') ? '' : ', manager.poll_interval=1s';
  return walk(
    `start -> boss -> exit
     boss [shape=house, stack.child_dotfile="child.dot"${poll}${attributes}]`,
    { children: { 'child.dot': child }, ...setup },
  );
}

const lasting = (durationMs: number) => [{ durationMs }];

describe('the child (4.11)', () => {
  verifies(
    ['manager:child-completed', 'manager:autostart'],
    'starts by itself, and when it succeeds the node succeeds',
    async () => {
      const run = await manage('');
      expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['build', 'test']);
      expect(run.of('StageCompleted').find(({ name }) => name === 'boss')?.outcome).toMatchObject({
        status: 'success',
        notes: 'Child completed',
      });
      expect(run.state).toBe('completed');
    },
  );

  verifies('manager:child-failed', 'when it fails the node fails, for its reason', async () => {
    const run = await manage('', { script: { test: [{ status: 'fail', failureReason: '3 tests red' }] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'Child failed: 3 tests red' });
    expect(run.context).toMatchObject({ 'stack.child.status': 'failed', 'stack.child.outcome': 'fail' });
  });

  test('begins with the context of its parent, without what belongs to the engine', async () => {
    const run = await manage('', { inputs: { ticket: '7' } });
    expect(run.steps[0]?.context).toEqual({ ticket: '7', 'graph.goal': '', outcome: 'success', current_node: 'build' });
  });

  verifies(
    'manager:autostart',
    'with stack.child_autostart=false there is none to supervise, and the node fails',
    async () => {
      const run = await manage(', stack.child_autostart=false');
      expect(run.steps).toEqual([]);
      expect(run).toMatchObject({
        state: 'failed',
        failureReason: 'stack.child_autostart=false: no child run to supervise',
      });
    },
  );

  verifies(
    'attr:graph:stack.child_dotfile',
    'is named by the node, else by the graph; with neither the node fails',
    async () => {
      const text = (graph: string): string => `graph [goal=g${graph}]\n start -> boss -> exit\n boss [shape=house]`;
      const children = { 'other.dot': 'start -> other -> exit' };
      const named = await walk(text(', stack.child_dotfile="other.dot"'), { children });
      expect(named.steps.map(({ nodeId }) => nodeId)).toEqual(['other']);
      expect((await walk(text(''), { children })).failureReason).toBe('No stack.child_dotfile specified');
    },
  );
});

describe('observing', () => {
  const slow = { script: { build: lasting(1_500), test: lasting(1_000) } };

  verifies(
    ['manager:observe', 'manager:poll-interval'],
    'each cycle brings status, stage and counts into the context, one poll interval apart',
    async () => {
      const run = await manage('', slow);
      expect(run.of('ChildObserved').map(({ cycle, status, activeStage }) => [cycle, status, activeStage])).toEqual([
        [1, 'running', 'build'],
        [2, 'running', 'build'],
        [3, 'running', 'test'],
      ]);
      expect(run.durationMs).toBe(2_500);
      expect(run.context).toMatchObject({
        'stack.child.status': 'completed',
        'stack.child.completed_stages': 2,
        'stack.child.retries': 0,
      });
    },
  );

  verifies('manager:poll-interval', 'the interval is 45 s unless set', async () => {
    const run = await walk('start -> boss -> exit\n boss [shape=house, stack.child_dotfile="child.dot"]', {
      children: { 'child.dot': child },
      script: { build: lasting(100_000) },
    });
    expect(run.of('ChildObserved')).toHaveLength(3);
  });

  test('without observe among the actions nothing is observed', async () => {
    const run = await manage(', manager.actions=wait', slow);
    expect(run.of('ChildObserved')).toEqual([]);
    expect(run.state).toBe('completed');
  });

  test('without wait among the actions a cycle still takes its interval', async () => {
    const run = await manage(', manager.actions=observe, manager.max_cycles=3', { script: { build: lasting(60_000) } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'Max cycles exceeded', durationMs: 3_000 });
  });
});

describe('the end', () => {
  const endless = { script: { build: lasting(3_600_000) } };

  verifies(
    ['manager:stop-condition', 'manager:ends-child'],
    'a stop condition that holds makes the node succeed and ends the child',
    async () => {
      const run = await manage(', manager.stop_condition="context.stack.child.active_stage=test"', {
        script: { build: lasting(1_500), test: lasting(3_600_000) },
      });
      expect(run.of('StageCompleted').find(({ name }) => name === 'boss')?.outcome).toMatchObject({
        notes: 'Stop condition satisfied',
      });
      expect(run.durationMs).toBe(2_000);
      expect(run.dropped).toEqual(['boss#1:child at 2000 ms']);
    },
  );

  verifies(
    ['manager:max-cycles', 'manager:ends-child'],
    'after max_cycles the node fails, and leaves no child running',
    async () => {
      const run = await manage(', manager.max_cycles=3', endless);
      expect(run).toMatchObject({ state: 'failed', failureReason: 'Max cycles exceeded', durationMs: 3_000 });
      expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['build']);
    },
  );

  verifies('manager:max-cycles', 'there are 1000 cycles unless set', async () => {
    const run = await manage(', manager.poll_interval=10ms', endless);
    expect(run.of('ChildObserved')).toHaveLength(1_000);
    expect(run.failureReason).toBe('Max cycles exceeded');
  });

  verifies('defect:duration-units', 'its timeout counts like that of any node', async () => {
    const run = await manage(', timeout=2500ms', endless);
    expect(run).toMatchObject({ state: 'failed', failureReason: 'timed out after 2.5 s', durationMs: 2_500 });
  });

  verifies('manager:ends-child', 'a manager in a branch that is cancelled leaves no child running', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component, join_policy=first_success]
       join [shape=tripleoctagon]
       fan -> boss -> join
       fan -> quick -> join
       join -> exit
       boss [shape=house, stack.child_dotfile="child.dot"]`,
      { children: { 'child.dot': child }, script: { build: lasting(1_000), quick: lasting(10) } },
    );
    expect(run.dropped).toContain('fan#1/boss/boss#1:child at 10 ms');
    expect(run.state).toBe('completed');
  });

  test('a manager that is visited again supervises a fresh child', async () => {
    const run = await walk(
      'graph [default_max_visits=2]\n start -> boss -> exit\n boss [shape=house, stack.child_dotfile="child.dot", retry_target=boss]',
      { children: { 'child.dot': child }, script: { test: ['fail'] } },
    );
    expect(run.visited).toEqual(['start', 'boss', 'boss']);
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['build', 'test', 'build', 'test']);
    expect(run.failureReason).toBe('Child failed: test said fail');
  });
});

describe('steering', () => {
  const steering = ', manager.actions="observe,steer,wait", prompt="Keep it on track"';
  const said = (text: string) => ({ contextUpdates: { last_response: text } });

  verifies('manager:steer', "the prompt's answer is carried by the child's next prompt", async () => {
    const run = await manage(steering, { script: { boss: [said('mind the tests')], build: lasting(10) } });
    expect(run.steps.map(({ nodeId, key, steering: told }) => [nodeId, key, told])).toEqual([
      ['build', 'build#1', undefined],
      ['boss', 'boss#1:steer1', undefined],
      ['test', 'test#1', ['mind the tests']],
    ]);
    expect(run.steps[1]).toMatchObject({ handler: 'codergen', context: { 'stack.child.active_stage': 'build' } });
  });

  test('the cooldown, a poll interval unless set, passes between two interventions', async () => {
    const steers = async (cooldown: string): Promise<number> => {
      const run = await manage(`${steering}${cooldown}`, { script: { boss: [said('x')], build: lasting(5_500) } });
      return run.steps.filter(({ nodeId }) => nodeId === 'boss').length;
    };
    expect(await steers('')).toBe(6);
    expect(await steers(', manager.steer_cooldown=3s')).toBe(2);
  });

  test('an empty answer leaves the child alone', async () => {
    const run = await manage(steering, { script: { boss: [said('  ')], build: lasting(10) } });
    expect(run.steps.every(({ steering: told }) => told === undefined)).toBe(true);
    expect(run.of('RunWarning')).toEqual([]);
  });

  test('an intervention that fails is reported, and the supervision goes on', async () => {
    const run = await manage(steering, { script: { boss: ['fail'], build: lasting(10) } });
    expect(run.of('RunWarning').map(({ message }) => message)).toEqual([
      'boss could not steer its child: boss said fail',
    ]);
    expect(run.state).toBe('completed');
  });
});
