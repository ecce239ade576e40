import { describe, expect, test } from 'vitest';
import type { RunRow, Turn } from '../../engine/ports/journal.ts';
import { buildGraph, type GraphParts } from '../../language/graph/build.ts';
import type { Json } from '../../shared/json.ts';
import { recordRun } from '../../../test/support/recorded-run.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { artifactContent } from '../artifacts.ts';
import { foldRun } from './fold-run.ts';
import { RunFold } from './run-fold.ts';

const row: RunRow = {
  id: 'run-1',
  pipeline: 'G',
  bundle: 'b'.repeat(64),
  walkVersion: 1,
  cwd: '/project',
  settings: {},
  at: 0,
  state: 'running',
  updatedAt: 0,
};

describe('the fold of a recorded run', () => {
  const line: GraphParts = {
    attributes: { goal: 'be useful' },
    nodes: {
      start: { shape: 'Mdiamond' },
      exit: { shape: 'Msquare' },
      approve: { shape: 'hexagon', label: 'Ship it?', timeout: '2h', 'human.default_choice': 'Yes' },
    },
    edges: [
      ['start', 'write'],
      ['write', 'approve'],
      ['approve', 'exit', { label: '[Y] Yes' }],
      ['approve', 'write', { label: '[N] No' }],
    ],
  };
  const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.25 };

  test('shows usage by run, node and visit, artifacts and warnings', async () => {
    const { journal, row: current } = await recordRun(buildGraph(line), {
      step: async (_call, services) => {
        await services.emit({ type: 'AgentUsage', inputTokens: 3, outputTokens: 1 });
        await services.emit({ type: 'AgentWarning', message: 'the session was lost' });
        services.artifact('write.response', 'text');
        return { outcome: { status: 'success' }, usage };
      },
    });
    const fold = await foldRun(journal, 'run-1');
    const view = fold.view(await current());
    expect(view).toMatchObject({ runId: 'run-1', pipeline: 'G', goal: 'be useful', state: 'completed', questions: [] });
    expect(view.usage).toEqual(usage);
    expect(view.nodeUsage).toEqual({ write: usage });
    expect(view.nodes.find(({ node }) => node === 'write')?.usage).toEqual(usage);
    expect(view.artifacts).toEqual([{ name: 'write.response', bytes: 4, storedAt: expect.any(String) as string }]);
    const stored = fold.artifact('write.response');
    expect(stored && (await artifactContent(journal, 'run-1', stored))).toBe('text');
    expect(view.warnings).toEqual([
      { at: expect.any(String) as string, message: 'the session was lost', key: 'write#1' },
    ]);
  });

  test('what an agent has used so far counts while its step runs, and stays counted when the step is dropped', async () => {
    const fold = new RunFold();
    const turn = (type: string, payload: Json, at = 0): Turn => ({
      seq: at + 1,
      parent: undefined,
      type,
      version: 1,
      key: 'write#1',
      at,
      payload,
    });
    fold.add(turn('OperationStarted', { kind: 'node', call: { nodeId: 'write', scope: '', visit: 1, attempt: 1 } }));
    fold.add({ ...turn('AgentUsage', usage), branch: 'write#1' });
    fold.add({ ...turn('AgentUsage', usage), branch: 'write#1' });
    const both = { inputTokens: 20, outputTokens: 10, costUsd: 0.5 };
    expect(fold.view(row).usage).toEqual(both);
    fold.add(turn('OperationDropped', { kind: 'node', reason: 'lost' }));
    expect(fold.view(row)).toMatchObject({ usage: both, nodeUsage: { write: both } });
  });

  test('an open question stands with its options, default and deadline until it is answered', async () => {
    const fold = new RunFold();
    const question = {
      text: 'Ship it?',
      type: 'MULTIPLE_CHOICE',
      options: [{ key: 'Y', label: '[Y] Yes', to: 'exit' }],
      defaultKey: 'Y',
      timeoutMs: 60_000,
      stage: 'approve',
    };
    const turn = { seq: 1, parent: undefined, version: 1, key: 'approve#1', at: 0 };
    fold.add({ ...turn, type: 'OperationStarted', payload: { kind: 'gate', question } });
    expect(fold.view(row).questions).toEqual([
      {
        id: 'approve#1',
        stage: 'approve',
        text: 'Ship it?',
        type: 'MULTIPLE_CHOICE',
        options: [{ key: 'Y', label: '[Y] Yes', to: 'exit' }],
        default: 'Y',
        since: '1970-01-01T00:00:00.000Z',
        until: '1970-01-01T00:01:00.000Z',
      },
    ]);
    const stage = { name: 'approve', scope: '', index: 0, visit: 1, attempt: 1 };
    fold.add({ ...turn, type: 'StageStarted', payload: { handler: 'wait.human', ...stage } });
    expect(fold.view({ ...row, state: 'waiting' }).nodes).toMatchObject([{ node: 'approve', status: 'waiting' }]);
    fold.add({ ...turn, type: 'OperationSettled', payload: { kind: 'gate', answer: { kind: 'choice', key: 'Y' } } });
    expect(fold.view(row).questions).toEqual([]);
  });

  test('a stage whose process is gone is interrupted, never running', () => {
    const payload = { handler: 'codergen', name: 'write', scope: '', index: 0, visit: 1, attempt: 1 };
    const fold = new RunFold();
    fold.add({ seq: 1, parent: undefined, type: 'StageStarted', version: 1, at: 0, payload });
    const statusIn = (state: RunRow['state']): string | undefined => fold.view({ ...row, state }).nodes[0]?.status;
    expect([statusIn('running'), statusIn('interrupted'), statusIn('paused')]).toEqual([
      'running',
      'interrupted',
      'interrupted',
    ]);
  });

  test('refuses a turn whose shape lies in a blob, instead of reading it wrongly', () => {
    const context = { $blob: '0'.repeat(64), bytes: 70_000, json: true };
    const payload = { nodeId: 'a', scope: '', reason: 'only_edge', context };
    const turn: Turn = { seq: 1, parent: undefined, type: 'CheckpointSaved', version: 1, at: 0, payload };
    expect(() => new RunFold().add(turn)).toThrow('shape restored');
    const ownKeys = { ...payload, context: { context, result: context, outcome: context } };
    expect(() => new RunFold().add({ ...turn, payload: ownKeys })).not.toThrow();
  });

  test('has the context of the walk even where a cancelled walk left no checkpoint of it', async () => {
    const {
      journal,
      end,
      row: current,
    } = await recordRun(buildGraph(line), {
      commands: [{ kind: 'cancel', reason: 'enough' }],
      step: async (_call, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    });
    const view = (await foldRun(journal, 'run-1')).view(await current());
    expect(view).toMatchObject({ state: 'cancelled', failureReason: 'enough' });
    expect(view.context).toEqual(end.result?.context);
  });

  test('is folded with values that the journal moved into blobs, in place of objects too', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`key.${index}`, 'v'.repeat(300)]));
    const { journal, row: current } = await recordRun(buildGraph(line), {
      inputs: { ...many, long: 'w'.repeat(100_000) },
    });
    const { context } = (await foldRun(journal, 'run-1')).view(await current());
    expect(context).toMatchObject(many);
    expect(context['long']).toMatchObject({ $blob: expect.any(String) as string, bytes: 100_000 });
  });
});

verifies('defect:quadratic-checkpoints', 'the bytes of a run grow with its length, not with its square', async () => {
  const bytesOf = async (stages: number): Promise<number> => {
    const ids = ['start', ...Array.from({ length: stages }, (_, index) => `stage${1_000 + index}`), 'exit'];
    const edges = ids.slice(1).map((id, index) => [ids[index]!, id] as const);
    const nodes = { start: { shape: 'Mdiamond' }, exit: { shape: 'Msquare' } };
    const { journal } = await recordRun(buildGraph({ nodes, edges }), {
      // The context grows with every stage, as it does in real runs.
      step: ({ nodeId }) => ({ outcome: { status: 'success', contextUpdates: { [nodeId]: 'x'.repeat(500) } } }),
    });
    const turns = await Array.fromAsync(journal.tail('run-1', 0));
    return turns.reduce((bytes, { key, payload }) => bytes + JSON.stringify([key, payload]).length, 0);
  };
  const [short, middle, long] = [await bytesOf(25), await bytesOf(50), await bytesOf(100)];
  // Twice as many stages more write twice as many bytes more; whole contexts would be four times as many.
  expect((long - middle) / (middle - short)).toBeLessThan(2.2);
});
