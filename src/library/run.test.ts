import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished } from 'vitest';
import { newFolder, pipeline, runToEnd } from '../../test/support/library.ts';
import { verifies } from '../../test/support/verifies.ts';
import { processTable } from '../shared/process/process-table.ts';
import {
  createAutoApproveInterviewer,
  createCallbackInterviewer,
  createConsoleInterviewer,
  defineBackend,
  defineStep,
  resume,
  run,
  type EventLine,
  type LintRule,
  type Transform,
} from '../index.ts';

describe('the life of a run (3.1)', () => {
  verifies(
    'run:lifecycle',
    'it is read, transformed, validated, prepared, walked and finished, in this order',
    async () => {
      const order: string[] = [];
      const folder = newFolder();
      const runDirectory = join(folder, 'run');
      const renaming: Transform = {
        name: 'renaming',
        apply(graph) {
          order.push(`transformed ${[...graph.nodes.keys()].join(' ')}`);
          return { ...graph, name: 'Renamed' };
        },
      };
      const looking: LintRule = {
        name: 'looking',
        apply(graph) {
          order.push(`validated ${graph.name}`);
          return [];
        },
      };
      const work = defineStep(({ nodeId }) => {
        order.push(`walked ${nodeId}, prepared: ${existsSync(join(folder, '.orchestra'))}`);
        return 'done';
      });
      const { events } = await runToEnd('work [prompt=p] start -> work -> exit', {
        folder,
        runDirectory,
        extensions: { transforms: [renaming], rules: [looking], handlers: { codergen: work } },
      });
      expect(order).toEqual(['transformed start exit work', 'validated Renamed', 'walked work, prepared: true']);
      expect([events[0]?.type, events.at(-1)?.type]).toEqual(['PipelineStarted', 'PipelineCompleted']);
      expect(JSON.parse(readFileSync(join(runDirectory, 'checkpoint.json'), 'utf8'))).toMatchObject({
        current_node: 'exit',
      });
    },
  );

  verifies(['run:invalid-refused', 'error:pipeline'], 'it does not begin where the pipeline has an error', async () => {
    const folder = newFolder();
    const refused = async (text: string): Promise<unknown> => {
      const begun = run({ path: join(folder, 'p.dot'), text }, { cwd: folder, backend: 'simulation' });
      return begun.catch((thrown: unknown) => thrown);
    };
    const whole = 'start [shape=Mdiamond] exit [shape=Msquare] work [prompt=p] start -> work -> exit';
    const broken = [
      'digraph G { work [prompt=p] exit [shape=Msquare] work -> exit }',
      `digraph G { ${whole} orphan [prompt=p] }`,
      `digraph G { ${whole} work -> exit [condition="outcome ="] }`,
      `digraph G { ${whole} work -> child -> exit child [type=sub_pipeline, sub_pipeline.dotfile="none.dot"] }`,
      `digraph G { ${whole}`,
    ];
    for (const text of broken) expect(await refused(text)).toMatchObject({ code: 'PIPELINE_INVALID' });
    expect(existsSync(join(folder, '.orchestra'))).toBe(false);
  });

  verifies('run:finalize', 'its end closes sessions and processes, and writes and tells the last', async () => {
    const folder = newFolder();
    const runDirectory = join(folder, 'run');
    const { agent, events, result } = await runToEnd(
      `work [prompt=p]
       leaving [shape=parallelogram, tool_command="sleep 300 >/dev/null 2>&1 & echo $!"]
       start -> work -> leaving -> exit`,
      { folder, runDirectory },
    );
    expect(agent.closed).toHaveLength(1);
    const left = Number(result.context['tool.output']);
    expect(left).toBeGreaterThan(1);
    expect(processTable().map(({ pid }) => pid)).not.toContain(left);
    expect(JSON.parse(readFileSync(join(runDirectory, 'checkpoint.json'), 'utf8'))).toMatchObject({
      current_node: 'exit',
      completed_nodes: ['start', 'work', 'leaving', 'exit'],
    });
    expect(events.at(-1)?.type).toBe('PipelineCompleted');
  });
});

