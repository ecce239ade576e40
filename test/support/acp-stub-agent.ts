import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  agent,
  methods,
  ndJsonStream,
  RequestError,
  type AgentContext,
  type SessionUpdate,
  type StopReason,
} from '@agentclientprotocol/sdk';

/*
 * An agent for tests that speaks the Agent Client Protocol, on the agent side of the official SDK. What it does at its start is
 * its first argument, what it does with a prompt the prompt's first word. Its sessions are a file beside it.
 */

const [start = '', store = ''] = process.argv.slice(2);
const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 130, cachedReadTokens: 10 };

if (start === '--version') {
  process.stdout.write('1.2.3\n');
  process.exit(0);
}
if (start === 'environment') writeFileSync(join(store, 'env'), JSON.stringify(process.env));
if (start === 'garbage') {
  process.stdout.write('this is no message\n{"jsonrpc":"2.0","id":99,"result":{}}\n{"half":');
  process.exit(0);
}
if (start === 'ends') {
  process.stderr.write('unknown option --acp\n');
  process.exit(2);
}
if (start === 'silent') setInterval(() => undefined, 60_000);
if (start === 'deaf') {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 60_000);
}
if (start === 'noise') process.stdout.write('warming up\n');

/** Sessions by id: the prompts they had. */
const file = join(store, 'sessions.json');
const sessions: Record<string, string[]> = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>)
  : {};
const keep = (): void => writeFileSync(file, JSON.stringify(sessions));
const cancelled = new Map<string, () => void>();
const chosen: Record<string, string> = { mode: 'ask', model: 'small', effort: 'low' };

const select = (id: string, category: string, values: readonly string[]) => ({
  id,
  category,
  name: id,
  type: 'select' as const,
  currentValue: chosen[id] ?? '',
  options: values.map((value) => ({ value, name: `the ${value} one` })),
});
const state = () => ({
  modes:
    start === 'options-only'
      ? null
      : {
          currentModeId: chosen['mode'] ?? '',
          availableModes: ['ask', 'edit', 'all'].map((id) => ({ id, name: id })),
        },
  configOptions: [
    select('mode', 'mode', ['ask', 'edit', 'all']),
    select('model', 'model', ['small', 'large']),
    select('effort', 'thought_level', ['low', 'high']),
  ],
});

async function answer(client: AgentContext, sessionId: string, prompt: string): Promise<StopReason> {
  const tell = (update: SessionUpdate): Promise<void> =>
    client.notify(methods.client.session.update, { sessionId, update });
  const say = (text: string): Promise<void> =>
    tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
  const ask = (toolCallId: string, kind: 'edit' | 'execute', path?: string) =>
    client.request(methods.client.session.requestPermission, {
      sessionId,
      toolCall: { toolCallId, kind, title: `a call of ${kind}`, ...(path !== undefined && { locations: [{ path }] }) },
      options: [
        { optionId: 'always', name: 'Always', kind: 'allow_always' },
        { optionId: 'once', name: 'Yes', kind: 'allow_once' },
        { optionId: 'never', name: 'No', kind: 'reject_once' },
      ],
    });
  const [word = '', path = ''] = prompt.trim().split(/\s+/);
  switch (word) {
    case 'edit':
      await tell({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'A file is wanted.' } });
      await say('I write it.');
      await tell({ sessionUpdate: 'tool_call', toolCallId: 't1', title: 'Preparing', kind: 'edit', rawInput: {} });
      await tell({
        sessionUpdate: 'tool_call_update',
        toolCallId: 't1',
        name: 'Write',
        rawInput: { path, text: 'hello\n' },
        content: [{ type: 'diff', path, oldText: null, newText: 'hello\n' }],
      });
      writeFileSync(path, 'hello\n');
      await tell({ sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'completed', rawOutput: 'written' });
      await say('It is ');
      await say('written.');
      return 'end_turn';
    case 'through-client': {
      const before = await client
        .request(methods.client.fs.readTextFile, { sessionId, path })
        .catch((error: unknown) => ({ content: error instanceof RequestError ? String(error.code) : 'broken' }));
      const result = await client
        .request(methods.client.fs.writeTextFile, { sessionId, path, content: 'through the client\n' })
        .then(
          () => 'written',
          (error: unknown) => (error instanceof Error ? error.message : 'broken'),
        );
      await say(`${before.content}; ${result}`);
      return 'end_turn';
    }
    case 'ask-edit':
    case 'ask-run': {
      const { outcome } = await ask('t2', word === 'ask-edit' ? 'edit' : 'execute', path || undefined);
      const isAllowed = outcome.outcome === 'selected' && outcome.optionId !== 'never';
      const status = isAllowed ? ('completed' as const) : ('failed' as const);
      await tell({ sessionUpdate: 'tool_call_update', toolCallId: 't2', status, rawOutput: JSON.stringify(outcome) });
      await say(outcome.outcome === 'selected' ? outcome.optionId : 'cancelled');
      return 'end_turn';
    }
    case 'ask-and-give-up':
      await say('I run it.');
      await ask('t3', 'execute');
      return 'end_turn';
    case 'settings':
      await say(JSON.stringify(chosen));
      return 'end_turn';
    case 'history':
      await say((sessions[sessionId] ?? []).join('|'));
      return 'end_turn';
    case 'hang':
    case 'hang-deaf': {
      writeFileSync(join(store, 'up'), '');
      const released = new Promise<void>((resolve) => cancelled.set(sessionId, resolve));
      await (word === 'hang' ? released : new Promise(() => undefined));
      await say('I stop.');
      return 'cancelled';
    }
    case 'hang-with-children':
      process.on('SIGTERM', () => undefined);
      spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
      spawn('sh', ['-c', 'trap "" TERM; sleep 300; sleep 300'], { stdio: 'ignore' });
      writeFileSync(join(store, 'up'), '');
      return new Promise(() => undefined);
    case 'flood':
      for (;;)
        if (!process.stdout.write('x'.repeat(1024 * 1024))) await new Promise((r) => process.stdout.once('drain', r));
    case 'many':
      for (let index = 0; index < 2_000; index += 1) await say(`${index} `);
      return 'end_turn';
    case 'crash':
      process.stderr.write('out of luck\n');
      await delay(20);
      process.exit(7);
    case 'stay':
      setInterval(() => undefined, 60_000);
      await say('I stay.');
      return 'end_turn';
    case 'refuse':
      return 'refusal';
    case 'tokens':
      return 'max_tokens';
    case 'unauthorized':
      throw RequestError.authRequired();
    case 'limited-once':
      if ((sessions[sessionId] ?? []).length > 1) {
        await say('after all');
        return 'end_turn';
      }
      throw new RequestError(-32603, 'Internal error', { details: 'API Error: 429 too many requests' });
    case 'status':
      throw new RequestError(Number(path), `failed with ${path}`);
    case 'strange':
      await client.notify('_own/status', { of: 'the agent' });
      await client.notify(methods.client.session.update, { sessionId, update: { sessionUpdate: 'of tomorrow' } });
      await client.notify(methods.client.session.update, { sessionId, update: { sessionUpdate: 'tool_call' } });
      process.stdout.write('half a thought\n');
      await client.request('_own/question', {}).catch(() => undefined);
      await say('still here');
      return 'end_turn';
    default:
      await say('the answer');
      return 'end_turn';
  }
}

