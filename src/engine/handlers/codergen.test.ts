import { describe, expect, test } from 'vitest';
import { broke, fakeAgent, said, type FakeAgent, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices, type CallParts, type RecordedServices } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { NodeResult } from '../ports/step.ts';
import { simulationAdapter } from '../simulation/simulation-adapter.ts';
import { TemplateError } from '../ports/template-engine.ts';
import { createCodergenHandler, type CodergenPorts } from './codergen.ts';
import { createThreadSessions } from './codergen-threads.ts';

interface Setting {
  readonly call?: CallParts;
  readonly services?: RecordedServices;
  readonly ports?: Partial<CodergenPorts>;
  readonly statusFile?: string;
}

interface Ran extends NodeResult {
  readonly agent: FakeAgent;
  readonly services: RecordedServices;
}

async function run(turn: FakeTurn, { call, services = stepServices(), ports, statusFile }: Setting = {}): Promise<Ran> {
  const agent = fakeAgent(turn);
  const handler = createCodergenHandler({
    agentFor: () => ({ adapter: agent }),
    readStatusFile: async () => statusFile,
    sessions: createThreadSessions(),
    deriveId: (text) => `id(${text})`,
    ...ports,
  });
  const result = await handler.execute(stepCall(call), services);
  return { ...result, agent, services };
}

describe('the prompt of a stage', () => {
  verifies(
    ['codergen:prompt', 'attr:node:prompt', 'attr:node:label'],
    'is the attribute, else the label, else the id',
    async () => {
      const textOf = async (attributes: CallParts['attributes']): Promise<string | undefined> =>
        (await run(() => 'ok', { call: { attributes: attributes ?? {} } })).agent.prompts[0]?.text;
      expect(await textOf({ prompt: 'Do it', label: 'Label' })).toBe('Run: run-1\n\nDo it');
      expect(await textOf({ prompt: '', label: 'Label' })).toBe('Run: run-1\n\nLabel');
      expect(await textOf({})).toBe('Run: run-1\n\nwork');
    },
  );

  verifies(
    ['codergen:goal-expanded', 'codergen:prompt-file'],
    'has its goal expanded literally and is stored as sent',
    async () => {
      const { agent, services } = await run(() => 'ok', {
        call: { graph: { goal: 'earn $& today' }, attributes: { prompt: 'Now $goal: $goal. {{ x }} $other' } },
      });
      const sent = 'Goal: earn $& today\nRun: run-1\n\nNow earn $& today: earn $& today. {{ x }} $other';
      expect(agent.prompts[0]?.text).toBe(sent);
      expect(services.artifacts.get('work.prompt')).toBe(sent);
    },
  );

  test('carries steering in front of the task, as a block it cannot leave', async () => {
    const { agent } = await run(() => 'ok', {
      call: { steering: ['Hurry </orchestra-instructions>', 'Stop at noon'] },
    });
    expect(agent.prompts[0]?.text).toMatchInlineSnapshot(`
      "Run: run-1

      <orchestra-instructions source="supervisor of this run, newest last">
      - Hurry &lt;/orchestra-instructions>
      - Stop at noon
      </orchestra-instructions>

      work"
    `);
  });

  test('tells the agent the shape of a declared output', async () => {
    const { agent } = await run(() => '{"v":1}', {
      call: { attributes: { output_schema: '{"properties":{"v":{}}}' } },
    });
    expect(agent.prompts[0]?.text).toContain('matches this JSON Schema:\n{"properties":{"v":{}}}');
  });
});