describe('events (9.6)', () => {
  const statements = 'a [prompt=p] b [prompt=p] start -> a -> b -> exit';

  verifies(
    ['event:stream', 'machine:library:events'],
    'come as an asynchronous stream, as often as it is read, and end with the run',
    async () => {
      const { run: ended, events } = await runToEnd(statements);
      const stages = events.flatMap((event) => (event.type === 'StageStarted' ? [event.name] : []));
      expect(stages).toEqual(['start', 'a', 'b', 'exit']);
      expect([events[0]?.type, events.at(-1)?.type]).toEqual(['PipelineStarted', 'PipelineCompleted']);
      expect(await Array.fromAsync(ended.events())).toEqual(events);
    },
  );

  verifies(
    'machine:library:events',
    'of a long run with children are the same for whoever reads at once, slowly, or after its end',
    async () => {
      const folder = newFolder();
      const child = 'start [shape=Mdiamond] exit [shape=Msquare] talk [type=talk] start -> talk -> exit';
      writeFileSync(join(folder, 'child.dot'), `digraph C { ${child} }`);
      const talk = defineStep(async (_call, { emit }) => {
        for (let index = 0; index < 1_500; index += 1) await emit({ type: 'AgentText', text: `word ${index}` });
        return 'said';
      });
      const sub = (id: string): string => `${id} [type=sub_pipeline, sub_pipeline.dotfile="child.dot"]`;
      const begun = await run(
        pipeline(
          `fan [shape=component] join [shape=tripleoctagon] ${sub('one')} ${sub('two')} talk [type=talk]
           start -> fan fan -> one -> join fan -> two -> join fan -> talk -> join join -> exit`,
          folder,
        ),
        { cwd: folder, env: {}, extensions: { handlers: { talk } } },
      );
      const slow = begun.events()[Symbol.asyncIterator]();
      const first = await slow.next();
      const early = await Array.fromAsync(begun.events());
      expect((await begun.result).status).toBe('success');
      expect(new Set(early.map(({ runId }) => runId)).size).toBe(3);
      expect(early.filter(({ type }) => type === 'AgentText')).toHaveLength(4_500);
      expect(early.map(({ seq }) => seq)).toEqual(early.map(({ seq }) => seq).toSorted((one, other) => one - other));
      expect(await Array.fromAsync(begun.events())).toEqual(early);
      const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => slow });
      expect([first.value, ...rest]).toEqual(early);
    },
  );

  verifies('machine:library:events', 'are there while the run goes on', async () => {
    const { promise: seen, resolve: see } = Promise.withResolvers<void>();
    const folder = newFolder();
    const work = defineStep(() => seen.then(() => 'done'));
    const running = await run(pipeline('work [prompt=p] start -> work -> exit', folder), {
      cwd: folder,
      env: {},
      extensions: { handlers: { codergen: work } },
    });
    for await (const event of running.events()) if (event.type === 'StageStarted' && event.name === 'work') see();
    expect((await running.result).status).toBe('success');
  });

  verifies(
    ['event:observer', 'defect:observer-aborts'],
    'are told to an observer, every one, and what it throws harms nothing',
    async () => {
      const warnings: string[] = [];
      const warned = ({ message }: Error): void => void warnings.push(message);
      process.on('warning', warned);
      onTestFinished(() => void process.off('warning', warned));
      const told: EventLine[] = [];
      const { events, result } = await runToEnd(statements, {
        onEvent(event) {
          told.push(event);
          throw new Error('no luck');
        },
      });
      expect(told).toEqual(events);
      expect(result).toMatchObject({ status: 'success', visited: ['start', 'a', 'b', 'exit'] });
      expect(warnings).toEqual([`an observer of run ${result.runId} failed: no luck`]);
    },
  );
});

