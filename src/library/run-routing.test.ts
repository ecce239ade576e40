import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, pipeline } from '../../test/support/library.ts';
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