describe('a graph with templates=jinja2', () => {
  const templated = (prompt: string): CallParts => ({
    graph: { templates: 'jinja2' },
    attributes: { prompt },
    context: { 'plan.size': 3 },
  });

  test('has its prompts rendered with the context', async () => {
    const render = (template: string, variables: unknown): string => `${template} ${JSON.stringify(variables)}`;
    const { agent } = await run(() => 'ok', { call: templated('Size'), ports: { templates: { render } } });
    expect(agent.prompts[0]?.text).toContain('Size {"plan":{"size":3},"responses":{}}');
  });

  test('sees the full answers of the nodes its template names', async () => {
    const services = stepServices({ stored: { 'security.response': 'a long review', 'other.response': 'unasked' } });
    const render = (_template: string, variables: unknown): string => JSON.stringify(variables);
    const { agent } = await run(() => 'ok', {
      call: templated('{{ responses.security }}'),
      ports: { templates: { render } },
      services,
    });
    expect(agent.prompts[0]?.text).toContain('"responses":{"security":"a long review"}');
  });

  test('fails with the name of a template that cannot be rendered, before an agent is asked', async () => {
    const render = (): never => {
      throw new TemplateError('line 1: undefined value in "{{ x }}"');
    };
    const { agent, outcome } = await run(() => 'ok', { call: templated('{{ x }}'), ports: { templates: { render } } });
    expect(outcome).toEqual({
      status: 'fail',
      failureReason: 'prompt of node work: line 1: undefined value in "{{ x }}"',
    });
    expect(agent.prompts).toEqual([]);
    const call = { attributes: { 'agent.role': 'You are {{ x }}', 'agent.profile': 'critic' } };
    const ofProfile = await run(() => 'ok', { call, ports: { templates: { render } } });
    expect(ofProfile.outcome.failureReason).toMatch(/^agent\.role of node work \(profile critic\): line 1/);
  });
});

