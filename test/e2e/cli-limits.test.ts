import { describe, expect, test, vi } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentProgram, goodResult, prints } from '../support/agent-program.ts';
import { newProject, type CliProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const pipeline = `digraph Work {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [agent="claude-code", prompt="do it"]
  start -> work -> exit
}`;

/** The line by which the agent says that its account has a limit. */
const limited = (text: string): string =>
  prints({ type: 'result', subtype: 'success', is_error: true, result: text, api_error_status: 429 });

/** An agent that is limited the first time, and then does the work. */
function limitedOnce(project: CliProject, text: string): void {
  agentProgram(
    project,
    `if [ -e "$HOME/asked" ]; then ${goodResult('done at last')}; else touch "$HOME/asked"; ${limited(text)}; exit 1; fi`,
  );
}

const show = async (project: CliProject): Promise<RunView> =>
  (await project.run(['show', 'last', '--json'])).document<RunView>();

const at = (line: { readonly at: string } | undefined): number => Date.parse(line?.at ?? '');

describe('an agent with a limit of use', () => {
  test('is asked again when it said, though its node has no retries', async () => {
    const project = newProject();
    limitedOnce(project, "You've hit your limit, try again in 2 seconds");
    project.write('work.dot', pipeline);
    const ran = await project.run(['run', 'work.dot', '--json']);
    expect(ran.result()).toMatchObject({
      status: 'success',
      attempts: { work: 2 },
      context: { last_response: 'done at last' },
    });
    const events = ran.events();
    const reason = "You've hit your limit, try again in 2 seconds";
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'AgentLimitReached', agent: 'claude-code', reason, retryAfterMs: 2_000 }),
    );
    const retrying = events.find(({ type }) => type === 'StageRetrying');
    expect(retrying).toMatchObject({ name: 'work', attempt: 2, delayMs: 2_000, reason });
    const again = events.find((event) => event.type === 'StageStarted' && event.attempt === 2);
    expect(at(again) - at(retrying)).toBeGreaterThanOrEqual(2_000);

    const replayed = await project.run(['replay', 'last', '--offline', '--json']);
    expect(replayed.document()).toMatchObject({ equal: true, whole: true });
  });

  verifies(
    'durability:R8:limit-wait',
    'is waited for, and everybody sees until when; a killed run waits until the same time',
    async () => {
      const project = newProject();
      limitedOnce(project, "You've hit your limit, try again in 6 seconds");
      project.write('work.dot', pipeline);
      const running = project.start(['run', 'work.dot', '--json']);
      await running.prints('StageRetrying');
      await vi.waitUntil(async () => (await show(project)).waiting.length > 0, { timeout: 6_000 });
      const before = await show(project);
      expect(before).toMatchObject({
        state: 'waiting',
        nodes: [{}, { node: 'work', status: 'retrying', retryAt: expect.any(String) as string }],
        waiting: [{ for: 'timer', key: 'work#1:backoff', reason: "You've hit your limit, try again in 6 seconds" }],
      });
      const { retryAt } = before.nodes[1]!;
      expect(before.waiting[0]?.until).toBe(retryAt);
      const status = await project.run(['status']);
      expect(status.stdout).toContain("waits for timer: work#1:backoff, You've hit your limit");
      expect((await project.run(['show', 'last'])).stdout).toContain('again at ');

      running.process.kill('SIGKILL');
      await running.finished;
      const resumed = await project.run(['resume', 'last', '--json']);
      expect(resumed.result()).toMatchObject({ status: 'success', attempts: { work: 2 } });
      const again = resumed.events().find((event) => event.type === 'StageStarted' && event.attempt === 2);
      expect(at(again)).toBeGreaterThanOrEqual(Date.parse(retryAt ?? ''));
    },
  );

  test('that would last too long fails the run, with the reason', async () => {
    const project = newProject();
    limitedOnce(project, "You've hit your weekly limit, try again in 3 days");
    project.write('work.dot', pipeline);
    const ran = await project.run(['run', 'work.dot', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain(
      'try again in 3 days: another attempt may succeed in 72 h, and the longest wait is 6 h (limits.max_usage_wait)',
    );
  });
});

/** An agent whose provider is overloaded as often as said, and then does the work, for a price that only its tokens tell. */
function overloadedTimes(project: CliProject, times: number): void {
  const usage = { input_tokens: 1_000, cache_read_input_tokens: 1_000, output_tokens: 500 };
  const init = { type: 'system', subtype: 'init', session_id: 'own', model: 'house-model-7' };
  const good = { type: 'result', subtype: 'success', is_error: false, result: 'done', usage };
  const bad = { type: 'result', subtype: 'success', is_error: true, result: 'overloaded', api_error_status: 529 };
  agentProgram(
    project,
    `echo x >> "$HOME/asked"
    if [ "$(wc -l < "$HOME/asked")" -gt ${times} ]; then ${prints(init)}; ${prints(good)}; else ${prints(bad)}; exit 1; fi`,
  );
}

