import { Validator, type Schema } from '@cfworker/json-schema';
import type { z } from 'zod';
import { expect, test } from 'vitest';
import { recordRun } from '../../test/support/recorded-run.ts';
import { verifies } from '../../test/support/verifies.ts';
import { createQueueInterviewer } from '../people/queue.ts';
import { eventLineOf } from '../journal/folds/event-line.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import { compile } from '../language/compile.ts';
import { compilationDocument, type CompilationDocument } from '../language/compilation-document.ts';
import { buildGraph } from '../language/graph/build.ts';
import { eventLineSchema } from './event-schema.ts';
import { machineInterfaceSchema, machineInterfaceVersion } from './machine-interface.ts';
import { refusedLine, resultLineOf } from './result-line.ts';
import { compilationDocumentSchema, resultLineSchema, runViewSchema } from './run-view-schema.ts';
import type { Same } from './same-type.ts';

true satisfies Same<z.infer<typeof compilationDocumentSchema>, CompilationDocument>;

const graph = buildGraph({
  name: 'everything',
  attributes: { goal: 'try all' },
  nodes: {
    start: { shape: 'Mdiamond' },
    exit: { shape: 'Msquare' },
    fan: { shape: 'component' },
    join: { shape: 'tripleoctagon' },
    approve: { shape: 'hexagon', label: 'Good?' },
    flaky: { max_retries: 1 },
  },
  edges: [
    ['start', 'fan'],
    ['fan', 'flaky'],
    ['fan', 'steady'],
    ['flaky', 'join'],
    ['steady', 'join'],
    ['join', 'approve'],
    ['approve', 'exit', { label: '[Y] Yes' }],
    ['approve', 'fan', { label: '[N] No' }],
  ],
});

async function record() {
  const run = await recordRun(graph, {
    interviewer: createQueueInterviewer(['Y']),
    commands: [
      { kind: 'steer', text: 'Be brief.' },
      { kind: 'skip', node: 'nobody' },
    ],
    step: async ({ nodeId, attempt }, services) => {
      await services.emit({ type: 'AgentSessionStarted', agent: 'scripted', sessionId: 's', resumed: false });
      await services.emit({ type: 'AgentToolCall', id: '1', tool: 'read', input: { path: ['a', 1, null] } });
      await services.emit({ type: 'ProcessExited', pid: 1, exitCode: null, signal: 'SIGKILL' });
      services.artifact(`${nodeId}.response`, 'text');
      const usage = { inputTokens: 1, outputTokens: 2 };
      if (nodeId === 'flaky' && attempt === 1) return { outcome: { status: 'retry', failureReason: 'busy' }, usage };
      return { outcome: { status: 'success', contextUpdates: { deep: { list: [1] } } }, usage };
    },
  });
  const turns = await Array.fromAsync(run.journal.tail('run-1', 0));
  const fold = await foldRun(run.journal, 'run-1');
  return { turns, view: fold.view(await run.row()) };
}

/** The published schema, as another program would use it. */
function validatorOf(name: string): Validator {
  // The library's type of a schema is wider than what zod gives.
  return new Validator(
    { ...machineInterfaceSchema(), anyOf: [{ $ref: `#/$defs/${name}` }] } as unknown as Schema,
    '2020-12',
  );
}

test('every event of a run becomes a line the schemas know, nothing added and nothing lost', async () => {
  const { turns } = await record();
  const lines = turns.flatMap((turn) => eventLineOf('run-1', turn) ?? []);
  expect(new Set(lines.map(({ type }) => type)).size).toBeGreaterThanOrEqual(16);
  const published = validatorOf('EventLine');
  for (const line of lines) {
    expect(eventLineSchema.parse(line)).toEqual(line);
    expect(published.validate(line)).toMatchObject({ valid: true });
  }
  expect(lines.find(({ type }) => type === 'StageStarted')).toMatchObject({
    runId: 'run-1',
    at: expect.stringMatching(/^2026-01-01T.*Z$/) as string,
  });
  expect(lines.filter(({ type }) => type === 'AgentToolCall').map((line) => 'key' in line && line.key)).toContain(
    'fan#1/flaky/flaky#1@2',
  );
});

test('turns that are mechanics of durability are no lines', async () => {
  const { turns } = await record();
  const shown = turns.filter((turn) => eventLineOf('run-1', turn)).map(({ type }) => type);
  expect(shown).not.toContain('OperationSettled');
  expect(turns.map(({ type }) => type)).toContain('OperationSettled');
});

verifies('machine:schema', 'view, result line and compilation document keep to the published schema', async () => {
  const { view } = await record();
  expect(runViewSchema.parse(view)).toEqual(view);
  expect(validatorOf('RunView').validate(view)).toMatchObject({ valid: true });

  const result = resultLineOf(view);
  expect(resultLineSchema.parse(result)).toEqual(result);
  expect(validatorOf('ResultLine').validate(result)).toMatchObject({ valid: true });

  const compilation = await compile(
    { path: 'p.dot', text: 'digraph G { a -> b [weight=2] }' },
    { readFile: async () => undefined },
  );
  const document = compilationDocument(compilation);
  expect(compilationDocumentSchema.parse(document)).toEqual(document);
  expect(validatorOf('CompilationDocument').validate(document)).toMatchObject({ valid: true });
  expect(validatorOf('ResultLine').validate(document)).toMatchObject({ valid: false });
});

test('the schema carries its version, and leaves objects open for members of later releases', () => {
  const schema = machineInterfaceSchema();
  expect(schema.$id).toBe(`urn:orchestra-run:machine-interface:${machineInterfaceVersion}`);
  expect(Object.keys(schema.$defs ?? {}).toSorted()).toEqual([
    'AgentsDocument',
    'AnswerDocument',
    'CancelDocument',
    'CleanupDocument',
    'CompilationDocument',
    'DoctorDocument',
    'ErrorLine',
    'EventLine',
    'Explanation',
    'FormatDocument',
    'ImportDocument',
    'InitDocument',
    'Json',
    'MirrorDocument',
    'ModelDocument',
    'ModelServersDocument',
    'ModelsDocument',
    'NodeDocument',
    'PictureDocument',
    'PruneDocument',
    'PublishDocument',
    'RecordDocument',
    'ReplayDocument',
    'ResultLine',
    'RunDifference',
    'RunView',
    'RunsDocument',
    'StatusDocument',
    'TestDocument',
  ]);
  expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
});

verifies(
  'machine:run:status',
  'the result line says success, fail, waiting, paused or cancelled, and nothing while a run goes on',
  async () => {
    const { view } = await record();
    const statusIn = (state: (typeof view)['state']): string | undefined => resultLineOf({ ...view, state })?.status;
    expect((['completed', 'failed', 'waiting', 'paused', 'cancelled'] as const).map(statusIn)).toEqual([
      'success',
      'fail',
      'waiting',
      'paused',
      'cancelled',
    ]);
    expect((['created', 'running', 'interrupted'] as const).map(statusIn)).toEqual([undefined, undefined, undefined]);
  },
);

test('a refused pipeline has a result line with its diagnostics and the first error as the reason', () => {
  const place = { file: 'p.dot', line: 1, column: 1 };
  const warning = { rule: 'reachability', severity: 'warning', message: 'unreachable', ...place } as const;
  const error = { rule: 'start_node', severity: 'error', message: 'no start node', ...place } as const;
  const line = refusedLine([warning, error]);
  expect(line).toMatchObject({
    type: 'result',
    status: 'fail',
    failureReason: 'no start node',
    diagnostics: [warning, error],
  });
  expect(resultLineSchema.parse(line)).toEqual(line);
});