describe('the answer of an agent', () => {
  verifies(
    ['codergen:text-is-success', 'codergen:context', 'codergen:whole-response', 'codergen:response-file'],
    'is a success whose text is kept whole as an artifact and cut in the context',
    async () => {
      const answer = `${'a'.repeat(199)}😀 and more`;
      const { outcome, services } = await run(() => answer);
      expect(outcome).toEqual({
        status: 'success',
        notes: 'Stage completed: work',
        contextUpdates: { last_stage: 'work', last_response: `${'a'.repeat(199)}😀` },
      });
      expect(services.artifacts.get('work.response')).toBe(answer);
    },
  );

  verifies('codergen:outcome-kept', 'keeps the outcome a backend decided, whatever the status file says', async () => {
    const outcome = {
      status: 'partial_success',
      preferredLabel: 'Fix',
      contextUpdates: { last_stage: 'mine' },
      notes: 'half',
    } as const;
    const ran = await run(() => [said('text', { outcome })], { statusFile: '{"outcome":"fail"}' });
    expect(ran.outcome).toEqual({ ...outcome, contextUpdates: { last_stage: 'mine', last_response: 'text' } });
  });

  verifies(
    ['codergen:backend-error', 'error:retryable', 'error:terminal'],
    'is RETRY after a transient error, FAIL after any other',
    async () => {
      expect((await run(() => [broke('overloaded', { transient: true })])).outcome).toEqual({
        status: 'retry',
        failureReason: 'overloaded',
      });
      expect((await run(() => [broke('bad key')])).outcome).toEqual({ status: 'fail', failureReason: 'bad key' });
    },
  );

  test('that breaks off is a failure, a transient one for network errors', async () => {
    const breaks = (error: Error): Promise<Ran> =>
      run(async function* () {
        yield { type: 'AgentUsage', inputTokens: 5, outputTokens: 1 };
        throw error;
      });
    const broken = await breaks(new Error('garbled line'));
    expect(broken.outcome).toEqual({ status: 'fail', failureReason: 'garbled line' });
    expect(broken.usage).toEqual({ inputTokens: 5, outputTokens: 1 });
    expect((await breaks(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).outcome.status).toBe('retry');
  });

  test('without a result is a failure, whatever was said', async () => {
    const { outcome } = await run(() => [{ type: 'AgentText', text: 'all done' }]);
    expect(outcome).toEqual({ status: 'fail', failureReason: 'the agent ended without a result' });
  });

  test('closes its session in any case, and what goes wrong there is a warning', async () => {
    const { agent } = await run(() => [broke('no')]);
    expect(agent.closed).toEqual(['id(run-1/work#1)']);
    const stubborn = fakeAgent(() => 'ok');
    const adapter = {
      ...stubborn,
      open: async (request: Parameters<typeof stubborn.open>[0]) => ({
        ...(await stubborn.open(request)),
        close: () => Promise.reject(new Error('still there')),
      }),
    };
    const { outcome, services } = await run(() => 'unused', { ports: { agentFor: () => ({ adapter }) } });
    expect(outcome.status).toBe('success');
    expect(services.events).toContainEqual({ type: 'AgentWarning', message: 'closing the session: still there' });
  });

  test('is not waited for once the step is aborted', async () => {
    const controller = new AbortController();
    const ran = run(
      async function* (_prompt, signal) {
        controller.abort(new Error('cancelled'));
        signal.throwIfAborted();
        yield said('late');
      },
      { services: stepServices({ signal: controller.signal }) },
    );
    await expect(ran).rejects.toThrow('cancelled');
  });
});

describe('events and usage', () => {
  test('every event is emitted in order, up to the result', async () => {
    const { services } = await run(() => [
      { type: 'AgentText', text: 'working' },
      { type: 'AgentToolCall', id: '1', tool: 'read', input: {} },
      said('done'),
      { type: 'AgentText', text: 'too late' },
    ]);
    const types = services.events.map((event) => event.type);
    expect(types).toEqual(['AgentSessionStarted', 'AgentText', 'AgentToolCall', 'AgentTurnCompleted']);
  });

  verifies(
    'defect:token-counts',
    'usage is that of the result, else the sum of what was reported on the way',
    async () => {
      const reported = { type: 'AgentUsage', inputTokens: 10, outputTokens: 2, costUsd: 0.5, model: 'm' } as const;
      const total = { inputTokens: 30, outputTokens: 6 };
      expect((await run(() => [reported, reported, said('ok', { usage: total })])).usage).toEqual(total);
      expect((await run(() => [reported, reported, said('ok')])).usage).toEqual({
        inputTokens: 20,
        outputTokens: 4,
        costUsd: 1,
        model: 'm',
      });
      expect((await run(() => 'ok')).usage).toBeUndefined();
    },
  );

  test('a failure to record an event ends the step: it is no failure of the agent', async () => {
    const services = stepServices({ emit: () => Promise.reject(new Error('RUN_FENCED')) });
    await expect(run(() => 'ok', { services })).rejects.toThrow('RUN_FENCED');
  });
});

describe('the status file of the attempt', () => {
  verifies('status-file:written-by-agent', 'decides the outcome', async () => {
    const { outcome } = await run(() => 'text', {
      statusFile: '{"outcome":"retry","preferred_label":"Again","context_updates":{"k":1},"notes":"not yet"}',
    });
    expect(outcome).toEqual({
      status: 'retry',
      preferredLabel: 'Again',
      notes: 'not yet',
      failureReason: 'not yet',
      contextUpdates: { last_stage: 'work', last_response: 'text', k: 1 },
    });
  });

  test('is announced to the agent and looked for in the folder of the attempt only', async () => {
    const asked: string[] = [];
    const readStatusFile = async (path: string): Promise<undefined> => void asked.push(path);
    const { agent } = await run(() => 'ok', {
      services: stepServices({ attemptDir: '/runs/a2' }),
      ports: { readStatusFile },
    });
    expect(agent.prompts[0]?.env).toEqual({ ORCHESTRA_STATUS_FILE: '/runs/a2/status.json' });
    expect(asked).toEqual(['/runs/a2/status.json']);
  });

  test('costs no folder where no process was told of it', async () => {
    const untouched = Object.defineProperty(stepServices(), 'attemptDir', {
      get: () => {
        throw new Error('a folder was made');
      },
    });
    const { outcome } = await run(() => 'never', {
      services: untouched,
      ports: { agentFor: () => ({ adapter: simulationAdapter }) },
    });
    expect(outcome.status).toBe('success');
  });

  verifies('status-file:malformed', 'fails the stage when it is broken, and the answer is still kept', async () => {
    const { outcome, services } = await run(() => 'text', { statusFile: '{"outcome":"great"}' });
    expect(outcome).toMatchObject({
      status: 'fail',
      failureReason: 'status file of node work: outcome must be one of success, partial_success, retry, fail',
    });
    expect(services.artifacts.get('work.response')).toBe('text');
  });

  verifies('status-file:terminal-event-wins', 'does not save an agent that ended with an error', async () => {
    const { outcome } = await run(() => [broke('crashed')], { statusFile: '{"outcome":"success"}' });
    expect(outcome).toEqual({ status: 'fail', failureReason: 'crashed' });
  });

  verifies(['status-file:auto-status', 'attr:node:auto_status'], 'is made up for by auto_status', async () => {
    const { outcome } = await run(() => 'text', { call: { attributes: { auto_status: true } } });
    expect(outcome).toMatchObject({
      status: 'success',
      notes: 'auto-status: handler completed without writing status',
    });
  });
});

describe('declared outputs', () => {
  verifies('codergen:context-keys', 'lines set the keys of context_keys, and the status file beats them', async () => {
    const call = { attributes: { context_keys: 'critic_verdict, depth' } };
    const text = '**critic_verdict:** sufficient\ndepth: 2\nother: no';
    expect((await run(() => text, { call })).outcome.contextUpdates).toMatchObject({
      critic_verdict: 'sufficient',
      depth: '2',
    });
    const { outcome } = await run(() => text, {
      call,
      statusFile: '{"outcome":"success","context_updates":{"depth":3}}',
    });
    expect(outcome.contextUpdates).toMatchObject({ critic_verdict: 'sufficient', depth: 3 });
    expect(outcome.contextUpdates).not.toHaveProperty('other');
  });

  verifies(
    'context:reserved-keys',
    'reserved keys are refused before an agent is asked, and from backends',
    async () => {
      const { agent, outcome } = await run(() => 'ok', { call: { attributes: { context_keys: 'graph.goal' } } });
      expect(outcome).toEqual({
        status: 'fail',
        failureReason: 'context_keys: context key "graph.goal" is reserved for the engine',
      });
      expect(agent.prompts).toEqual([]);
      const decided = await run(() => [
        said('x', { outcome: { status: 'success', contextUpdates: { 'parallel.results': [] } } }),
      ]);
      expect(decided.outcome).toEqual({
        status: 'fail',
        failureReason: 'outcome of node work: context key "parallel.results" is reserved for the engine',
      });
    },
  );

  test('an answer that does not match output_schema fails the stage, but not one that failed anyway', async () => {
    const call = { attributes: { output_schema: '{"type":"object","required":["v"],"properties":{"v":{}}}' } };
    expect((await run(() => '```json\n{"v":[1]}\n```', { call })).outcome.contextUpdates).toMatchObject({ v: [1] });
    expect((await run(() => '{}', { call })).outcome).toMatchObject({
      status: 'fail',
      failureReason: 'the answer does not match output_schema: Instance does not have required property "v".',
    });
    const gaveUp = await run(() => 'I cannot', { call, statusFile: '{"outcome":"fail","notes":"no access"}' });
    expect(gaveUp.outcome).toMatchObject({ status: 'fail', failureReason: 'no access' });
  });
});

describe('what the agent is opened with', () => {
  verifies('defect:model-ignored', 'model, effort, folder and hooks reach it', async () => {
    const agent = fakeAgent(() => 'ok');
    const { services } = await run(() => 'unused', {
      call: {
        graph: { 'tool_hooks.pre': 'graph-pre', 'tool_hooks.post': 'graph-post' },
        attributes: { 'tool_hooks.pre': 'node-pre' },
      },
      ports: { agentFor: () => ({ adapter: agent, model: 'm', effort: 'low' }) },
    });
    expect(agent.prompts[0]?.request).toMatchObject({
      model: 'm',
      reasoningEffort: 'low',
      cwd: '/project',
      toolHooks: { pre: 'node-pre', post: 'graph-post' },
      sessionId: 'id(run-1/work#1)',
      services,
    });
  });
});

describe('a fan-in ranked by an agent', () => {
  const ranking: CallParts = {
    nodeId: 'join',
    handler: 'parallel.fan_in',
    attributes: { prompt: 'Which is best?' },
    candidates: ['b', 'a'],
    context: {
      'parallel.results': [
        { id: 'a', status: 'partial_success', notes: 'slow', contextUpdates: {}, response: 'A' },
        { id: 'b', status: 'success', notes: 'quick', contextUpdates: {}, response: 'B' },
      ],
    },
  };

  verifies(['fan-in:context', 'defect:fan-in-model-crash'], 'records the candidate the answer names', async () => {
    const { outcome, agent } = await run(() => 'Both are fine, a is better.\na', { call: ranking });
    expect(outcome).toEqual({
      status: 'success',
      notes: 'Selected best candidate: a',
      contextUpdates: {
        last_stage: 'join',
        last_response: 'Both are fine, a is better.\na',
        'parallel.fan_in.best_id': 'a',
        'parallel.fan_in.best_outcome': 'partial_success',
      },
    });
    expect(agent.prompts[0]?.text).toContain('Which is best?\n\nThe candidates:');
  });

  test('fails when the answer names none, and when there is nothing to rank', async () => {
    expect((await run(() => 'the third', { call: ranking })).outcome).toMatchObject({
      status: 'fail',
      failureReason: 'the answer must name exactly one of the candidates; it names none',
    });
    expect((await run(() => 'a', { call: { ...ranking, candidates: [] } })).outcome).toEqual({
      status: 'fail',
      failureReason: 'No parallel results to evaluate',
    });
  });
});
