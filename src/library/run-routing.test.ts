import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newFolder, pipeline } from '../../test/support/library.ts';
import type { AgentAdapter, AgentEvent, AgentSession } from '../engine/ports/agent.ts';
import { run, type EventLine } from '../index.ts';

/** A project whose agent is overloaded for good, and rests for an hour after one failure. */
function overloadedProject(): { readonly cwd: string; readonly env: Record<string, string> } {
  const cwd = newFolder();
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  const failed = { type: 'result', subtype: 'success', is_error: true, result: 'overloaded', api_error_status: 529 };
  writeFileSync(
    join(bin, 'claude'),
    `#!/bin/sh\n[ "$1" = --version ] && { echo "2.1.0 (Claude Code)"; exit 0; }\nprintf '%s\\n' '${JSON.stringify(failed)}'; exit 1\n`,
  );
  chmodSync(join(bin, 'claude'), 0o755);
  writeFileSync(join(cwd, 'orchestra.yaml'), 'limits:\n  circuit: { failures: 1, rest: 1h }\n');
  return { cwd, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: cwd } };
}

/** Runs one stage of the agent; gives it up where it would wait. */
async function workIn(project: ReturnType<typeof overloadedProject>): Promise<readonly EventLine[]> {
  const work = pipeline('start -> work -> exit\n work [prompt="do it"]', project.cwd);
  const started = await run(work, { ...project, backend: 'claude-code' });
  const events: EventLine[] = [];
  for await (const event of started.events()) {
    events.push(event);
    if (event.type === 'StageRetrying') started.cancel('it would wait');
  }
  await started.result;
  return events;
}

const wasAsked = (events: readonly EventLine[]): boolean => events.some(({ type }) => type === 'ProcessStarted');

test('what one run of a project learns of an agent, the next one in the same process knows; another project does not', async () => {
  const [one, other] = [overloadedProject(), overloadedProject()];
  const first = await workIn(one);
  expect(first).toContainEqual(expect.objectContaining({ type: 'AgentCircuitChanged', state: 'open' }));
  const second = await workIn(one);
  expect(wasAsked(second)).toBe(false);
  expect(second).toContainEqual(
    expect.objectContaining({
      type: 'AgentLimitReached',
      reason: 'claude-code failed, and it rests for 3600 s: overloaded',
    }),
  );
  expect(wasAsked(await workIn(other))).toBe(true);
});

test('a project that says something else of its limits since begins anew', async () => {
  const project = overloadedProject();
  await workIn(project);
  writeFileSync(join(project.cwd, 'orchestra.yaml'), 'limits:\n  circuit: { failures: 2, rest: 1h }\n');
  expect(wasAsked(await workIn(project))).toBe(true);
});

test('a backend of the program stands behind the limits and the circuit breaker of its name', async () => {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'orchestra.yaml'),
    'limits:\n  circuit: { failures: 1, rest: 1h }\n  agents: { mine: { max_concurrent: 1 } }\n',
  );
  let [working, most, isDown] = [0, 0, false];
  class Mine implements AgentAdapter {
    readonly specVersion = 'agent-v1';
    readonly id = 'another name';
    async detect() {
      return { available: true };
    }
    async open(): Promise<AgentSession> {
      return { id: undefined, prompt: () => this.#answer(), close: async () => undefined };
    }
    async *#answer(): AsyncGenerator<AgentEvent> {
      if (isDown) return yield { type: 'result', ok: false, error: 'overloaded', transient: true };
      working += 1;
      most = Math.max(most, working);
      await nextLoopTurn();
      working -= 1;
      yield { type: 'result', ok: true, text: 'done' };
    }
  }
  const extensions = { backends: { mine: new Mine() } };
  const statements = 'fan [shape=component] join [shape=tripleoctagon] a [prompt=p] b [prompt=p] c [prompt=p]';
  const edges = 'start -> fan fan -> a -> join fan -> b -> join fan -> c -> join join -> exit';
  const crowd = await run(pipeline(`${statements} ${edges}`, cwd), { cwd, env: {}, backend: 'mine', extensions });
  expect((await crowd.result).status).toBe('success');
  expect(most).toBe(1);
  isDown = true;
  const two = pipeline(
    'fails [prompt=p] rests [prompt=p] start -> fails -> rests -> exit fails -> rests [condition="outcome=fail"]',
    cwd,
  );
  const down = await run(two, { cwd, env: {}, backend: 'mine', extensions });
  const events: EventLine[] = [];
  for await (const event of down.events()) {
    events.push(event);
    if (event.type === 'AgentLimitReached') down.cancel('it would wait');
  }
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentCircuitChanged', agent: 'mine', state: 'open' }));
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'AgentLimitReached', reason: 'mine failed, and it rests for 3600 s: overloaded' }),
  );
});
