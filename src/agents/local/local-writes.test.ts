import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keptConversations, tool, toolboxOf, turnOf } from '../../../test/support/llm-backends.ts';
import { stepServices } from '../../../test/support/step-fixture.ts';
import { providersSection } from '../../contract/config/providers.ts';
import { createLoopAdapter } from '../llm/loop.ts';
import { Providers } from '../llm/providers/provider.ts';

let folder: string;
let mock: LLMock;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'local-writes-'));
  for (const name of ['project', 'attempt']) mkdirSync(join(folder, name));
  mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
});
afterEach(async () => {
  await mock.stop();
  rmSync(folder, { recursive: true });
});

const project = (): string => join(folder, 'project');
const baseEnv = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8' };

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: project(), env: baseEnv, stdio: 'ignore' });
}

/** A task of a local model that writes as many lines into a file as it is told. */
async function write(lines: number, settings: object, more: { readonly binary?: boolean } = {}) {
  const writer = tool(
    'write',
    async (path) => {
      writeFileSync(join(project(), path), more.binary ? Buffer.from([0, 1, 2]) : 'line\n'.repeat(lines));
      return { text: 'written', isError: false };
    },
    'write',
  );
  const reader = tool('read', async () => ({ text: 'read', isError: false }));
  mock.clearFixtures();
  mock.on({ hasToolResult: false }, { toolCalls: [{ name: 'write', arguments: '{"path":"new.txt"}' }] });
  mock.on({ hasToolResult: true }, { content: 'done' });
  const here = { type: 'ollama', api_base: `${mock.url}/v1`, models: { smart: 'tiny' }, ...settings };
  const adapter = createLoopAdapter({
    providers: new Providers(providersSection.parse({ here }), {}),
    conversations: keptConversations(),
    toolboxFor: async () => toolboxOf(reader, writer),
    isOffline: async () => true,
    baseEnv,
  });
  const services = stepServices({ attemptDir: join(folder, 'attempt') });
  const turn = await turnOf(adapter, 'go', { cwd: project(), services });
  const offered = (mock.getRequests()[0]?.body as { tools?: { function: { name: string } }[] } | null)?.tools ?? [];
  return { ...turn, services, offered: offered.map(({ function: { name } }) => name) };
}

const allowed = { allow_local_writes: true, local_diff_limit: 10, local_verify: 'test -f new.txt' };

test('a local model is offered reading only, works offline, and what it asks beyond that is refused', async () => {
  const { events, result, offered } = await write(1, {});
  expect(result).toMatchObject({ ok: true, text: 'done' });
  expect(offered).toEqual(['read']);
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentPermissionDenied', tool: 'write' }));
});

describe('with allow_local_writes', () => {
  beforeEach(() => {
    git('init', '--quiet');
    writeFileSync(join(project(), 'left-before.txt'), 'a\n'.repeat(100));
  });

  test('it may change files within the limit, where the check succeeds; what was changed before does not count', async () => {
    const { result, offered, services } = await write(10, allowed);
    expect(result).toMatchObject({ ok: true });
    expect(offered).toEqual(['read', 'write']);
    expect(services.events.map(({ type }) => type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  test('more lines than the limit are told to the model and fail the task', async () => {
    const { events, result } = await write(11, allowed);
    expect(result).toMatchObject({
      ok: false,
      error: expect.stringContaining('11 changed lines are more than the 10'),
    });
    expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
  });

  test('a file that is no text fails the task', async () => {
    const { result } = await write(0, allowed, { binary: true });
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('new.txt is no text') });
  });

  test('a check that fails, fails the task with what it said', async () => {
    const { result } = await write(1, { ...allowed, local_verify: 'echo it is broken; exit 3' });
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/exit code 3\): it is broken/) });
  });

  test('an operation that begins again after a crash is measured from where it first began', async () => {
    await write(6, allowed);
    writeFileSync(join(project(), 'other.txt'), 'b\n'.repeat(5));
    expect((await write(6, allowed)).result).toMatchObject({ ok: false, error: expect.stringContaining('11 changed') });
  });
});

test('outside a git worktree allow_local_writes is refused plainly', async () => {
  await expect(write(1, allowed)).rejects.toMatchObject({ code: 'LOCAL_WRITES_REFUSED' });
});
