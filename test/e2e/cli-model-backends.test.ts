import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newProject, until, type CliProject } from '../support/cli.ts';
import { startFaultyServer } from '../support/model-faults.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';

/* Models as agents of a real `orchestra run`: providers, tools and prompts as orchestra.yaml says, the model behind the wire scripted. */

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server.stop());

const call = (name: string, input: object) => ({ name, arguments: JSON.stringify(input) });
const usage = { input_tokens: 1_000, output_tokens: 100 };
const key = {
  ANTHROPIC_API_KEY: 'sk-ant-test-0000000000000000',
  OPENAI_API_KEY: 'sk-test-0000000000000000',
  OPENROUTER_API_KEY: 'sk-or-test-0000000000000000',
};

function scene(pipeline: string, configuration: string): CliProject {
  const project = newProject();
  project.write('work.dot', `digraph Work { start [shape=Mdiamond] exit [shape=Msquare] ${pipeline} }`);
  project.write('orchestra.yaml', configuration);
  return project;
}

const providers = (): string => `
providers:
  default: anthropic
  anthropic: { api_base: "${server.url}/v1", models: { smart: claude-sonnet-4-5, cheap: claude-haiku-4-5 } }
  openai: { api_base: "${server.url}/v1", models: { smart: gpt-5 } }
  openrouter: { api_base: "${server.url}/api/v1", models: { cheap: qwen/qwen3-coder } }
`;

describe('a loop with tools', () => {
  const configuration = (): string => `${providers()}
agents:
  builder:
    agent: loop
    model: smart
    permissions: workspace-write
    tools: [read-file, write-file, count-lines]
    role: builder
tools:
  - name: count-lines
    description: Counts the lines of a file.
    command: wc -l < {file}
    access: read
    parameters: { file: { type: string, required: true } }
`;

  test('works in the folder with the tools of its profile, and costs what its model costs', async () => {
    const project = scene('build [agent=builder, prompt="Build it"] start -> build -> exit', configuration());
    project.write('roles/builder.yaml', 'content: You build with care.');
    server.mock.on(
      { turnIndex: 0 },
      { usage, toolCalls: [call('write-file', { path: 'out.txt', content: 'one\ntwo\n' })] },
    );
    server.mock.on(
      { turnIndex: 1 },
      { usage, toolCalls: [call('count-lines', { file: 'out.txt' }), call('shell', { command: 'id' })] },
    );
    server.mock.on({ turnIndex: 2 }, { usage, content: 'Two lines.' });
    const finished = await project.run(['run', 'work.dot', '--json'], { env: key });
    expect(finished.result()).toMatchObject({ status: 'success', context: { last_response: 'Two lines.' } });
    expect(project.read('out.txt')).toBe('one\ntwo\n');
    const events = finished.events();
    const results = events.flatMap((event) => (event.type === 'AgentToolResult' ? [event.output.trim()] : []));
    expect(results).toEqual([expect.stringContaining('out.txt'), '2', expect.stringContaining('shell')]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'AgentFileChange', path: 'out.txt', change: 'created' }),
    );
    const first = JSON.parse(server.requests[0]?.body ?? '{}') as { readonly tools: readonly { name: string }[] };
    expect(first.tools.map(({ name }) => name).toSorted()).toEqual(['count-lines', 'read-file', 'write-file']);
    expect(server.requests[0]?.body).toContain('You build with care.');
    // 3,000 tokens in and 300 out of Claude Sonnet 4.5.
    expect(finished.result().usage?.costUsd).toBeCloseTo(0.0135, 6);
  });

  test('killed in a call goes on there when it is resumed, and repeats nothing it had done', async () => {
    const slow = configuration().replace('wc -l < {file}', 'echo {file} >> calls; ./pause');
    const project = scene('build [agent=builder, prompt="Build it"] start -> build -> exit', slow);
    project.write('roles/builder.yaml', 'content: You build with care.');
    const pause = (text: string): void => chmodSync(project.write('pause', `#!/bin/sh\n${text}\n`), 0o755);
    pause('exec sleep 600');
    server.mock.on({ turnIndex: 0 }, { usage, toolCalls: [call('write-file', { path: 'out.txt', content: 'done' })] });
    server.mock.on({ turnIndex: 1 }, { usage, toolCalls: [call('count-lines', { file: 'out.txt' })] });
    server.mock.on({ turnIndex: 2 }, { usage, content: 'Counted.' });
    const running = project.start(['run', 'work.dot'], { env: key });
    await until(() => project.has('calls'));
    running.process.kill('SIGKILL');
    await running.finished;
    await until(() => project.leftRunning().length === 0);
    const asked = server.requests.length;
    pause('echo 4');
    const resumed = await project.run(['resume', 'last', '--json'], { env: key });
    expect(resumed.result()).toMatchObject({ status: 'success', context: { last_response: 'Counted.' } });
    expect(project.read('calls')).toBe('out.txt\nout.txt\n');
    expect(server.requests.length - asked).toBe(1);
    // Of all three answers, two of which were paid before the crash.
    expect(resumed.result().usage?.costUsd).toBeCloseTo(0.0135, 6);
  });
});

