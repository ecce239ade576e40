import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveMcpOverHttp } from '../../../../test/support/mcp-over-http.ts';
import { newToolScene } from '../../../../test/support/tool-scene.ts';
import { mcpServersSection } from '../../../contract/config/tools.ts';
import { processTable } from '../../../shared/process/process-table.ts';
import { toolName } from '../zod-tool.ts';
import { McpServer } from './mcp-server.ts';
import { servedName } from './served-name.ts';

const program = join(import.meta.dirname, '../../../../test/support/mcp-program.ts');
const local = { command: process.execPath, args: [program] };

function open(settings: object, baseEnv: Readonly<Record<string, string>> = {}) {
  const controller = new AbortController();
  const scene = newToolScene({ signal: controller.signal });
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', MODEL_KEY: 'not for servers', ...baseEnv };
  const read = mcpServersSection.parse({ it: settings })['it']!;
  const server = new McpServer({
    name: 'it',
    settings: read,
    cwd: scene.folder,
    baseEnv: env,
    services: scene.services,
  });
  onTestFinished(() => server.close());
  const call = async (name: string, input: object = {}) =>
    scene.toolbox({ tools: await listed }).call(`it__${name}`, input, scene.context);
  const listed = server.tools();
  listed.catch(() => undefined);
  return { ...scene, server, listed, call, controller };
}

const runs = (pid: number): boolean => processTable().some((row) => row.pid === pid);

describe.each(['stdio', 'http'])('a server over %s', (wire) => {
  const settings = async (): Promise<object> => (wire === 'stdio' ? local : { url: (await serveMcpOverHttp()).url });

  test('offers its tools under its name, with their schemas', async () => {
    const { listed } = open(await settings());
    const tools = await listed;
    expect(tools.map(({ name }) => name)).toContain('it__echo');
    for (const { name } of tools) expect(name).toMatch(toolName);
    expect(tools.find(({ name }) => name === 'it__echo')).toMatchObject({
      description: 'Says it again.',
      access: 'execute',
      parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    });
  });

  test('answers with texts, and what is no text is named', async () => {
    const { call } = open(await settings());
    expect(await call('echo', { text: 'hello' })).toEqual({ text: 'hello', isError: false });
    expect(await call('dotted_name', { text: 'hi' })).toEqual({ text: 'hi', isError: false });
    expect((await call('picture')).text).toBe(
      '[image image/png, 8 characters of base64, not shown]\na picture\n[resource file:///a: a]\ninside b',
    );
    expect(await call('structured')).toEqual({ text: '{"answer":42}', isError: false });
  });

  test('fails in words for the model', async () => {
    const { call } = open({ ...(await settings()), timeout: '200ms' });
    expect(await call('fail')).toEqual({ text: 'no luck', isError: true });
    expect(await call('throw')).toMatchObject({ isError: true, text: expect.stringContaining('broken inside') });
    expect(await call('echo', { text: 1 })).toMatchObject({
      isError: true,
      text: expect.stringContaining('Wrong input'),
    });
    expect(await call('wait')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^The MCP server it: .*timed out/i),
    });
    expect(await call('echo', { text: 'still there' })).toEqual({ text: 'still there', isError: false });
  });

  test('a call that is aborted rejects with the reason', async () => {
    const { call, controller, listed } = open(await settings());
    await listed;
    const calling = call('wait').catch((thrown: unknown) => thrown);
    setImmediate(() => controller.abort(new Error('enough')));
    expect(await calling).toEqual(new Error('enough'));
  });

  test('only what its settings allow is offered, and does what they say', async () => {
    const { listed } = open({ ...(await settings()), allow: ['echo', 'pict*'], access: 'read' });
    expect((await listed).map(({ name, access }) => [name, access])).toEqual([
      ['it__echo', 'read'],
      ['it__picture', 'read'],
    ]);
  });
});

