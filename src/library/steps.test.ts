import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { newFolder, pipeline, runToEnd } from '../../test/support/library.ts';
import { verifies } from '../../test/support/verifies.ts';
import { defineBackend, defineStep, resume, run, textOf, type RunOptions, type StepHandler } from '../index.ts';
import { processTable } from '../shared/process/process-table.ts';

/** A step handler that fails by throwing. */
const throwing = (thrown: unknown): StepHandler =>
  defineStep(() => {
    throw thrown;
  });

const networkError = (): Error => Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });

describe('what an agent is opened with (2.6)', () => {
  verifies(
    ['attr:node:llm_model', 'attr:node:llm_provider', 'attr:node:reasoning_effort', 'defect:model-ignored'],
    'is the model, provider and effort of its node, by whatever rule they were set; effort is high unless set',
    async () => {
      const { agent } = await runToEnd(
        `graph [model_stylesheet="* { llm_model: m-all; llm_provider: p-all } .x { reasoning_effort: medium }"]
         own [prompt=p, llm_model=m-own, llm_provider=p-own, reasoning_effort=low]
         styled [prompt=p, class=x]
         start -> own -> styled -> exit`,
      );
      const opened = agent.prompts.map(({ request: { model, reasoningEffort, call } }) => [
        model,
        textOf(call.node, 'llm_provider'),
        reasoningEffort,
      ]);
      expect(opened).toEqual([
        ['m-own', 'p-own', 'low'],
        ['m-all', 'p-all', 'medium'],
      ]);
      const plain = await runToEnd('work [prompt=p] start -> work -> exit');
      expect(plain.agent.prompts[0]?.request.reasoningEffort).toBe('high');
      expect(plain.agent.prompts[0]?.request).not.toHaveProperty('model');
    },
  );

  verifies(
    ['attr:graph:tool_hooks.pre', 'attr:graph:tool_hooks.post'],
    'are the hooks of its node, each from the graph where the node has none',
    async () => {
      const { agent } = await runToEnd(
        `graph [tool_hooks.pre="graph pre", tool_hooks.post="graph post"]
         own [prompt=p, tool_hooks.pre="own pre", tool_hooks.post="own post"]
         half [prompt=p, tool_hooks.post="own post"]
         none [prompt=p]
         start -> own -> half -> none -> exit`,
      );
      expect(agent.prompts.map(({ request }) => request.toolHooks)).toEqual([
        { pre: 'own pre', post: 'own post' },
        { pre: 'graph pre', post: 'own post' },
        { pre: 'graph pre', post: 'graph post' },
      ]);
    },
  );

  verifies(
    'hook:unsupported-agent',
    'are no hooks it would leave out: a pipeline with some is refused before it runs, from graph and from node',
    async () => {
      const folder = newFolder();
      const asked: string[] = [];
      const deaf = defineBackend('deaf', ({ node }) => (asked.push(node.id), 'ok'));
      const status = async (graph: string, choice: Pick<RunOptions, 'backend'> = {}): Promise<string> => {
        const source = pipeline(`graph [${graph}] work [prompt=p, agent=deaf] start -> work -> exit`, folder);
        const begun = await run(source, { cwd: folder, env: {}, extensions: { backends: { deaf } }, ...choice });
        return (await begun.result).status;
      };
      const refusal = { code: 'TOOL_HOOKS_UNSUPPORTED', message: expect.stringContaining('work') as string };
      await expect(status('tool_hooks.pre="audit"')).rejects.toMatchObject(refusal);
      await expect(status('tool_hooks.post="audit"', { backend: 'deaf' })).rejects.toMatchObject(refusal);
      expect(asked).toEqual([]);
      expect(await status('goal=g')).toBe('success');
      // What calls no tools leaves no hook out.
      expect(await status('tool_hooks.pre="audit"', { backend: 'simulation' })).toBe('success');
    },
  );
});

describe('a step handler (4.1, 4.12)', () => {
  verifies(
    'handler:interface',
    'gets node, context, graph and a folder of its own, and its outcome is the outcome of the stage',
    async () => {
      const seen: unknown[] = [];
      const work = defineStep(({ node, context, graph }, { attemptDir, cwd }) => {
        writeFileSync(join(attemptDir, 'note'), 'it exists');
        seen.push(textOf(node, 'custom'), context.get('ticket'), graph.nodes.size, cwd);
        return { status: 'partial_success', notes: 'half', contextUpdates: { found: 2 } };
      });
      const { events, folder, result } = await runToEnd('work [type=mine, custom=value] start -> work -> exit', {
        inputs: { ticket: '7' },
        extensions: { handlers: { mine: work } },
      });
      expect(seen).toEqual(['value', '7', 3, folder]);
      expect(result.context).toMatchObject({ found: 2 });
      expect(events.find((event) => event.type === 'StageCompleted' && event.name === 'work')).toMatchObject({
        outcome: { status: 'partial_success', notes: 'half' },
      });
    },
  );

  verifies(
    ['handler:exception-is-fail', 'retry:exception-retryable', 'defect:stuck-running'],
    'that throws has failed, with the text of what it threw, and so has its run',
    async () => {
      for (const [thrown, failureReason] of [
        [new Error('no such table'), 'no such table'],
        ['plain text', 'plain text'],
        [undefined, expect.any(String)],
      ] as const) {
        const { folder, result } = await runToEnd('work [type=mine, max_retries=3] start -> work -> exit', {
          extensions: { handlers: { mine: throwing(thrown) } },
        });
        expect(result).toMatchObject({ status: 'fail', failureReason, attempts: { work: 1 } });
        // Nothing looks as if it still ran.
        await expect(resume(result.runId, { cwd: folder, env: {} })).rejects.toMatchObject({ code: 'RUN_FINISHED' });
      }
    },
  );

  verifies('retry:exception-retryable', 'that throws a transient error is tried again', async () => {
    let executions = 0;
    const flaky: StepHandler = {
      async execute() {
        executions += 1;
        if (executions < 3) throw networkError();
        return { outcome: { status: 'success' } };
      },
    };
    const setup = { extensions: { handlers: { mine: flaky } } };
    const statements = 'work [type=mine, max_retries=2, backoff_jitter=false] start -> work -> exit';
    expect((await runToEnd(statements, setup)).result).toMatchObject({ status: 'success', attempts: { work: 3 } });
    const given = { extensions: { handlers: { mine: throwing(networkError()) } } };
    expect((await runToEnd(statements, given)).result).toMatchObject({
      status: 'fail',
      failureReason: 'max retries exceeded: connection reset',
      attempts: { work: 3 },
    });
  });
});

