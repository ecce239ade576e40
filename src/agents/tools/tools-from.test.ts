import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import { newToolScene } from '../../../test/support/tool-scene.ts';
import { mcpServersSection, toolsSection } from '../../contract/config/tools.ts';
import type { OpenSession } from '../../engine/ports/agent.ts';
import { processTable } from '../../shared/process/process-table.ts';
import { startGroup } from '../../shared/process/process-group.ts';
import { builtInTools } from './built-in/all-built-in.ts';
import { toolsFrom, type ToolSettings } from './tools-from.ts';
import { zodTool } from './zod-tool.ts';

const program = join(import.meta.dirname, '../../../test/support/mcp-program.ts');
const servers = mcpServersSection.parse({
  it: { command: process.execPath, args: [program], allow: ['echo', 'spawn'] },
});
const shellTools = toolsSection.parse([{ name: 'hello', command: 'echo hello', description: 'Greets.' }]);

const own = (name: string) =>
  zodTool({ name, description: 'Of our own.', access: 'read', input: z.object({}), run: () => `from ${name}` });

function settings(more: Partial<ToolSettings> = {}): ToolSettings {
  return {
    baseEnv: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    keep: async (text) => ({ kept: text.length }),
    ...more,
  };
}

function session(more: Partial<OpenSession> = {}, left: Parameters<typeof stepServices>[0] = {}) {
  const { folder: cwd } = newToolScene();
  const services = stepServices({ cwd, ...left });
  const request: OpenSession = { sessionId: 's', cwd, env: {}, call: stepCall(), services, ...more };
  return { request, services, context: { cwd, env: {}, key: 'work#1/0/a', signal: services.signal } };
}

const names = (tools: readonly { readonly name: string }[]): readonly string[] => tools.map(({ name }) => name);

test('a session has the tools of all sources that its permissions let it have', async () => {
  const sources = toolsFrom(settings({ shellTools, servers, ownTools: [own('ours'), own('read-file')] }));
  const everything = [...names(builtInTools).filter((name) => name !== 'read-file'), 'ours', 'read-file', 'hello'];
  expect(names(sources.tools)).toEqual(everything);
  const { request, context } = session({ permissions: 'full' });
  const box = await sources.open(request);
  expect(names(box.tools)).toEqual([...everything, 'it__echo', 'it__spawn']);
  expect(await box.call('hello', {}, context)).toEqual({ text: 'hello\n', isError: false });
  expect(await box.call('read-file', {}, context)).toEqual({ text: 'from read-file', isError: false });
  expect(await box.call('it__echo', { text: 'a' }, context)).toEqual({ text: 'a', isError: false });
  await box.close();
});

test('what a session is given stands above what the settings say, and workspace-write counts where nobody says anything', async () => {
  const open = async (
    configured: ToolSettings['permissions'],
    asked: OpenSession['permissions'],
    forced?: 'read-only',
  ) => {
    const sources = toolsFrom(settings(configured ? { permissions: configured } : {}));
    const { request } = session(asked ? { permissions: asked } : {});
    return names((await sources.open(request, forced)).tools);
  };
  expect(await open(undefined, undefined)).toContain('write-file');
  expect(await open(undefined, undefined)).not.toContain('shell');
  expect(await open('full', undefined)).toContain('shell');
  expect(await open('full', 'read-only')).not.toContain('write-file');
  expect(await open('full', 'full', 'read-only')).not.toContain('write-file');
});