describe('an agent that fails again and again', () => {
  test('rests, is tried by one call, and works on: all of it in the record of one run', async () => {
    const project = newProject();
    overloadedTimes(project, 2);
    project.write('orchestra.yaml', 'limits:\n  circuit: { failures: 2, rest: 2s }\n');
    project.write('work.dot', pipeline.replace('prompt="do it"', 'prompt="do it", max_retries=2'));
    const ran = await project.run(['run', 'work.dot', '--json']);
    expect(ran.result()).toMatchObject({ status: 'success', context: { last_response: 'done' } });
    const circuit = ran.events().flatMap((event) => (event.type === 'AgentCircuitChanged' ? [event] : []));
    expect(circuit.map(({ state, reason }) => [state, reason])).toEqual([
      ['open', 'overloaded'],
      ['half-open', 'it has rested for 2 s'],
      ['closed', 'a call was answered'],
    ]);
    // The third attempt was refused, and waited for the rest instead of using up the last retry.
    const waits = ran
      .events()
      .flatMap((event) => (event.type === 'StageRetrying' && event.reason ? [event.reason] : []));
    expect(waits).toEqual(['claude-code failed 2 times in a row, and it rests for 2 s: overloaded']);
    expect(project.read('../home/asked').trim().split('\n')).toHaveLength(3);
  });
});

describe('limits and prices of the project', () => {
  const branches = `digraph Work {
    start [shape=Mdiamond]
    exit [shape=Msquare]
    fan [shape=component]
    join [shape=tripleoctagon]
    node [agent="claude-code", prompt="do it"]
    one
    two
    start -> fan
    fan -> one -> join
    fan -> two -> join
    join -> exit
  }`;

  test('an agent is asked by one branch at a time, and the other says that it waits', async () => {
    const project = newProject();
    agentProgram(
      project,
      `if mkdir "$HOME/busy" 2>/dev/null; then sleep 0.3; rmdir "$HOME/busy"; ${goodResult('done')}; else ${prints({
        type: 'result',
        subtype: 'success',
        is_error: true,
        result: 'two at once',
      })}; exit 1; fi`,
    );
    project.write('orchestra.yaml', 'limits:\n  agents:\n    claude-code: { max_concurrent: 1 }\n');
    project.write('work.dot', branches);
    const ran = await project.run(['run', 'work.dot', '--json']);
    expect(ran.result().status).toBe('success');
    const queued = ran.events().filter(({ type }) => type === 'AgentQueued');
    expect(queued).toMatchObject([{ agent: 'claude-code', reason: '1 of its turns are under way' }]);
  });

  test('tokens cost what the project says; where nobody knows, no cost is told, and that is', async () => {
    const project = newProject();
    overloadedTimes(project, 0);
    project.write('work.dot', branches);
    const unpriced = await project.run(['run', 'work.dot', '--json']);
    expect(unpriced.result().status).toBe('success');
    const { usage, warnings } = await show(project);
    expect(usage).toEqual({ inputTokens: 4_000, outputTokens: 1_000 });
    expect(warnings.map(({ message }) => message)).toEqual([
      'no price is known for the model house-model-7 of claude-code: its cost is not counted; name one under prices in orchestra.yaml',
    ]);

    project.write('orchestra.yaml', 'prices:\n  house-model-*: { input: 10, output: 100, cache_read: 1 }\n');
    const priced = await project.run(['run', 'work.dot', '--json']);
    expect(priced.result().status).toBe('success');
    const view = await show(project);
    expect(view.usage.costUsd).toBeCloseTo(2 * (0.01 + 0.001 + 0.05), 10);
    expect(view.warnings).toEqual([]);
  });

  test('a limit for an agent that is not there is told, with the nearest name', async () => {
    const project = newProject();
    agentProgram(project, goodResult('done'));
    project.write('orchestra.yaml', 'limits:\n  agents:\n    claud-code: { max_concurrent: 1 }\n');
    project.write('work.dot', pipeline);
    const ran = await project.run(['run', 'work.dot']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('limits.agents names "claud-code", and there is no such agent');
    expect(ran.stderr).toContain('claude-code');
  });

  test("how long a limit is waited for is the project's to say", async () => {
    const project = newProject();
    limitedOnce(project, "You've hit your limit, try again in 5 minutes");
    project.write('orchestra.yaml', 'limits:\n  max_usage_wait: 1m\n');
    project.write('work.dot', pipeline);
    const ran = await project.run(['run', 'work.dot', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.result().failureReason).toContain('the longest wait is 1 m (limits.max_usage_wait)');
  });
});