verifies(
  ['context:key:last_stage', 'context:key:last_response'],
  'last_stage and last_response speak of the stage completed last, the answer cut at 200 characters',
  async () => {
    const seen: unknown[] = [];
    await runToEnd('a [prompt=p] b [prompt=p] c [prompt=p] start -> a -> b -> c -> exit', {
      turn({ request: { call } }) {
        seen.push([call.context.get('last_stage'), call.context.get('last_response')]);
        return call.nodeId.repeat(300);
      },
    });
    expect(seen).toEqual([
      [undefined, undefined],
      ['a', 'a'.repeat(200)],
      ['b', 'b'.repeat(200)],
    ]);
  },
);

verifies(
  'transform:preamble',
  'the preamble is made when the node runs, from what the run knows then, and never stands in the pipeline',
  async () => {
    const prompts: unknown[] = [];
    await runToEnd(
      `graph [goal="Ship it"] plan [prompt="Plan"] build [prompt="Build"] start -> plan -> build -> exit`,
      {
        inputs: { ticket: '7' },
        turn({ text, request: { call } }) {
          prompts.push([textOf(call.node, 'prompt'), text]);
          return 'The plan: two steps';
        },
      },
    );
    const [plan, build] = prompts as [string, string][];
    expect([plan?.[0], build?.[0]]).toEqual(['Plan', 'Build']);
    expect(plan?.[1]).toContain('Ship it');
    expect(plan?.[1]).not.toContain('plan: success');
    expect(build?.[1]).toContain('plan: success');
    expect(build?.[1]).toContain('ticket');
  },
);

verifies(
  'status-file:own-attempt',
  'a status file counts for its own attempt only, not for a later one, nor for a later visit',
  async () => {
    const folders: string[] = [];
    const { result } = await runToEnd(
      `work [prompt=p, max_retries=1, backoff_jitter=false] check [shape=diamond]
       start -> work -> check
       check -> work [condition="context.round=again", max_visits=2]
       check -> exit`,
      {
        inputs: { round: 'again' },
        turn({ request: { env } }) {
          const file = env['ORCHESTRA_STATUS_FILE'] ?? '';
          folders.push(file);
          if (folders.length === 1) writeFileSync(file, '{"outcome":"retry","notes":"not yet"}');
          if (folders.length === 2) writeFileSync(file, '{"outcome":"partial_success","context_updates":{"mark":1}}');
          return 'answer';
        },
      },
    );
    // Three executions: the retry, the partial success, and a visit without a file.
    expect(new Set(folders).size).toBe(3);
    expect(result).toMatchObject({
      status: 'success',
      attempts: { work: 3 },
      context: { mark: 1, outcome: 'success' },
    });
  },
);

verifies(
  'tool:timeout',
  'a tool past its timeout is ended with everything it started, and the node fails',
  async () => {
    const started: number[] = [];
    const { result } = await runToEnd(
      `slow [shape=parallelogram, timeout="700ms", tool_command="sleep 300 & echo $!; sleep 300 & echo $!; wait"]
       start -> slow -> exit`,
      {
        onEvent(event) {
          if (event.type === 'ToolOutput') started.push(...event.text.trim().split('\n').map(Number));
        },
      },
    );
    expect(result).toMatchObject({ status: 'fail', failureReason: 'timed out after 700 ms' });
    expect(started).toHaveLength(2);
    const running = new Set(processTable().map(({ pid }) => pid));
    expect(started.filter((pid) => running.has(pid))).toEqual([]);
  },
);

verifies(
  'attr:graph:stack.child_workdir',
  'a child works in the folder its parent names, as seen from there; else in that of its parent',
  async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'below', 'deeper'), { recursive: true });
    const child = (graph: string, statements: string): string =>
      `digraph C { graph [${graph}] start [shape=Mdiamond] exit [shape=Msquare] where [prompt=p] ${statements} }`;
    const boss = (file: string): string =>
      `boss [shape=house, stack.child_dotfile="${file}", manager.poll_interval=1s]`;
    writeFileSync(join(folder, 'leaf.dot'), child('goal=leaf', 'start -> where -> exit'));
    writeFileSync(
      join(folder, 'middle.dot'),
      child('stack.child_workdir=deeper', `${boss('leaf.dot')} start -> where -> boss -> exit`),
    );
    const seen: string[] = [];
    const place = defineStep((_call, { cwd }) => (seen.push(realpathSync(cwd)), 'seen'));
    const extensions = { handlers: { codergen: place } };
    await runToEnd(`graph [stack.child_workdir=below] ${boss('middle.dot')} start -> boss -> exit`, {
      folder,
      extensions,
    });
    await runToEnd(`${boss('leaf.dot')} start -> boss -> exit`, { folder, extensions });
    const root = realpathSync(folder);
    expect(seen).toEqual([join(root, 'below'), join(root, 'below/deeper'), root]);
  },
);