describe('servers', () => {
  test.each([
    ['whose tools need more than the permissions', {}],
    ['none of whose tools is listed', { permissions: 'full', tools: ['read-file', 'git-*'] }],
  ] as const)('%s are not started', async (_which, asked) => {
    const { request, services } = session(asked);
    const box = await toolsFrom(settings({ servers })).open(request);
    expect(names(box.tools).filter((name) => name.startsWith('it__'))).toEqual([]);
    expect(services.events).toEqual([]);
  });

  test('are started for what an entry of the list may stand for, and end with the session', async () => {
    const { request, services } = session({ permissions: 'full', tools: ['it__e*'] });
    const box = await toolsFrom(settings({ servers })).open(request);
    expect(names(box.tools)).toEqual(['it__echo']);
    await box.close();
    expect(services.events.map(({ type }) => type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  test('of a session that cannot be opened are ended', async () => {
    const broken = { ...servers, broken: mcpServersSection.parse({ broken: { command: 'false' } })['broken']! };
    const { request, services } = session({ permissions: 'full' });
    await expect(toolsFrom(settings({ servers: broken })).open(request)).rejects.toMatchObject({
      code: 'TOOL_SOURCE_FAILED',
    });
    const started = services.events.filter(({ type }) => type === 'ProcessStarted').length;
    expect(started).toBe(2);
    expect(services.events.filter(({ type }) => type === 'ProcessExited')).toHaveLength(started);
  });
});

test('tools of servers that could not be told apart are a mistake', async () => {
  const { request } = session({ permissions: 'full' });
  const sources = toolsFrom(settings({ servers, ownTools: [own('it__echo')] }));
  await expect(sources.open(request)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'two tools are called it__echo',
  });
});

test('a listed name that no tool has is a mistake, told with the nearest', async () => {
  const open = (tools: readonly string[]) =>
    toolsFrom(settings({ servers })).open(session({ permissions: 'read-only', tools }).request);
  await expect(open(['read-fil'])).rejects.toMatchObject({ code: 'CONFIG_INVALID', hint: 'Did you mean `read-file`?' });
  await expect(open(['nothing-*'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  // Of a server that is not started nobody knows.
  expect(names((await open(['read-file', 'it__whatever', 'shell'])).tools)).toEqual(['read-file']);
});

test('long results are artifacts of the step', async () => {
  const { request, services, context } = session({ permissions: 'full' });
  const box = await toolsFrom(settings()).open(request);
  const { text } = await box.call('shell', { command: 'seq 100000' }, context);
  expect(text).toMatch(/\[whole output: artifact work\.tool-output\.1\.1\]$/);
  expect(services.artifacts.get('work.tool-output.1.1')).toEqual({ kept: 588_895 });
});

test('what an earlier start of the step left running is ended before a session opens', async () => {
  const { services: earlier } = session();
  const group = await startGroup({
    command: 'sleep',
    args: ['1000'],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    operation: `${earlier.runId}/${earlier.key}`,
    signal: new AbortController().signal,
    onStarted: (facts) => earlier.emit({ type: 'ProcessStarted', ...facts, command: 'sleep 1000' }),
  });
  await toolsFrom(settings()).open(session({}, { left: earlier.events }).request);
  expect(processTable().some(({ pid }) => pid === group.facts.pid)).toBe(false);
  await group.exited;
});

test.each([
  [{ ownTools: [own('a'), own('a')] }, 'CONFIG_INVALID'],
  [{ ownTools: [{ ...own('a'), name: 'no spaces' }] }, 'EXTENSION_INVALID'],
  [{ shellTools: toolsSection.parse([{ name: 'shell', command: 'x', description: 'x' }]) }, 'CONFIG_INVALID'],
  [{ shellTools, ownTools: [own('hello')] }, 'CONFIG_INVALID'],
])('tools that cannot be called or told apart are refused: %#', (more, code) => {
  expect(() => toolsFrom(settings(more))).toThrow(expect.objectContaining({ code }));
});

test('nothing that tools have started outlives an Orchestra that is killed', async () => {
  const { folder } = newToolScene();
  const child = spawn(process.execPath, [join(program, '../tools-process.ts'), folder], {
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (pids.push(Number(line)) === 2) break;
  }
  const running = (): readonly number[] => processTable().flatMap(({ pid }) => (pids.includes(pid) ? [pid] : []));
  expect(new Set(running())).toEqual(new Set(pids));
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (running().length > 0) await delay(20);
});