describe('providers', () => {
  test('are chosen by node, stylesheet and default, each with its tier', async () => {
    const project = scene(
      `graph [agent=direct, model_stylesheet="#review { llm_provider: openai; llm_model: smart }"]
       plan [prompt="Plan", llm_model=cheap] review [prompt="Review"] start -> plan -> review -> exit`,
      providers(),
    );
    server.mock.on({}, { content: 'Fine.', usage });
    expect((await project.run(['run', 'work.dot'], { env: key })).code).toBe(0);
    const asked = server.requests.map(({ path, body }) => [path, (JSON.parse(body) as { model: string }).model]);
    expect(asked).toEqual([
      ['/v1/messages', 'claude-haiku-4-5'],
      ['/v1/responses', 'gpt-5'],
    ]);
  });

  test('that pass on to others are asked in their own format, and their answers streamed', async () => {
    const project = scene(
      'plan [agent=reader, prompt="Plan"] start -> plan -> exit',
      `${providers()}agents: { reader: { agent: loop, provider: openrouter, model: cheap, tools: [read-file] } }`,
    );
    project.write('notes.txt', 'Ship on Friday.');
    server.mock.on({ turnIndex: 0 }, { usage, toolCalls: [call('read-file', { path: 'notes.txt' })] });
    server.mock.on({ turnIndex: 1 }, { usage, content: 'We ship on Friday.' });
    const ran = await project.run(['run', 'work.dot', '--json'], { env: key });
    expect(ran.result()).toMatchObject({
      status: 'success',
      context: { last_response: 'We ship on Friday.' },
      usage: { inputTokens: 2_000, outputTokens: 200 },
    });
    expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill('/api/v1/chat/completions'));
    const [, second] = server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(second).toMatchObject({ model: 'qwen/qwen3-coder', stream: true });
    expect(JSON.stringify(second)).toContain('Ship on Friday.');
  });

  test('that tell what they charged are believed, and need no price', async () => {
    const front = await startFaultyServer(server.mock, 'charged');
    onTestFinished(() => front.stop());
    const project = scene(
      'plan [agent=direct, llm_provider=openrouter, llm_model="house/model-7", prompt="Plan"] start -> plan -> exit',
      `providers: { openrouter: { api_base: "${front.url}/api/v1" } }`,
    );
    server.mock.on({}, { usage, content: 'Planned.' });
    const ran = await project.run(['run', 'work.dot', '--json'], { env: key });
    expect(ran.result()).toMatchObject({ status: 'success', usage: { costUsd: 0.0125 } });
    expect(ran.events().map(({ type }) => type)).not.toContain('AgentWarning');
  });

  test.each(['direct', 'loop', 'langgraph'])(
    'whose model refuses the answer fail the node of %s for good',
    async (agent) => {
      const project = scene(
        `plan [agent=${agent}, llm_provider=openrouter, llm_model=cheap, prompt="Plan", max_retries=2] start -> plan -> exit`,
        providers(),
      );
      server.mock.on({}, { content: 'I cannot', finishReason: 'content_filter', usage });
      const ran = await project.run(['run', 'work.dot', '--json'], { env: key });
      expect(ran.result()).toMatchObject({
        status: 'fail',
        attempts: { plan: 1 },
        failureReason: expect.stringContaining('openrouter: the model refused to answer') as string,
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('that are broken hand the work to the fallback, and the record says why', async () => {
    const project = scene(
      'plan [agent=direct, llm_provider=openai, agent.fallback=stand-in, prompt="Plan"] start -> plan -> exit',
      `${providers()}agents: { stand-in: { agent: loop, provider: anthropic, model: cheap } }`,
    );
    server.mock.on({ model: 'gpt-5' }, { error: { message: 'broken by test', type: 'server_error' }, status: 500 });
    server.mock.on({ model: 'claude-haiku-4-5' }, { usage, content: 'Planned.' });
    const ran = await project.run(['run', 'work.dot', '--json'], { env: key });
    expect(ran.result()).toMatchObject({
      status: 'success',
      attempts: { plan: 1 },
      context: { last_response: 'Planned.' },
    });
    const reason = expect.stringContaining('openai: 500 broken by test') as string;
    expect(ran.events()).toContainEqual(
      expect.objectContaining({ type: 'AgentFallback', from: 'direct', to: 'loop', reason }),
    );
  });

  test('without a key are told before the run begins', async () => {
    const project = scene('plan [agent=loop, prompt="Plan"] start -> plan -> exit', providers());
    const { code, stderr } = await project.run(['run', 'work.dot']);
    expect(code).toBe(2);
    expect(stderr).toContain('ANTHROPIC_API_KEY');
    expect((await project.run(['runs', '--json'])).document()).toEqual({ runs: [] });
  });
});

test('langgraph works with the same tools and tells the same events', async () => {
  const project = scene(
    'build [agent=builder, prompt="Build it"] start -> build -> exit',
    `${providers()}agents: { builder: { agent: langgraph, model: smart, permissions: workspace-write, tools: [write-file] } }`,
  );
  server.mock.on({ turnIndex: 0 }, { usage, toolCalls: [call('write-file', { path: 'out.txt', content: 'made' })] });
  server.mock.on({ turnIndex: 1 }, { usage, content: 'It is there.' });
  const ran = await project.run(['run', 'work.dot', '--json'], { env: key });
  expect(ran.result()).toMatchObject({ status: 'success', context: { last_response: 'It is there.' } });
  expect(project.read('out.txt')).toBe('made');
  const told = ran.events().map(({ type }) => type);
  for (const type of ['AgentSessionStarted', 'AgentToolCall', 'AgentToolResult', 'AgentFileChange', 'AgentUsage'])
    expect(told).toContain(type);
  expect(ran.result().usage?.costUsd).toBeCloseTo(0.009, 6);
});

describe('offline', () => {
  const local = (): string => `agents:\n  drafter: { type: llamacpp, endpoint: "${server.url}", model: tiny }\n`;

  test('a local model drafts, and what needs the network is refused before the run', async () => {
    server.mock.on({}, { content: 'A draft.', usage });
    const project = scene('draft [agent=drafter, prompt="Draft"] start -> draft -> exit', `${local()}${providers()}`);
    const drafted = await project.run(['run', 'work.dot', '--offline', '--json']);
    expect(drafted.result()).toMatchObject({
      status: 'success',
      context: { last_response: 'A draft.' },
      usage: { costUsd: 0 },
    });
    expect(drafted.events().map(({ type }) => type)).not.toContain('AgentWarning');
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions']);

    const online = await project.run(['run', 'work.dot', '--offline', '--backend', 'loop'], { env: key });
    expect([online.code, online.stderr]).toEqual([2, expect.stringContaining('offline')]);
    expect(server.requests).toHaveLength(1);
  });

  test.each(['loop', 'langgraph'])('%s reads files with a local model', async (agent) => {
    const project = scene(
      'read [agent=reader, prompt="Read"] start -> read -> exit',
      `providers: { lab: { type: llamacpp, api_base: "${server.url}/v1", models: { smart: tiny } } }
agents: { reader: { agent: ${agent}, provider: lab, tools: [read-file] } }`,
    );
    project.write('notes.txt', 'Ship on Friday.');
    server.mock.on({ turnIndex: 0 }, { usage, toolCalls: [call('read-file', { path: 'notes.txt' })] });
    server.mock.on({ turnIndex: 1 }, { usage, content: 'We ship on Friday.' });
    const ran = await project.run(['run', 'work.dot', '--offline', '--json']);
    expect(ran.result()).toMatchObject({
      status: 'success',
      context: { last_response: 'We ship on Friday.' },
      usage: { inputTokens: 2_000, outputTokens: 200, costUsd: 0 },
    });
    expect(server.requests[1]?.body).toContain('Ship on Friday.');
  });
});