function continued(sessionId: string): string[] {
  const known = sessions[sessionId];
  if (!known) throw RequestError.sessionNotFound(sessionId);
  return known;
}

if (!['silent', 'deaf'].includes(start)) {
  const app = agent({ name: 'stub' })
    .onRequest(methods.agent.initialize, () => ({
      protocolVersion: start === 'version-2' ? 2 : 1,
      agentCapabilities: {
        loadSession: start !== 'forgetful',
        ...(start === 'resumes' && { sessionCapabilities: { resume: {} } }),
      },
    }))
    .onRequest(methods.agent.session.new, () => {
      if (start === 'signed-out') throw RequestError.authRequired();
      const sessionId = `session-${Object.keys(sessions).length + 1}`;
      sessions[sessionId] = [];
      keep();
      return { sessionId, ...(start !== 'modeless' && state()) };
    })
    .onRequest(methods.agent.session.load, async ({ params: { sessionId }, client }) => {
      const history = async (): Promise<void> => {
        for (const text of continued(sessionId)) {
          const content = { type: 'text', text: `earlier: ${text}` } as const;
          const update = { sessionUpdate: 'agent_message_chunk', content } as const;
          await client.notify(methods.client.session.update, { sessionId, update });
        }
      };
      if (start === 'trails') setTimeout(() => void history(), 20);
      else await history();
      return state();
    })
    .onRequest(methods.agent.session.resume, ({ params: { sessionId } }) => {
      continued(sessionId);
      return state();
    })
    .onRequest(methods.agent.session.setMode, ({ params: { modeId } }) => {
      chosen['mode'] = modeId;
      return {};
    })
    .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
      if (params.value === 'unknown') throw RequestError.invalidParams(undefined, 'there is no such model');
      chosen[params.configId] = String(params.value);
      return { configOptions: state().configOptions };
    })
    .onNotification(methods.agent.session.cancel, ({ params: { sessionId } }) => cancelled.get(sessionId)?.())
    .onRequest(methods.agent.session.prompt, async ({ params: { sessionId, prompt }, client }) => {
      const [block] = prompt;
      const text = block?.type === 'text' ? block.text : '';
      sessions[sessionId]?.push(text);
      keep();
      const stopReason = await answer(client, sessionId, text);
      const cost = { sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount: 0.5, currency: 'USD' } } as const;
      await client.notify(methods.client.session.update, { sessionId, update: cost });
      return { stopReason, usage, _meta: { quota: { model_usage: [{ model: 'stub-model' }] } } };
    });
  // Web streams of Node are those of the platform, which its types do not say.
  const input = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
  app.connect(ndJsonStream(Writable.toWeb(process.stdout), input));
}