describe('a server that is a program', () => {
  test('sees the allow-listed environment and what its settings set, and works in the working folder', async () => {
    const { folder, call } = open({ ...local, env: { TOKEN: 'Bearer ${SECRET_TOKEN}' } }, { SECRET_TOKEN: 'abc' });
    const { cwd, env } = JSON.parse((await call('environment')).text) as { cwd: string; env: object };
    expect(cwd).toBe(folder);
    expect(env).toMatchObject({ TOKEN: 'Bearer abc', HOME: '/nonexistent' });
    expect(env).not.toHaveProperty('MODEL_KEY');
    expect(env).not.toHaveProperty('SECRET_TOKEN');
  });

  test('is started when its tools are asked for, journaled, and ended with all it started', async () => {
    const { server, events, call } = open(local);
    const inner = Number((await call('spawn')).text);
    const started = events.find((event) => event.type === 'ProcessStarted')!;
    expect(started).toMatchObject({ command: `${process.execPath} ${program}` });
    expect([runs(started.pid), runs(inner)]).toEqual([true, true]);
    await server.close();
    expect([runs(started.pid), runs(inner)]).toEqual([false, false]);
    expect(events.at(-1)).toMatchObject({ type: 'ProcessExited', pid: started.pid });
  });

  test('ends with the signal of its session', async () => {
    const { events, controller, listed, server } = open(local);
    await listed;
    controller.abort(new Error('enough'));
    await server.close();
    expect(events.map(({ type }) => type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  test('that dies is started once more by the next call, and not a third time', async () => {
    const { events, call } = open(local);
    const died = 'The MCP server it: it ended during this call: exit code 3: [redacted:SECRET]: going down';
    expect(await call('die')).toEqual({ text: died, isError: true });
    expect(await call('echo', { text: 'back' })).toEqual({ text: 'back', isError: false });
    expect(await call('die')).toEqual({ text: died, isError: true });
    const over = { text: 'The MCP server it ended 2 times and is not started again.', isError: true };
    expect(await call('echo', { text: 'a' })).toEqual(over);
    expect(await call('echo', { text: 'b' })).toEqual(over);
    expect(events.filter(({ type }) => type === 'ProcessStarted')).toHaveLength(2);
  });

  test.each([
    [{ ...local, args: [program, 'never'] }, /did not come up: exit code 4: no configuration found/],
    [{ command: 'no-such-program' }, /did not come up: exit code 127: .*no-such-program/],
    [{ command: 'yes' }, /did not come up: it prints lines that are no messages of MCP/],
    [{ ...local, cwd: '..' }, /\.\. leads out/],
    [
      { ...local, env: { A: '${NOT_SET_ANYWHERE}' } },
      /mcp_servers\.it\.env\.A of orchestra\.yaml refers to \$\{NOT_SET_ANYWHERE\}/,
    ],
  ])('and cannot be used says why: %j', async (settings, message) => {
    const { listed } = open(settings);
    await expect(listed).rejects.toThrow(message);
  });
});

describe('a server over HTTP', () => {
  test('gets the headers of its settings', async () => {
    const { url, requests } = await serveMcpOverHttp();
    const { call } = open({ url, headers: { Authorization: 'Bearer ${KEY}' } }, { KEY: 'abc' });
    await call('echo', { text: 'a' });
    expect(requests.length).toBeGreaterThan(2);
    for (const headers of requests) expect(headers.get('authorization')).toBe('Bearer abc');
  });

  test('that was away is spoken to again by the next call', async () => {
    const http = await serveMcpOverHttp();
    const { call } = open({ url: http.url });
    expect(await call('echo', { text: 'a' })).toMatchObject({ isError: false });
    http.refuse(404);
    expect(await call('echo', { text: 'b' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('HTTP 404'),
    });
    http.refuse(undefined);
    expect(await call('echo', { text: 'c' })).toEqual({ text: 'c', isError: false });
    await http.stop();
    expect(await call('echo', { text: 'd' })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/ECONNREFUSED|other side closed/),
    });
    await http.start();
    expect(await call('echo', { text: 'e' })).toEqual({ text: 'e', isError: false });
  });

  test('that cannot be reached fails the session with a code', async () => {
    const { url, stop, start } = await serveMcpOverHttp();
    await stop();
    await expect(open({ url }).listed).rejects.toMatchObject({
      code: 'TOOL_SOURCE_FAILED',
      message: expect.stringMatching(/^The MCP server it did not come up: .*ECONNREFUSED/),
    });
    await start();
  });
});

test('names are those of models, and long ones stay apart', () => {
  expect(servedName('git', 'a.b/c d')).toBe('git__a_b_c_d');
  const long = servedName('git', `${'x'.repeat(80)}1`);
  expect(long).toHaveLength(64);
  expect(long).not.toBe(servedName('git', `${'x'.repeat(80)}2`));
});

test.each([
  [{ a__b: local }],
  [{ 'a b': local }],
  [{ it: { url: 'ftp://x' } }],
  [{ it: { ...local, url: 'http://127.0.0.1/' } }],
  [{ it: { args: [] } }],
])('the section refuses %j', (section) => {
  expect(mcpServersSection.safeParse(section).success).toBe(false);
});