describe('what a program brings', () => {
  verifies(
    'machine:library:extensions',
    'step handlers, backends, rules, transforms and an interviewer are all used',
    async () => {
      const asked: string[] = [];
      const { result } = await runToEnd(
        `mine [type=count] ask [shape=hexagon, label="Go?"] talk [prompt="$goal"]
         start -> mine -> ask
         ask -> talk [label="[G] Go"]
         ask -> exit [label="[S] Stop"]
         talk -> exit`,
        {
          backend: 'echo',
          backends: { echo: defineBackend('echo', ({ prompt }) => prompt.split('\n').at(-1) ?? '') },
          extensions: {
            handlers: { count: defineStep(() => ({ status: 'success', contextUpdates: { count: 1 } })) },
            rules: [{ name: 'remark', apply: () => (asked.push('rule'), []) }],
            transforms: [{ name: 'none', apply: (graph) => (asked.push('transform'), graph) }],
            interviewer: createCallbackInterviewer({
              answer({ text }) {
                asked.push(text);
                return { kind: 'choice', key: 'G' };
              },
            }),
          },
        },
      );
      expect(asked).toEqual(['transform', 'rule', 'Go?']);
      expect(result.visited).toEqual(['start', 'mine', 'ask', 'talk', 'exit']);
      expect(result.context).toMatchObject({ count: 1, 'human.gate.selected': 'G', last_stage: 'talk' });
    },
  );

  verifies('handler:replace', 'a step handler for a known type takes the place of ours', async () => {
    const tool = defineStep(({ node }) => `instead of ${node.attributes.get('tool_command')?.value.text}`);
    const { result } = await runToEnd(
      't [shape=parallelogram, tool_command="exit 1"] work [prompt=p] start -> t -> work -> exit',
      { extensions: { handlers: { tool, codergen: defineStep(() => ({ status: 'partial_success' })) } } },
    );
    expect(result).toMatchObject({
      status: 'success',
      context: { last_response: 'instead of exit 1', outcome: 'success' },
    });
  });

  verifies('handler:built-in-walk-handlers', 'a handler that steers the walk cannot be replaced', async () => {
    const fixed = [
      'start',
      'exit',
      'conditional',
      'wait.human',
      'parallel',
      'parallel.fan_in',
      'stack.manager_loop',
      'sub_pipeline',
    ];
    for (const type of fixed) {
      const handlers = { [type]: defineStep(() => 'mine') };
      await expect(
        runToEnd('work [prompt=p] start -> work -> exit', { extensions: { handlers } }),
      ).rejects.toMatchObject({ code: 'EXTENSION_INVALID' });
    }
  });
});

verifies(
  'machine:library:several-runs',
  'several runs live in one process, of one project and of others, each with its own context and answers',
  async () => {
    const shared = newFolder();
    const statements = `work [prompt="$goal"] ask [shape=hexagon]
      start -> work -> ask
      ask -> left [label="[L] Left"]
      ask -> right [label="[R] Right"]
      left [prompt=p] right [prompt=p] left -> exit right -> exit`;
    const together = ['L', 'R', 'L', 'R'].map((key, index) =>
      runToEnd(statements, {
        ...(index < 2 ? { folder: shared } : {}),
        inputs: { number: String(index) },
        interviewer: createCallbackInterviewer({ answer: () => ({ kind: 'choice', key }) }),
      }),
    );
    const ended = await Promise.all(together);
    expect(ended.map(({ result }) => [result.visited.at(-2), result.context['number']])).toEqual([
      ['left', '0'],
      ['right', '1'],
      ['left', '2'],
      ['right', '3'],
    ]);
    for (const { events, result } of ended) {
      expect(new Set(events.map(({ runId }) => runId))).toEqual(new Set([result.runId]));
    }
  },
);

describe('questions end (6.4)', () => {
  const loop = `ask [shape=hexagon] work [prompt=p]
    start -> work -> ask
    ask -> work [label="[A] Again"]
    ask -> exit [label="[D] Done"]`;

  verifies('defect:interactive-never-ends', 'auto-approval of a loop ends at the bound of its visits', async () => {
    const { agent, result } = await runToEnd(`graph [default_max_visits=3] ${loop}`, {
      interviewer: createAutoApproveInterviewer(),
    });
    expect(agent.prompts).toHaveLength(3);
    expect(result).toMatchObject({ status: 'success', visited: expect.arrayContaining(['exit']) as string[] });
  });

  verifies(
    'defect:interactive-never-ends',
    'closed input leaves the run waiting and calls no agent again',
    async () => {
      const input = new PassThrough();
      input.end('what?\n');
      const output = new PassThrough().resume();
      const { agent, folder, result } = await runToEnd(loop, {
        interviewer: createConsoleInterviewer({ input, output }),
      });
      expect(result).toMatchObject({ status: 'waiting', visited: ['start', 'work', 'ask'] });
      expect(agent.prompts).toHaveLength(1);
      const resumed = await resume(result.runId, {
        cwd: folder,
        env: {},
        extensions: { backends: { fake: agent } },
        interviewer: createCallbackInterviewer({ answer: () => ({ kind: 'choice', key: 'D' }) }),
      });
      expect((await resumed.result).status).toBe('success');
    },
  );
});
