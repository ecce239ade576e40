import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createNodeTemplateEngine } from '../../agents/templates/node-engine.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Json } from '../../shared/json.ts';
import { startGroup } from '../../shared/process/process-group.ts';
import { processTable } from '../../shared/process/process-table.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { stepCall, stepServices, type CallParts } from '../../../test/support/step-fixture.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { createToolHandler, type ToolPorts } from './tool-step.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tool-step-'))));
afterEach(() => rmSync(folder, { recursive: true }));

interface Given extends Omit<CallParts, 'attributes'> {
  readonly node?: CallParts['attributes'];
  readonly signal?: AbortSignal;
  readonly ports?: Partial<ToolPorts>;
  readonly onEvent?: (event: StepEvent) => void;
  /** Events an earlier start of the same operation left. */
  readonly left?: readonly StepEvent[];
}

interface Ran {
  readonly outcome: Outcome;
  readonly events: readonly StepEvent[];
  readonly artifacts: ReadonlyMap<string, Json>;
}

const runId = randomUUID();
const secret = 'correct-horse-battery';

async function runTool({ signal, ports, onEvent, node, left, ...parts }: Given): Promise<Ran> {
  const events: StepEvent[] = [];
  const services = stepServices({
    cwd: folder,
    attemptDir: folder,
    runId, // unique on this machine: processes are told apart by run and operation
    key: 'build#1',
    redactor: createRedactor({ PASSPHRASE: secret }),
    ...(signal && { signal }),
    ...(left && { left }),
    emit: async (event) => {
      onEvent?.(event);
      events.push(event);
    },
  });
  const handler = createToolHandler({
    baseEnv: { PATH: '/usr/bin:/bin', GITHUB_TOKEN: 'secret' },
    readBlob: async (reference) => `content of ${reference.$blob}`,
    keep: async (text) => ({ kept: text }),
    ...ports,
  });
  const call = stepCall({ nodeId: 'build', handler: 'tool', attributes: node ?? {}, ...parts });
  const { outcome } = await handler.execute(call, services);
  return { outcome, events, artifacts: services.artifacts };
}

const runScript = (tool_command: string, more: Omit<Given, 'node'> = {}): Promise<Ran> =>
  runTool({ node: { tool_command }, ...more });

describe('a tool node', () => {
  verifies('tool:output', 'succeeds with its standard output in the context, also under its own name', async () => {
    const { outcome } = await runTool({ node: { tool_command: 'echo hello; echo aside >&2', name: 'greet' } });
    expect(outcome).toEqual({
      status: 'success',
      notes: 'Tool completed: echo hello; echo aside >&2',
      contextUpdates: {
        'tool.output': 'hello\n',
        'tool.exit_code': 0,
        'tools.greet.output': 'hello\n',
        'tools.greet.exit_code': 0,
      },
    });
  });

  verifies('tool:exit-code', 'fails with exit code and the end of the error output', async () => {
    const { outcome } = await runScript('echo partial; yes long | head -c 5000 >&2; echo "no such rule" >&2; exit 2');
    expect(outcome).toMatchObject({
      status: 'fail',
      contextUpdates: { 'tool.output': 'partial\n', 'tool.exit_code': 2 },
    });
    expect(outcome.failureReason).toMatch(/^Tool failed with exit code 2: [^]*no such rule$/);
    expect(outcome.failureReason?.length).toBeLessThan(2_200);
  });

  verifies('tool:no-command', 'fails without a command', async () => {
    expect((await runTool({ node: {} })).outcome).toEqual({
      status: 'fail',
      failureReason: 'No tool_command specified',
    });
  });

  verifies('tool:cwd', 'works in the folder of the step and reports its process before it runs', async () => {
    const { outcome, events } = await runScript('pwd');
    expect(outcome.contextUpdates?.['tool.output']).toBe(`${folder}\n`);
    expect(events.map((event) => event.type)).toEqual(['ProcessStarted', 'ToolOutput', 'ProcessExited']);
    expect(events[0]).toMatchObject({ command: 'pwd' });
  });

  verifies(
    'durability:R7:resume-kills-first',
    'ends what still lives of an earlier start of it before its command runs again',
    async () => {
      const aborted = new AbortController();
      onTestFinished(() => aborted.abort());
      const group = await startGroup({
        command: '/bin/sh',
        args: ['-c', 'sleep 300 & echo up; wait'],
        cwd: folder,
        env: { PATH: '/usr/bin:/bin' },
        operation: `${runId}/build#1`,
        signal: aborted.signal,
      });
      const living = (): number => processTable().filter((row) => row.group === group.facts.pid).length;
      await group.stdout[Symbol.asyncIterator]().next();
      expect(living()).toBe(2);
      const seen: number[] = [];
      const { outcome } = await runScript('echo again', {
        left: [{ type: 'ProcessStarted', ...group.facts, command: 'sleep' }],
        onEvent: ({ type }) => {
          if (type === 'ProcessStarted') seen.push(living());
        },
      });
      expect(outcome.contextUpdates?.['tool.output']).toBe('again\n');
      expect(seen).toEqual([0]);
    },
  );

  test('is ended by an abort, which is no outcome of its own', async () => {
    const controller = new AbortController();
    const onEvent = (event: StepEvent): void =>
      void (event.type === 'ToolOutput' && controller.abort(new Error('dropped')));
    await expect(runScript('echo up; sleep 60', { signal: controller.signal, onEvent })).rejects.toThrow('dropped');
  });

  test('ends its command when an event cannot be recorded', async () => {
    const onEvent = (event: StepEvent): void => {
      if (event.type === 'ToolOutput') throw new Error('fenced');
    };
    await expect(runScript('echo up; sleep 60', { onEvent })).rejects.toThrow('fenced');
  });
});

