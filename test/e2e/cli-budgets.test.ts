import { describe, expect, test } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentProgram, prints } from '../support/agent-program.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** An agent whose every turn costs 60 cents and uses 1500 tokens. */
function dearAgent(project: CliProject): void {
  const usage = { input_tokens: 1_000, output_tokens: 500 };
  const good = { type: 'result', subtype: 'success', is_error: false, result: 'done', usage, total_cost_usd: 0.6 };
  agentProgram(project, `echo x >> "$HOME/asked"; ${prints(good)}`);
}

const asked = (project: CliProject): number => project.read('../home/asked').trim().split('\n').length;

/** Three stages of the agent, one after the other. */
const line = (attributes: string): string => `digraph Dear {
  graph [${attributes}]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  node [agent="claude-code", prompt="do it"]
  one two three
  start -> one -> two -> three -> exit
}`;

const show = async (project: CliProject): Promise<RunView> =>
  (await project.run(['show', 'last', '--json'])).document<RunView>();

/** A run that has spent its dollar and waits for a person. */
async function exhausted(): Promise<CliProject> {
  const project = newProject();
  dearAgent(project);
  project.write('dear.dot', line('budget.money=1'));
  const ran = await project.run(['run', 'dear.dot', '--json']);
  expect(ran.code).toBe(3);
  expect(ran.result()).toMatchObject({ status: 'waiting', attempts: { one: 1, two: 1 }, usage: { costUsd: 1.2 } });
  expect(ran.events()).toContainEqual(
    expect.objectContaining({ type: 'BudgetExhausted', budget: 'money', limit: 1, spent: 1.2, scope: 'run' }),
  );
  expect(asked(project)).toBe(2);
  return project;
}

describe('a run that has spent its budget', () => {
  verifies('durability:R8:exhausted', 'says so, and how to go on', async () => {
    const project = newProject();
    dearAgent(project);
    project.write('dear.dot', line('budget.money=1'));
    const ran = await project.run(['run', 'dear.dot']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('budget money of the run is exhausted');
    expect(ran.stderr).toContain('[?] budget exhausted: money of the run ($1.20 of $1.00). Go on?');
    expect(ran.stderr).toContain('[S] Stop');
    expect(ran.stderr).toContain('[C] Continue, with $1.00 more');
    expect(ran.stderr).toMatch(/Answer with: orchestra answer \S+ S/);
    const { stdout } = await project.run(['status']);
    expect(stdout).toContain('waits for budget: budget exhausted: money of the run ($1.20 of $1.00). Go on?');
  });

  test('goes on with as much again when a person says so', async () => {
    const project = await exhausted();
    expect((await project.run(['answer', 'last', 'C'])).code).toBe(0);
    const resumed = await project.run(['resume', 'last', '--json']);
    expect(resumed.code).toBe(0);
    expect(resumed.result()).toMatchObject({ status: 'success', attempts: { one: 1, two: 1, three: 1 } });
    expect(asked(project)).toBe(3);
  });

  test('ends when a person says so', async () => {
    const project = await exhausted();
    await project.run(['answer', 'last', 'S']);
    const resumed = await project.run(['resume', 'last', '--json']);
    expect(resumed.code).toBe(1);
    expect(resumed.result().failureReason).toBe('budget exhausted: money of the run ($1.20 of $1.00)');
    expect(asked(project)).toBe(2);
  });

  test('goes on with a raised budget, without an answer; one that is still too small asks anew', async () => {
    const project = await exhausted();
    const still = await project.run(['resume', 'last', '--json', '--budget', 'money=1.1']);
    expect(still.code).toBe(3);
    expect((await show(project)).questions.map(({ text }) => text)).toEqual([
      'budget exhausted: money of the run ($1.20 of $1.10). Go on?',
    ]);
    const resumed = await project.run(['resume', 'last', '--json', '--budget', 'money=5,calls=9']);
    expect(resumed.result().status).toBe('success');
    expect(asked(project)).toBe(3);
  });

  test('is not extended by a word nobody knows', async () => {
    const project = await exhausted();
    const refused = await project.run(['resume', 'last', '--budget', 'mony=5']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('"mony=5" names no budget');
    expect((await show(project)).state).toBe('waiting');
  });

  test('fails at once where it was told to, and when nobody is to be asked', async () => {
    const project = newProject();
    dearAgent(project);
    project.write('dear.dot', line('budget.money=1, budget.on_exhausted=fail'));
    const failed = await project.run(['run', 'dear.dot', '--json']);
    expect(failed.code).toBe(1);
    expect(failed.result().failureReason).toBe('budget exhausted: money of the run ($1.20 of $1.00)');

    project.write('dear.dot', line('budget.money=1'));
    const approved = await project.run(['run', 'dear.dot', '--json', '--auto-approve']);
    expect(approved.code).toBe(1);
    expect(asked(project)).toBe(4);
  });
});

describe('each budget', () => {
  test.each([
    ['tokens', 'budget.tokens=3000', '3000 of 3000', 2],
    ['calls', 'budget.calls=1', '1 of 1', 1],
    // Start and the first stage are visits.
    ['visits', 'budget.visits=2', '2 of 2', 1],
    ['time', 'budget.time="1ms"', ' of 0.0 s', 0],
  ])('is that of the run: %s', async (kind, attribute, spent, turns) => {
    const project = newProject();
    dearAgent(project);
    project.write('dear.dot', line(`${attribute}, budget.on_exhausted=fail`));
    const ran = await project.run(['run', 'dear.dot', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain(`budget exhausted: ${kind} of the run (`);
    expect(ran.result().failureReason).toContain(spent);
    if (turns > 0) expect(asked(project)).toBe(turns);
  });

  verifies('durability:R8:budget', 'may be that of a node or of each branch; what a branch used is shown', async () => {
    const project = newProject();
    dearAgent(project);
    project.write(
      'dear.dot',
      `digraph Dear {
        graph [budget.on_exhausted=fail]
        start [shape=Mdiamond]
        exit [shape=Msquare]
        fan [shape=component, budget.money=0.5]
        join [shape=tripleoctagon]
        node [agent="claude-code", prompt="do it"]
        one two three
        again [max_retries=0, budget.calls=1]
        start -> fan
        fan -> one -> two -> join
        fan -> three -> join
        join -> again -> more
        more [shape=diamond]
        more -> again [condition="outcome=success"]
        more -> exit [condition="outcome=fail"]
      }`,
    );
    const ran = await project.run(['run', 'dear.dot', '--json']);
    expect(ran.events().flatMap((event) => (event.type === 'BudgetExhausted' ? [event.scope] : []))).toEqual([
      'branch fan#1/one',
      'node again',
    ]);
    const { branchUsage } = await show(project);
    const once = { inputTokens: 1_000, outputTokens: 500, costUsd: 0.6 };
    expect(branchUsage).toEqual({ 'fan#1/one': once, 'fan#1/three': once });
    const shown = await project.run(['show', 'last']);
    expect(shown.stdout).toMatch(/Branches\n {2}fan#1\/one {4}1000 in, 500 out, \$0\.6000/);
  });
});
