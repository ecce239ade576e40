import { describe, expect, test, vi } from 'vitest';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentProgram, goodResult, prints } from '../support/agent-program.ts';
import { newProject, type CliProject } from '../support/cli.ts';

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
  });

  test('is waited for, and everybody sees until when; a killed run waits until the same time', async () => {
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
  });

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