describe('what a command sees', () => {
  test('is the allow-listed environment, run, node and key', async () => {
    const { outcome } = await runScript('echo "[$GITHUB_TOKEN]" $ORCHESTRA_RUN $ORCHESTRA_NODE $ORCHESTRA_KEY');
    expect(outcome.contextUpdates?.['tool.output']).toBe(`[] ${runId} build build#1\n`);
  });

  verifies('tool:environment', 'is every context value as a variable, except those of the engine', async () => {
    const context = { 'tools.get-diff.output': "a 'b'\n$c", n: 3, list: ['x'], 'internal.retry': 1 };
    const script =
      'printf "%s|" "$ORCHESTRA_VAR_TOOLS_GET_DIFF_OUTPUT" $ORCHESTRA_VAR_N $ORCHESTRA_VAR_LIST "$ORCHESTRA_VAR_INTERNAL_RETRY"';
    expect((await runScript(script, { context })).outcome.contextUpdates?.['tool.output']).toBe(`a 'b'\n$c|3|["x"]||`);
  });

  test('is a file for large values, values kept apart, and texts no environment can hold', async () => {
    const context = { big: 'x'.repeat(40_000), blob: { $blob: 'b1'.repeat(32), bytes: 70_000 }, nul: 'a\0b' };
    const script =
      'wc -c < "$ORCHESTRA_VAR_BIG_FILE"; cat "$ORCHESTRA_VAR_NUL_FILE" | wc -c; echo "$ORCHESTRA_VAR_BLOB"';
    const { outcome } = await runScript(script, { context });
    expect(outcome.contextUpdates?.['tool.output']).toBe(`40000\n3\ncontent of ${'b1'.repeat(32)}\n`);
  });

  test('stays startable however many values there are', async () => {
    const context = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, 'y'.repeat(30_000)]));
    expect(
      (await runScript('cat "$ORCHESTRA_VAR_K299_FILE" | wc -c', { context })).outcome.contextUpdates?.['tool.output'],
    ).toBe('30000\n');
  });
});

describe('a secret in an output', () => {
  verifies(
    ['durability:redaction:door', 'defect:secrets-stored'],
    'reaches neither events nor context nor reason, though it comes in pieces and lies where the text is cut',
    async () => {
      const halves = "printf 'say correct-horse'; sleep 0.1; printf -- '-battery now'";
      const { outcome, events } = await runScript(`${halves}; (${halves}) >&2; exit 3`);
      expect(outcome.contextUpdates?.['tool.output']).toBe('say [redacted:PASSPHRASE] now');
      expect(outcome.failureReason).toBe('Tool failed with exit code 3: say [redacted:PASSPHRASE] now');
      const shown = (stream: string): string =>
        events
          .flatMap((event) => (event.type === 'ToolOutput' && event.stream === stream ? [event.text] : []))
          .join('');
      expect([shown('stdout'), shown('stderr')]).toEqual(Array(2).fill('say [redacted:PASSPHRASE] now'));
      writeFileSync(join(folder, 'key'), secret);
      for (const before of [16_370, 32_760, 65_530]) {
        const cut = await runScript(
          `head -c ${before} /dev/zero | tr '\\0' a; cat key; head -c 16370 /dev/zero | tr '\\0' b`,
        );
        const written = JSON.stringify([cut.outcome, cut.events, [...cut.artifacts]]);
        expect(['correct', 'horse', 'battery'].filter((part) => written.includes(part))).toEqual([]);
      }
    },
  );
});

const wholeOf = (artifacts: Ran['artifacts']): string =>
  [...artifacts.values()].map((part) => (part as { readonly kept: string }).kept).join('');

describe('a long output', () => {
  verifies(
    ['tool:bounded-output', 'defect:unbounded-output'],
    'is cut in the context, live events are bounded, and the whole is stored in parts',
    async () => {
      const { outcome, events, artifacts } = await runScript(
        'i=0; while [ $i -lt 200 ]; do head -c 49999 /dev/zero | tr "\\0" a; echo; i=$((i+1)); done',
      );
      const text = outcome.contextUpdates?.['tool.output'] as string;
      expect(text.length).toBeLessThan(33_000);
      expect(text).toMatch(
        /\[\.\.\. \d+ bytes left out \.\.\.\][^]*\[whole output: artifact build\.output and 2 more parts\]$/,
      );
      expect([...artifacts.keys()]).toEqual(['build.output', 'build.output.2', 'build.output.3']);
      expect(wholeOf(artifacts)).toBe(`${'a'.repeat(49_999)}\n`.repeat(200));
      // What is in memory at a time: one part, and the ends of the text.
      for (const part of artifacts.values()) expect(JSON.stringify(part).length).toBeLessThan(5_300_000);
      const live = events.flatMap((event) => (event.type === 'ToolOutput' ? [event.text] : [])).join('');
      expect(live.length).toBeLessThan(66_000);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('keeps characters whole where the cut falls between chunks', async () => {
    const { artifacts } = await runScript(`yes 'grüße €' | head -n 20000`);
    expect(wholeOf(artifacts)).toBe('grüße €\n'.repeat(20_000));
  });
});

describe('the status file', () => {
  test('speaks for a command that succeeded', async () => {
    const file = {
      outcome: 'partial_success',
      preferred_label: 'later',
      context_updates: { verdict: 'weak' },
      notes: 'half',
    };
    const { outcome } = await runScript(`printf '%s' '${JSON.stringify(file)}' > "$ORCHESTRA_STATUS_FILE"; echo out`);
    expect(outcome).toMatchObject({
      status: 'partial_success',
      preferredLabel: 'later',
      notes: 'half',
      contextUpdates: { verdict: 'weak', 'tool.output': 'out\n' },
    });
  });

  test('cannot turn a failed command into a success', async () => {
    const { outcome } = await runScript(`echo '{"outcome":"success"}' > "$ORCHESTRA_STATUS_FILE"; exit 1`);
    expect(outcome).toMatchObject({ status: 'fail', failureReason: 'Tool failed with exit code 1' });
  });

  test('that cannot be read fails the node', async () => {
    const { outcome } = await runScript('echo nonsense > "$ORCHESTRA_STATUS_FILE"');
    expect(outcome).toMatchObject({
      status: 'fail',
      failureReason: expect.stringContaining('status file of node build'),
    });
  });
});

describe('templates', () => {
  const templates = createNodeTemplateEngine();
  const graph = { templates: 'jinja2' };

  test('are left alone unless the graph asks for them', async () => {
    expect((await runScript("echo '{{ x }}'", { ports: { templates } })).outcome.contextUpdates?.['tool.output']).toBe(
      '{{ x }}\n',
    );
  });

  verifies('defect:shell-injection', 'render context values as data, never as commands', async () => {
    const context = { 'tool.output': `'; rm -rf "$PWD" #` };
    const { outcome } = await runScript('echo {{ tool.output }}', { graph, context, ports: { templates } });
    expect(outcome.contextUpdates?.['tool.output']).toBe(`'; rm -rf "$PWD" #\n`);
  });

  test('that name an unset value fail the node and run nothing', async () => {
    const { outcome, events } = await runScript('echo {{ nobody }}', { graph, ports: { templates } });
    expect(outcome).toMatchObject({
      status: 'fail',
      failureReason: expect.stringContaining('tool_command of node build'),
    });
    expect(events).toEqual([]);
  });
});
